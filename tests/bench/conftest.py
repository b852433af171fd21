"""Traces short enough for a model that spells most words, and settings to match."""

from pathlib import Path

import pytest

from bench.trace import MIXED, Lengths, Rates, Trace
from engine import EngineSettings

SHORT = Lengths(cards=(30, 45), line=(2, 5), reply=(5, 12), lore=(3, 6), order=(2, 3))


@pytest.fixture
def settings(tiny_model: Path, tmp_path: Path) -> EngineSettings:
    return EngineSettings(model=tiny_model, window=1024, parallel=2, threads=1, cache=tmp_path / "cache")


def short(steps: int, *, channels: int = 3, rates: Rates = MIXED) -> Trace:
    return Trace(1, channels, steps, rates, SHORT)


def quiet(what: str, done: int, total: int) -> None:
    assert 0 <= done <= total, what
