"""Measures the engine through its front, as the bot uses it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench.trace import Trace
from engine import Engine, EngineSettings, Figures, Prompt, Sampling

REPLY = Sampling(max_tokens=48, seed=1)
WRITE = Sampling(max_tokens=128, seed=1, temperature=0, repeat_penalty=1.0)
TURNS = 13


async def measure(settings: EngineSettings) -> AsyncIterator[tuple[str, float, str]]:
    """Yield each figure as its name, its value, and what it means."""
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(settings, parallel=4, window=2048, cache=Path(folder))
        async with Engine.open(settings) as engine:
            first = await _ask(engine, "story", Trace(0).prompt(TURNS), REPLY)
            read = first.read_head + first.read_turn + first.read_tail
            yield "read_rate", read / (first.first_token_s - first.queued_s), "tokens/s read at the start of a story"
            write = await _ask(engine, "story", Trace(0).prompt(TURNS), WRITE)
            alone = (write.written - 1) / (write.total_s - write.first_token_s)
            yield "write_rate", alone, "tokens/s written, one story alone"
            yield "retry_history_read", write.read_head + write.read_turn, "tokens of the story read by a retry"
            async for figure in _turns(engine, first):
                yield figure
            yield "batch_gain_4", await _together(engine) / alone, "tokens/s of four stories at once, over one alone"
        async with Engine.open(settings) as engine:
            again = await _ask(engine, "story", Trace(0).prompt(TURNS), REPLY)
            yield "restart_head_read", again.read_head, "tokens of the head read after a restart"
            speedup = first.first_token_s / again.first_token_s
            yield "restart_speedup", speedup, "first token at the start of a story, over the same after a restart"


async def _turns(engine: Engine, first: Figures) -> AsyncIterator[tuple[str, float, str]]:
    costs = [await _ask(engine, "story", Trace(0).prompt(turns), REPLY) for turns in range(TURNS + 2, TURNS + 14, 2)]
    yield "turn_s", median(cost.first_token_s for cost in costs), "seconds to the first token of a turn, median"
    speedup = first.first_token_s / median(cost.first_token_s for cost in costs)
    yield "turn_speedup", speedup, "first token when all is read, over that of a turn"
    yield "turn_head_read", sum(cost.read_head for cost in costs), "tokens of the head read in six turns"


async def _together(engine: Engine) -> float:
    prompts = [Trace(seed).prompt(1) for seed in range(4)]
    await asyncio.gather(*(_ask(engine, str(n), prompt, REPLY) for n, prompt in enumerate(prompts)))
    costs = await asyncio.gather(*(_ask(engine, str(n), prompt, WRITE) for n, prompt in enumerate(prompts)))
    longest = max(cost.total_s for cost in costs) - min(cost.first_token_s for cost in costs)
    return sum(cost.written - 1 for cost in costs) / longest


async def _ask(engine: Engine, channel: str, prompt: Prompt, sampling: Sampling) -> Figures:
    async with engine.stream(channel, prompt, sampling) as stream:
        async for _ in stream:
            pass
    assert stream.finished
    return stream.finished.figures
