"""Runs the bench and shows what it finds: a table as it grows, JSON for those who compare, and a picture."""

import asyncio
import json
import platform
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

from bench.chart import draw
from bench.figures import EXPECTED, Figure, Missing, Result, Series
from bench.measure import STORY, Scale, common_settings, measure
from bench.rivals import Rival
from engine import EngineSettings

PROCESSORS = Path("/proc/cpuinfo")
GREEN, RED, PLAIN = "\x1b[32m", "\x1b[31m", "\x1b[0m"
START_OF_LINE = "\r\x1b[K"


@dataclass(slots=True)
class Findings:
    """All that was found so far."""

    settings: EngineSettings
    figures: dict[str, float] = field(default_factory=dict[str, float])
    series: list[Series] = field(default_factory=list[Series])
    missing: dict[str, str] = field(default_factory=dict[str, str])

    def add(self, result: Result) -> None:
        match result:
            case Figure():
                self.figures[result.key] = result.value
            case Series():
                self.series.append(result)
            case Missing():
                self.missing[result.what] = result.reason

    def as_json(self) -> str:
        """Return an object of the machine, the model, the figures with their bounds, and every first token's time."""
        settings = self.settings
        assert settings.model is not None
        found: dict[str, Any] = {
            "machine": {
                "processor": _processor(),
                "system": platform.platform(),
                "python": platform.python_version(),
                "llama_cpp": version("llama-cpp-python"),
            },
            "model": {"file": settings.model.name, "bytes": settings.model.stat().st_size},
            "settings": {
                name: getattr(settings, name) for name in ("threads", "window", "parallel", "batch", "cache_type")
            },
            "figures": {key: round(value, 6) for key, value in self.figures.items()},
            "expected": {key: str(EXPECTED[key]) for key in self.figures if EXPECTED[key].sign},
            "missed": [key for key, value in self.figures.items() if not EXPECTED[key].is_met(value)],
            "missing": self.missing,
            "ttft": [_rounded(series) for series in self.series],
        }
        return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


class Screen:
    """A table on the standard output, and on the error output what is being measured."""

    def __init__(self, out: TextIO, progress: TextIO) -> None:
        self._out = out
        self._progress = progress
        self._begun = time.monotonic()
        self._what = ""

    def tick(self, what: str, done: int, total: int) -> None:
        """Say what is being measured: each step on a terminal, elsewhere each thing once."""
        clock = f"{time.monotonic() - self._begun:5.0f} s  "
        if self._progress.isatty():
            print(f"{START_OF_LINE}{clock}{what} {done}/{total}", end="", file=self._progress, flush=True)
        elif what != self._what:
            print(f"{clock}{what}", file=self._progress, flush=True)
        self._what = what

    def row(self, result: Result) -> None:
        """Show a figure, or what could not be measured."""
        if self._progress.isatty():
            print(START_OF_LINE, end="", file=self._progress, flush=True)
        match result:
            case Figure(key, value):
                expected = result.expected
                mark = ("met" if expected.is_met(value) else "MISSED") if expected.sign else ""
                colour = (GREEN if mark == "met" else RED) if self._out.isatty() and mark else ""
                shown = f"{colour}{mark:6}{PLAIN if colour else ''}"
                print(f"{key:25} {value:9.4g}  {expected!s:7} {shown}  {expected.meaning}", file=self._out, flush=True)
            case Missing(what, reason):
                print(f"{what}: {reason}", file=self._out, flush=True)
            case Series():
                pass


def report(
    settings: EngineSettings,
    *,
    scale: Scale,
    servers: Sequence[Rival] = (),
    json_file: TextIO | None = None,
    svg_file: TextIO | None = None,
) -> None:
    """Measure, show each figure as it comes, and write them all, and a picture, to the files that are given.

    Raises EngineError where the model cannot be loaded.
    """
    asyncio.run(_report(common_settings(settings), scale, servers, json_file, svg_file))


async def _report(
    settings: EngineSettings,
    scale: Scale,
    servers: Sequence[Rival],
    json_file: TextIO | None,
    svg_file: TextIO | None,
) -> None:
    screen, findings = Screen(sys.stdout, sys.stderr), Findings(settings)
    begun = time.monotonic()
    print(f"{settings.model}, {settings.threads} threads", flush=True)
    async for result in measure(settings, scale, servers, screen.tick):
        screen.row(result)
        findings.add(result)
    took = Figure("seconds", time.monotonic() - begun)
    screen.row(took)
    findings.add(took)
    if json_file:
        json_file.write(findings.as_json())
    if svg_file:
        svg_file.write(draw([series for series in findings.series if series.trace == STORY]))


def _rounded(series: Series) -> dict[str, Any]:
    return asdict(replace(series, ttft_s=tuple(round(seconds, 4) for seconds in series.ttft_s)))


def _processor() -> str:
    try:
        lines = PROCESSORS.read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()
