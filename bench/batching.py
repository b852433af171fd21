"""How fast many write at once, and how smoothly one writes while another reads."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import pairwise
from statistics import median, quantiles

from bench.apart import apart
from bench.baselines.bare import end_tokens, write_together
from bench.figures import Figure, Result, Tick
from bench.play import ask
from bench.trace import opening
from engine import Engine, EngineSettings, Sampling

SIZES = (8, 16)
PROMPT_WORDS = 64
READ_WORDS = 2000
ALONE_TOKENS = 64
LOWEST_BIAS = -100.0


async def batching(settings: EngineSettings, tokens: int, repeats: int, tick: Tick) -> AsyncIterator[Result]:
    """Let 1, 8 and 16 channels write so many tokens each, medians of `repeats`, and the bare loop the same."""
    sampling = await _endless(settings, tokens)
    alone = await _together(settings, 1, sampling, repeats, tick)
    yield Figure("write_rate", alone)
    for size in SIZES:
        prompts = [opening(seed, PROMPT_WORDS) for seed in range(size)]
        bare: list[float] = []
        async with apart(write_together, settings, prompts, sampling, repeats) as process:
            async for rate in process:
                bare.append(rate)
                tick(f"{size} at once: the bare loop", len(bare), repeats)
        ours = await _together(settings, size, sampling, repeats, tick)
        yield Figure(f"write_rate_{size}", ours)
        yield Figure(f"batch_efficiency_{size}", ours / median(bare))


async def smoothness(settings: EngineSettings, repeats: int, tick: Tick) -> AsyncIterator[Result]:
    """Let one channel write, alone and then while another reads 2,000 tokens; the median of `repeats`."""
    sampling = await _endless(settings, settings.window // 2)
    ratios: list[float] = []
    async with Engine.open(settings) as engine:
        for run in range(repeats):
            alone, beside = await _gaps(engine, sampling, run)
            ratios.append(_p95(beside) / _p95(alone))
            tick("writing while another reads", run + 1, repeats)
    yield Figure("itl_under_prefill_ratio", median(ratios))


async def _endless(settings: EngineSettings, tokens: int) -> Sampling:
    """Return how to write so many tokens and not end before."""
    async with apart(end_tokens, settings) as process:
        ends = await anext(process)
    return Sampling(max_tokens=tokens, seed=1, logit_bias=tuple((end, LOWEST_BIAS) for end in ends))


async def _together(settings: EngineSettings, size: int, sampling: Sampling, repeats: int, tick: Tick) -> float:
    """Return how many tokens a second are written in all, from the first second token to the last."""
    rates: list[float] = []
    prompts = [opening(seed, PROMPT_WORDS) for seed in range(size)]
    async with Engine.open(replace(settings, parallel=size)) as engine:
        for prompt in prompts:
            await ask(engine, prompt.story[0].text, prompt, replace(sampling, max_tokens=1))
        for run in range(repeats):
            replies = await asyncio.gather(*(ask(engine, prompt.story[0].text, prompt, sampling) for prompt in prompts))
            seconds = max(reply.came[-1] for reply in replies) - min(reply.came[0] for reply in replies)
            rates.append(sum(reply.figures.written - 1 for reply in replies) / seconds)
            tick(f"{size} at once: Troupe", run + 1, repeats)
    return median(rates)


async def _gaps(engine: Engine, sampling: Sampling, run: int) -> tuple[list[float], list[float]]:
    """Return the seconds between tokens before and while another channel reads."""
    came: list[float] = []
    async with asyncio.TaskGroup() as tasks, engine.stream("writer", opening(0, PROMPT_WORDS), sampling) as stream:
        reading = None
        async for _ in stream:
            came.append(time.monotonic())
            if len(came) == ALONE_TOKENS:
                reader = opening(run + 1, READ_WORDS)
                reading = tasks.create_task(ask(engine, f"reader {run}", reader, replace(sampling, max_tokens=1)))
            if reading and reading.done():
                break
    gaps = [after - before for before, after in pairwise(came)]
    return gaps[: ALONE_TOKENS - 1], gaps[ALONE_TOKENS:]


def _p95(values: list[float]) -> float:
    return quantiles(values, n=20)[-1]
