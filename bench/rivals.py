"""Whom our engine is compared with on the same trace."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.apart import Ended, Work, apart
from bench.baselines.llama import play_llama, play_ram_cache
from bench.baselines.server import play_server, play_tuned_server
from bench.figures import Missing, Series, Tick
from bench.trace import Trace
from engine import EngineSettings


@dataclass(frozen=True, slots=True)
class Rival:
    """Another client: its name, the figure that it is for, and the work that plays a trace in a process of its own."""

    name: str
    key: str
    work: Work
    arguments: tuple[Any, ...] = ()

    async def play(self, settings: EngineSettings, trace: Trace, name: str, tick: Tick) -> Series | Missing:
        """Play a trace of this name."""
        ttft_s: list[float] = []
        trims: list[int] = []
        async with apart(self.work, settings, trace, *self.arguments) as process:
            try:
                async for played in process:
                    ttft_s.append(played.ttft_s)
                    trims += [len(ttft_s)] if played.is_trimmed else []
                    tick(f"{name}: {self.name}", len(ttft_s), trace.steps)
            except Ended as error:
                return Missing(self.name, str(error))
        return Series(name, self.name, tuple(ttft_s), tuple(trims))


LLAMA = Rival("llama_cpp.Llama", "ttft_speedup_llama", play_llama)
RAM_CACHE = Rival("Llama with LlamaRAMCache", "ttft_speedup_ramcache", play_ram_cache)


def servers(program: Path | None) -> Sequence[Rival]:
    """Return llama-server in two set-ups, where its program is named."""
    if program is None:
        return ()
    return (
        Rival("llama-server", "ttft_speedup_server", play_server, (program,)),
        Rival("llama-server, tuned", "ttft_speedup_server_tuned", play_tuned_server, (program,)),
    )
