"""What plays on both platforms tells its figures in lines; where it is not there, that is said."""

from pathlib import Path

import pytest

from bench import platforms
from bench.figures import EXPECTED, Figure, Missing, Result
from engine import EngineSettings

TOLD = """
import json
print(json.dumps(["load_answered", 1.0]), json.dumps(["platforms: both", 3, 4]), sep="\\n")
"""


async def measured(settings: EngineSettings) -> tuple[list[Result], list[tuple[str, int, int]]]:
    ticks: list[tuple[str, int, int]] = []

    def tick(what: str, done: int, total: int) -> None:
        ticks.append((what, done, total))

    return [result async for result in platforms.platforms(settings, 2, tick)], ticks


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Let something else play there."""
    folder = tmp_path / "tests" / "load"
    folder.mkdir(parents=True)
    (folder / "__main__.py").write_text(request.param, encoding="utf-8")
    monkeypatch.setattr(platforms, "ROOT", tmp_path)


@pytest.mark.parametrize("program", [TOLD], indirect=True)
@pytest.mark.usefixtures("program")
async def test_figures_and_steps_are_told(settings: EngineSettings) -> None:
    assert await measured(settings) == ([Figure("load_answered", 1.0)], [("platforms: both", 3, 4)])


@pytest.mark.parametrize("program", ["raise SystemExit('no bot')"], indirect=True)
@pytest.mark.usefixtures("program")
async def test_what_fails_is_missing_with_its_reason(settings: EngineSettings) -> None:
    [found], _ = await measured(settings)
    assert found == Missing("platforms", "no bot")


async def test_an_installed_bot_has_nothing_that_plays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: EngineSettings
) -> None:
    monkeypatch.setattr(platforms, "ROOT", tmp_path)
    [found], _ = await measured(settings)
    assert isinstance(found, Missing)


def test_each_figure_is_explained() -> None:
    text = (Path(__file__).parents[1] / "load" / "run.py").read_text(encoding="utf-8")
    assert all(f'"{key}"' in text for key in EXPECTED if key.startswith("load_"))
