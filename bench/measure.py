"""All that is measured, in order, one thing at a time."""

import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bench.apart import Ended
from bench.batching import batching, smoothness
from bench.caches import restart, tiers
from bench.figures import Missing, Result, Tick
from bench.rivals import LLAMA, RAM_CACHE, Rival
from bench.trace import LINES, Trace
from bench.traffic import many_channels, one_story
from bench.trims import trims
from engine import EngineError, EngineSettings, ModelError
from engine.threads import physical_cores

WINDOW_TOKENS = 2048
PARALLEL = 4
TRACE_SEED = 1
STORY = "one story"
STORY_SEED = 6
"""One whose turns 10–20 are as long as its last hundred, by the median: else their lengths would be measured."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is measured: steps of the trace, turns of the long story, tokens of a batch, runs for a median."""

    channels: int
    steps: int
    turns: int
    rivals_turns: int
    batch_tokens: int
    repeats: int
    restart_turns: int
    trims: int


FULL = Scale(16, 160, 400, 100, batch_tokens=96, repeats=3, restart_turns=8, trims=20)
QUICK = Scale(4, 16, 48, 16, batch_tokens=24, repeats=1, restart_turns=3, trims=3)


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
    )


async def measure(
    settings: EngineSettings, scale: Scale, servers: Sequence[Rival], tick: Tick
) -> AsyncIterator[Result]:
    """Yield every figure as it comes."""
    trace = Trace(TRACE_SEED, scale.channels, scale.steps)
    story = Trace(STORY_SEED, 1, scale.turns, LINES)
    parts: dict[str, Callable[[EngineSettings], AsyncIterator[Result]]] = {
        "many channels": lambda fresh: many_channels(fresh, trace, [LLAMA, RAM_CACHE, *servers], tick),
        STORY: lambda fresh: one_story(
            fresh, story, [LLAMA, *servers], tick, name=STORY, rivals_turns=scale.rivals_turns
        ),
        "batches": lambda fresh: batching(fresh, scale.batch_tokens, scale.repeats, tick),
        "smoothness": lambda fresh: smoothness(fresh, scale.repeats, tick),
        "tiers": lambda fresh: tiers(fresh, tick),
        "restart": lambda fresh: restart(fresh, scale.restart_turns, tick),
        "trims": lambda fresh: trims(fresh, scale.trims, tick),
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
