"""Runs the bench and shows its figures: a table, and JSON for those who compare."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

from bench.measure import measure
from engine import EngineSettings


def report(settings: EngineSettings, *, json_file: Path | None, show: Callable[[str], None]) -> None:
    """Measure, show each figure as it comes, and write them all to `json_file` where that is named."""
    asyncio.run(_report(settings, json_file, show))


async def _report(settings: EngineSettings, json_file: Path | None, show: Callable[[str], None]) -> None:
    show(f"{settings.model}")
    figures: dict[str, float] = {}
    async for name, value, meaning in measure(settings):
        figures[name] = value
        show(f"{name:20} {value:10.2f}  {meaning}")
    if json_file:
        await asyncio.to_thread(json_file.write_text, json.dumps({"figures": figures}, indent=2) + "\n")
