"""A whole evening with the tiny model: what `make evening` measures with the demo model."""

from pathlib import Path

import pytest

from bot.roleplay.config import PlaySettings
from bot.store.database import Database
from engine import Engine, EngineSettings
from tests.evening.acts import STEPS
from tests.evening.play import evening, told

TURNS = 45
"""A part of an evening: each action is played at least once."""


@pytest.mark.timeout(120)  # it plays for some ten seconds on a machine that does nothing else
async def test_an_evening_reads_almost_nothing_twice(data: Path, tiny_model: Path) -> None:
    settings = EngineSettings(model=tiny_model, window=1280, parallel=4, threads=1)
    async with Database.open(data) as database, Engine.open(settings) as engine:
        result = await evening(database, engine, PlaySettings(reply_tokens=12), turns=TURNS)
    lines = "\n".join(told(result))
    assert result.turns >= TURNS
    assert set(result.done) == {name for name, _ in STEPS}, lines
    assert sum(one.figures.trimmed + one.figures.trimmed_after for one in result.costs), lines
    assert result.reread_ratio <= 0.02, lines
    assert 0 < result.decoded_per_candidate <= 2
    assert set(result.untouched) == {"retry", "narrate", "suggest"}
    assert all(all(found) for found in result.untouched.values()), lines
