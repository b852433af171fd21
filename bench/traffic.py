"""How soon replies begin: many channels in turn, and one long story."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from statistics import median, quantiles

from bench.figures import Figure, Result, Series, Tick
from bench.play import BREATH_SECONDS, PAUSE_SECONDS, play
from bench.rivals import Rival
from bench.trace import Kind, Step, Trace
from engine import Engine, EngineSettings, Figures

EARLY_TURNS = slice(9, 20)
LATE_PART = 0.25
"""Of 400 turns the last 100."""
MUCH_READ_TOKENS = 200


async def many_channels(
    settings: EngineSettings, trace: Trace, rivals: Sequence[Rival], tick: Tick, *, most: int
) -> AsyncIterator[Result]:
    """Let all channels of a trace speak, first with our engine, then with the others, who play its first steps."""
    name = f"{trace.channels} channels"
    ours, costs = await _play(settings, trace, name, tick, pause=PAUSE_SECONDS)
    yield ours
    for figure in _of_costs(costs):
        yield figure
    yield Figure("ttft_s", median(ours.ttft_s))
    yield Figure("ttft_p95_s", quantiles(ours.ttft_s, n=20)[-1])
    for rival in rivals:
        theirs = await rival.play(settings, replace(trace, steps=most), name, tick)
        yield theirs
        if isinstance(theirs, Series):
            yield Figure(rival.key, median(theirs.ttft_s) / median(ours.ttft_s[:most]))


async def one_story(
    settings: EngineSettings, trace: Trace, rivals: Sequence[Rival], tick: Tick, *, name: str, most: int
) -> AsyncIterator[Result]:
    """Let one story grow for as many turns as the trace has; the others play the first of them."""
    ours, _ = await _play(settings, trace, name, tick, pause=BREATH_SECONDS)
    yield ours
    late = slice(-round(trace.steps * LATE_PART), None)
    yield Figure("ttft_slope", median(ours.ttft_s[late]) / median(ours.ttft_s[EARLY_TURNS]))
    yield Figure("story_trims", len(ours.trims))
    for rival in rivals:
        yield await rival.play(settings, replace(trace, steps=most), name, tick)


async def _play(
    settings: EngineSettings, trace: Trace, name: str, tick: Tick, *, pause: float
) -> tuple[Series, list[tuple[Step, Figures, Figures]]]:
    ttft_s: list[float] = []
    trims: list[int] = []
    costs: list[tuple[Step, Figures, Figures]] = []
    async with Engine.open(settings) as engine:
        async for step, reply, replaced in play(engine, trace, pause=pause):
            ttft_s.append(reply.ttft_s)
            trims += [len(ttft_s)] if reply.is_trimmed else []
            costs.append((step, reply.figures, replaced))
            tick(f"{name}: Troupe", len(ttft_s), trace.steps)
    return Series(name, "Troupe", tuple(ttft_s), tuple(trims)), costs


def _of_costs(costs: Sequence[tuple[Step, Figures, Figures]]) -> Iterator[Figure]:
    everything = [cost for _, *both in costs for cost in both]
    again = sum(cost.read_trim + cost.read_rebuild + cost.read_heal for cost in everything)
    yield Figure("history_reread_ratio", again / sum(cost.read - cost.read_edit for cost in everything))
    retries = [cost for step, cost, _ in costs if step.kind is Kind.RETRY and not step.is_changed]
    if retries:
        yield Figure("retry_history_read", max(cost.read - cost.read_tail for cost in retries))
    long = [cost for _, cost, _ in costs if cost.read >= MUCH_READ_TOKENS]
    seconds = sum(cost.first_token_s - cost.queued_s - cost.swap_s - cost.plan_s for cost in long)
    yield Figure("read_rate", sum(cost.read for cost in long) / seconds)
