"""Summaries and recaps, with a real database and a real worker: when they are made, and what they cost."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio

from bot.core import Scene
from bot.errors import LineTooLong, PlayError
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.idle import Idle
from bot.store import scenes, summaries
from bot.store.database import Database
from engine import Engine, EngineSettings
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    KIM,
    PLACE,
    SHORT,
    SILENT,
    card,
    cost,
    line,
    open_scene,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILLER = "we count the lamps on the pier once more, and then the nets, and then the boats that lie in the bay."


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def roomy(tiny_model: Path) -> AsyncIterator[Engine]:
    """Give an engine whose window has room for an order: to the tiny model each letter is a token."""
    settings = EngineSettings(model=tiny_model, window=4096, parallel=2, threads=1, heal="off", commit="off")
    async with Engine.open(settings) as opened:
        yield opened


async def now(director: Director) -> Scene:
    scene = await director.scene(PLACE)
    assert scene
    return scene


async def fill(director: Director, engine: Engine, part: float, *, said: str = FILLER) -> None:
    """Say lines until a part of the window is full."""
    await say(director, said)  # what was held until now was of another test's scene
    while engine.occupancy.held[(await now(director)).channel] < part * engine.info.window:
        await say(director, said)


async def test_a_summary_is_made_when_it_is_due_and_stands_where_it_was_made(database: Database, roomy: Engine) -> None:
    director = Director(database, roomy, SHORT)
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    assert await director.chronicle.keep_up(PLACE) is False
    await fill(director, roomy, 0.75, said=FILLER * 6)
    before = await now(director)
    assert await director.chronicle.keep_up(PLACE) is True
    after = await now(director)
    assert after.summary
    assert (after.summary.turn, after.turns) == (before.leaf, before.turns)
    assert await director.chronicle.summary(PLACE) == after.summary
    assert await director.chronicle.keep_up(PLACE) is False
    figures = await cost(director, "And now?")
    assert figures.read_again == 0
    assert figures.read_head > 0


async def test_a_long_story_is_summed_up_again_and_again_and_reads_nothing_again(
    database: Database, roomy: Engine
) -> None:
    director = Director(database, roomy, SHORT)
    await open_scene(director, card("Mira"))
    before = roomy.occupancy.totals
    made: set[int] = set()
    for number in range(14):
        await say(director, f"Line {number}: {FILLER * 6}")
        await director.chronicle.keep_up(PLACE)
        scene = await now(director)
        if scene.summary:
            made.add(scene.summary.turn)
    after = roomy.occupancy.totals
    assert len(made) >= 2
    assert after.trimmed - before.trimmed > 1_500
    assert after.read_again - before.read_again == 0


async def test_summaries_can_be_switched_off(database: Database, roomy: Engine) -> None:
    director = Director(database, roomy, replace(SHORT, summaries=False))
    await open_scene(director, card("Mira"))
    await fill(director, roomy, 0.75, said=FILLER * 6)
    assert await director.chronicle.keep_up(PLACE) is False
    assert PlaySettings().summaries


async def test_a_summary_can_be_asked_for_and_changed(director: Director, database: Database) -> None:
    await open_scene(director, SILENT)
    with pytest.raises(PlayError, match="no summary"):
        await director.chronicle.edit(PLACE, KIM, "They met.")
    summary = await director.chronicle.summarise(PLACE, KIM)
    scene = await now(director)
    assert scene.summary == summary
    assert summary.turn == scene.leaf
    await director.chronicle.edit(PLACE, KIM, " They\nmet. ")
    assert (await now(director)).summary == replace(summary, text="They met.")
    with pytest.raises(LineTooLong):
        await director.chronicle.edit(PLACE, KIM, "x" * 5000)
    await director.chronicle.edit(PLACE, KIM, "")
    assert await director.chronicle.summary(PLACE) is None


async def test_before_a_story_there_is_nothing_to_sum_up(director: Director) -> None:
    await open_scene(director, card("Mira", first_mes=""))
    with pytest.raises(PlayError, match="not begun"):
        await director.chronicle.summarise(PLACE, KIM)
    with pytest.raises(PlayError, match="Nothing has happened"):
        await director.chronicle.recap(PLACE, KIM)
    assert await director.chronicle.keep_up(PLACE) is False


async def test_a_recap_tells_what_somebody_missed_and_keeps_nothing(director: Director, database: Database) -> None:
    await open_scene(director, SILENT)
    await say(director, "Goodbye.")
    with pytest.raises(PlayError, match="Nothing has happened"):
        await director.chronicle.recap(PLACE, KIM)
    await say(director, "Mira?", account=ADA)
    await say(director, "Mira!", account=ADA)
    before = await stored(database)
    recap = await director.chronicle.recap(PLACE, KIM)
    assert recap.turns == len(before) - 2
    assert recap.text
    assert (await director.chronicle.recap(PLACE, replace(ADA, id="terminal:3", name="Eve"))).turns == len(before)
    assert await stored(database) == before
    assert await director.chronicle.summary(PLACE) is None


async def test_recaps_and_summaries_leave_the_cached_tokens(director: Director, engine: Engine) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await say(director, "Well?", account=ADA)
    before = engine.occupancy.totals.read_again
    held: list[int] = []
    for _ in range(2):
        await director.chronicle.recap(PLACE, KIM)
        held.append(engine.occupancy.held[(await now(director)).channel])
    await director.chronicle.summarise(PLACE, KIM)
    held.append(engine.occupancy.held[(await now(director)).channel])
    assert len(set(held)) == 1
    await say(director, "So?")
    assert engine.occupancy.totals.read_again == before


async def test_a_story_that_plays_on_meanwhile_keeps_no_summary(database: Database, roomy: Engine) -> None:
    director = Director(database, roomy, SHORT)
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    scene = await now(director)
    assert scene.leaf
    async with director.hear(line("Nobody answers this.")):
        pass
    assert await director.chronicle._keep(scene, scene.leaf, "They met.", unless_played_on=True) is False
    assert await director.chronicle.summary(PLACE) is None
    scene = await now(director)
    assert scene.leaf
    assert await director.chronicle._keep(scene, scene.leaf, "They met.", unless_played_on=True) is True


async def test_in_idle_time_a_summary_is_made_by_itself(database: Database, roomy: Engine) -> None:
    director = Director(database, roomy, SHORT)
    director.idle._after_s = 0.0
    await open_scene(director, card("Mira"))
    await fill(director, roomy, 0.76, said=FILLER * 6)
    assert not director.idle._tasks
    async with director.idle.open():
        await say(director, "Mira?")
        await director.idle._tasks[PLACE.id]
    assert await director.chronicle.summary(PLACE)


async def test_whoever_plays_ends_idle_work(director: Director) -> None:
    begun = asyncio.Event()

    async def work(place: object) -> None:
        begun.set()
        await asyncio.sleep(60)

    director.idle._work, director.idle._after_s = work, 0.0
    await open_scene(director, card("Mira"))
    async with director.idle.open():
        await say(director, "Mira?")
        task = director.idle._tasks[PLACE.id]
        await begun.wait()
        await say(director, "Mira!")
        assert task.cancelled()
        assert not director.idle._tasks[PLACE.id].done()


async def test_a_summary_that_is_given_up_leaves_nothing(database: Database, roomy: Engine) -> None:
    director = Director(database, roomy, SHORT)
    await open_scene(director, card("Mira"))
    await fill(director, roomy, 0.76, said=FILLER * 6)
    before = roomy.occupancy.totals.read_again
    work = asyncio.create_task(director.chronicle.keep_up(PLACE))
    while not roomy.running and not work.done():  # noqa: ASYNC110
        await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert await director.chronicle.summary(PLACE) is None
    await say(director, "Mira?")
    assert roomy.occupancy.totals.read_again == before


async def test_idle_work_ends_with_its_block_and_needs_one() -> None:
    begun, ended = asyncio.Event(), asyncio.Event()

    async def work(place: object) -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        finally:
            ended.set()

    idle = Idle(work, after_s=0.0)
    idle.begin(PLACE)
    assert not idle._tasks
    async with idle.open():
        idle.begin(PLACE)
        await begun.wait()
    assert ended.is_set()
    assert not idle._tasks


async def test_idle_work_that_fails_is_told_to_the_log_alone(caplog: pytest.LogCaptureFixture) -> None:
    async def work(place: object) -> None:
        raise PlayError("a secret of the story")

    idle = Idle(work, after_s=0.0)
    async with idle.open():
        idle.begin(PLACE)
        await idle._tasks[PLACE.id]
    assert [record.getMessage() for record in caplog.records] == ["idle work failed: PlayError"]


async def test_a_summary_in_front_of_the_window_is_read_until_the_window_moves(
    director: Director, database: Database
) -> None:
    await open_scene(director, SILENT)
    for text in "abcde":
        await say(director, text)
    turns = (await now(director)).turns
    async with database.writing() as session:
        scene = (await now(director)).id
        await summaries.add(session, turns[1].id, "One.", person=None, at=AT)
        await scenes.set_window(session, scene, turns[3].id)
    assert (await told(director))[-1] == ("Kim", "e")
    summary = (await now(director)).summary
    assert summary
    assert summary.text == "One."
