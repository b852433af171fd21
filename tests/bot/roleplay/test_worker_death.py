"""A model's process that dies in mid-reply: what was said stays, and the play goes on."""

import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core import TurnState
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine, EngineError, EngineSettings, WorkerDied
from tests.bot.roleplay.conftest import GREETING, PLACE, SHORT, card, line, open_scene, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINE = ("Kim", "Mira, Tomas!")


@pytest_asyncio.fixture(loop_scope="module")
async def engine(tiny_model: Path) -> AsyncIterator[Engine]:
    async with Engine.open(EngineSettings(model=tiny_model, window=1024, parallel=1, threads=1)) as opened:
        yield opened


async def play(director: Director, engine: Engine, *, deaths: int, shown: dict[str, str]) -> None:
    """Let two answer a line; kill that many workers, each while it speaks."""
    killed: set[int] = set()
    async with director.hear(line(LINE[1])) as performance:
        async for reply in performance:
            async for chunk in reply:
                shown[reply.speaker] = shown.get(reply.speaker, "") + chunk
                process = engine._supervisor.process
                pid = process._process.pid if process else None
                if pid and pid not in killed and len(killed) < deaths:
                    os.kill(pid, signal.SIGKILL)
                    killed.add(pid)


async def test_after_one_death_the_reply_goes_on(talkative: Director, engine: Engine) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    shown: dict[str, str] = {}
    await play(talkative, engine, deaths=1, shown=shown)
    assert list(shown) == ["Mira", "Tomas"]
    assert await told(talkative) == [GREETING, LINE, *shown.items()]
    assert {turn.state for turn in await talkative.story(PLACE)} == {TurnState.DONE}


async def test_after_two_deaths_what_was_said_stays_and_the_next_line_is_answered(
    talkative: Director, engine: Engine, database: Database
) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    shown: dict[str, str] = {}
    with pytest.raises(WorkerDied, match="ended unexpectedly") as died:
        await play(talkative, engine, deaths=2, shown=shown)
    assert isinstance(died.value, EngineError)
    assert list(shown) == ["Mira"]
    assert await told(talkative) == [GREETING, LINE, *shown.items()]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT

    restarted = Director(database, engine, SHORT, seed=7)
    [reply] = await say(restarted, "Tomas?")
    assert reply[0] == "Tomas"
    assert await told(restarted) == [GREETING, LINE, *shown.items(), ("Kim", "Tomas?"), reply]
