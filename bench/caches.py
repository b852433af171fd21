"""How quickly caches come back from RAM and disk, and what is left of them after kill -9."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from statistics import median

from bench.apart import Tell, apart
from bench.figures import Figure, Missing, Result, Tick
from bench.play import BREATH_SECONDS, REPLY, ask, play
from bench.trace import LINES, Trace, from_label, opening
from engine import Engine, EngineSettings, Figures, Sampling, Tier

STORY_TOKENS = 1024
CARD_WORDS = STORY_TOKENS - 6
"""The rest is markup."""
CUE_TOKENS = 8
ONE_TOKEN = Sampling(max_tokens=1, seed=1)
STORY_SEED = 1


async def tiers(settings: EngineSettings, tick: Tick) -> AsyncIterator[Result]:
    """Read one story more than fits, bring each back from RAM and, in another process, from disk."""
    settings = replace(settings, parallel=1)
    async with Engine.open(settings) as engine:
        read = await _round(engine, "reading 1,024 tokens", tick)
        from_ram = await _round(engine, "1,024 tokens from RAM", tick)
    async with Engine.open(settings) as engine:
        from_disk = await _round(engine, "1,024 tokens from disk", tick)
    seconds = median(
        (cost.first_token_s - cost.queued_s - cost.plan_s - cost.swap_s) * STORY_TOKENS / cost.read for cost in read
    )
    yield _speedup("ram_restore_speedup", seconds, [cost for cost in from_ram if cost.tier is Tier.RAM])
    yield _speedup("disk_restore_speedup", seconds, [cost for cost in from_disk if cost.tier is Tier.DISK])


async def restart(settings: EngineSettings, turns: int, tick: Tick) -> AsyncIterator[Result]:
    """Kill the processes of a story behind its last reply, and ask for that reply again."""
    trace, oldest = Trace(STORY_SEED, 1, turns, LINES), None
    async with apart(play_and_wait, settings, trace) as process:
        for turn in range(turns):
            oldest = await anext(process)
            tick("a story up to kill -9", turn + 1, turns)
        process.kill()
    *_, last = trace
    async with Engine.open(settings) as engine:
        cost = (await ask(engine, last.channel, from_label(last.prompt, oldest), REPLY, most=1)).figures
    yield Figure("restart_history_read", cost.read - cost.read_tail)


def play_and_wait(tell: Tell, settings: EngineSettings, trace: Trace) -> None:
    """Play a trace, tell where each step's window begins, and wait to be killed."""
    asyncio.run(_play_and_wait(tell, settings, trace))


async def _play_and_wait(tell: Tell, settings: EngineSettings, trace: Trace) -> None:
    async with Engine.open(settings) as engine:
        async for _, reply, _ in play(engine, trace, pause=BREATH_SECONDS):
            tell(reply.window_from)
        await asyncio.Event().wait()


async def _round(engine: Engine, what: str, tick: Tick) -> list[Figures]:
    channels = engine.info.cells // (STORY_TOKENS + CUE_TOKENS) + 1
    costs: list[Figures] = []
    for seed in range(channels):
        costs.append((await ask(engine, f"{seed}", opening(seed, CARD_WORDS), ONE_TOKEN)).figures)
        tick(what, seed + 1, channels)
    return costs


def _speedup(key: str, seconds: float, costs: Sequence[Figures]) -> Figure | Missing:
    if not costs:
        return Missing(key, "no cache came from there")
    return Figure(key, seconds / median(cost.swap_s * STORY_TOKENS / cost.restored for cost in costs))
