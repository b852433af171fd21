"""All that is measured, in order, one thing at a time."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.apart import Ended
from bench.batching import batching, smoothness
from bench.caches import restart, tiers
from bench.figures import Missing, Result, Tick
from bench.lore import ENTRIES, ROUNDS, lore
from bench.platforms import platforms
from bench.rivals import LLAMA, RAM_CACHE, Rival
from bench.trace import LINES, USUAL, Lengths, Trace
from bench.traffic import many_channels, one_story
from bench.trims import trims
from engine import EngineError, EngineSettings, ModelError
from engine.threads import physical_cores

WINDOW_TOKENS = 2048
PARALLEL = 4
TRACE_SEED = 1
STORY = "one story"
STORY_SEED = 1
"""Of this story, turns 10–20 make the engine read as much as the last hundred, by the median: else that would show."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: steps of the trace, turns of the long story, tokens of a batch, runs for a median,
    channels of each platform.

    Rivals, who are slower, play the first steps and turns.
    """

    channels: int
    steps: int
    rivals_steps: int
    turns: int
    rivals_turns: int
    batch_tokens: int
    repeats: int
    restart_turns: int
    trims: int
    platform_channels: int
    lengths: Lengths = USUAL


FULL = Scale(
    channels=16,
    steps=160,
    rivals_steps=48,
    turns=400,
    rivals_turns=24,
    batch_tokens=64,
    repeats=3,
    restart_turns=8,
    trims=20,
    platform_channels=40,
)
QUICK = Scale(
    channels=3,
    steps=10,
    rivals_steps=10,
    turns=20,
    rivals_turns=8,
    batch_tokens=16,
    repeats=1,
    restart_turns=2,
    trims=2,
    platform_channels=8,
    lengths=Lengths(cards=(300, 600)),
)


def common_settings(settings: EngineSettings) -> EngineSettings:
    """Return what all get: model, threads and batch size as they are set, the rest the same on every machine."""
    return replace(
        settings,
        window=WINDOW_TOKENS,
        parallel=PARALLEL,
        threads=settings.threads or physical_cores(),
        flash_attention=False,
        cache_type="f16",
        exact=False,
        heal="off",
    )


async def measure(
    settings: EngineSettings, scale: Scale, servers: Sequence[Rival], tick: Tick
) -> AsyncIterator[Result]:
    """Yield every figure as it comes."""
    trace = Trace(TRACE_SEED, scale.channels, scale.steps, lengths=scale.lengths)
    story = Trace(STORY_SEED, 1, scale.turns, LINES, scale.lengths)
    parts: dict[str, Callable[[EngineSettings], AsyncIterator[Result]]] = {
        "many channels": lambda fresh: many_channels(
            fresh, trace, [LLAMA, RAM_CACHE, *servers], tick, most=scale.rivals_steps
        ),
        STORY: lambda fresh: one_story(fresh, story, [LLAMA, *servers], tick, name=STORY, most=scale.rivals_turns),
        "batches": lambda fresh: batching(fresh, scale.batch_tokens, scale.repeats, tick),
        "smoothness": lambda fresh: smoothness(fresh, scale.repeats, tick),
        "tiers": lambda fresh: tiers(fresh, tick),
        "restart": lambda fresh: restart(fresh, scale.restart_turns, tick),
        "trims": lambda fresh: trims(fresh, scale.trims, tick),
        "lore": lambda _: lore(ENTRIES, ROUNDS, tick),
        "platforms": lambda fresh: platforms(fresh, scale.platform_channels, tick),
    }
    for name, part in parts.items():
        with tempfile.TemporaryDirectory() as folder:
            try:
                async for result in part(replace(settings, cache=Path(folder))):
                    yield result
            except ModelError:
                raise
            except (EngineError, Ended) as error:
                yield Missing(name, str(error))
