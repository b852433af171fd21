"""The X-card, with a real database and a real worker."""

import pytest
from sqlalchemy import select

from bot.core import Account, Role, TurnState
from bot.errors import NothingPlayed, PlayError, ScenePaused
from bot.roleplay.director import Director
from bot.store import models
from bot.store.database import Database
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    begin,
    card,
    line,
    open_scene,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUEST = Account("terminal:9", "Guest", Role.SPECTATOR)


async def revisions(database: Database, turn: int) -> list[str]:
    kept = select(models.Revision.text).where(models.Revision.turn_id == turn).order_by(models.Revision.id)
    async with database.reading() as session:
        return list(await session.scalars(kept))


async def test_a_pause_stops_who_speaks_and_folds_what_was_said_away(talkative: Director, database: Database) -> None:
    scene = await open_scene(talkative, card("Mira"), card("Tomas"))
    speakers: list[str] = []
    async with talkative.hear(line("Mira, Tomas?")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            said = await begin(reply)
            paused = await talkative.pauses.pause(PLACE, GUEST)
            said += "".join([chunk async for chunk in reply])
            assert reply.is_folded
    assert speakers == ["Mira"]
    assert await told(talkative) == [GREETING, ("Kim", "Mira, Tomas?"), ("Mira", "")]
    assert paused.folded
    assert await revisions(database, paused.folded.id) == [said, ""]
    assert paused.scene.id == scene.id
    assert str(paused.remark) == "Somebody has paused the scene Mira, Tomas (the terminal)."
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}


async def test_where_nobody_speaks_the_last_passage_is_folded_away(talkative: Director, database: Database) -> None:
    await open_scene(talkative, card("Mira"))
    [(_, said)] = await say(talkative, "Hello.")
    paused = await talkative.pauses.pause(PLACE, ADA)
    assert paused.folded
    assert (await told(talkative))[-2:] == [("Kim", "Hello."), ("Mira", "")]
    assert await revisions(database, paused.folded.id) == [said, ""]


async def test_while_a_scene_is_paused_lines_are_recorded_and_nobody_speaks(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.pauses.pause(PLACE, GUEST)
    scene = await director.scene(PLACE)
    assert scene
    assert scene.is_paused
    assert await say(director, "Mira?") == []
    for action in (director.retry, director.narrate):
        with pytest.raises(ScenePaused):
            async with action(PLACE, KIM):
                pass
    with pytest.raises(ScenePaused):
        await director.suggesting.lines(PLACE, KIM)
    with pytest.raises(ScenePaused):
        await director.pauses.pause(PLACE, KIM)
    assert (await told(director))[1:] == [("Kim", "Mira?")]


async def test_those_who_play_let_it_go_on_and_what_was_said_meanwhile_is_answered_by_nobody(
    director: Director,
) -> None:
    await open_scene(director, card("Mira"))
    await director.pauses.pause(PLACE, GUEST)
    await say(director, "Mira?")
    with pytest.raises(PlayError, match="only look on"):
        await director.pauses.resume(PLACE, GUEST)
    scene = await director.pauses.resume(PLACE, ADA)
    assert not scene.is_paused
    assert (await told(director))[1:] == [("Kim", "Mira?")]
    assert [name for name, _ in await say(director, "Mira!")] == ["Mira"]
    with pytest.raises(PlayError, match="not paused"):
        await director.pauses.resume(PLACE, ADA)


async def test_where_nothing_is_played_nothing_is_paused(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await director.pauses.pause(PLACE, KIM)
    with pytest.raises(NothingPlayed):
        await director.pauses.resume(PLACE, KIM)


async def test_a_reply_that_has_said_nothing_yet_never_does_and_the_line_is_folded_away(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Something bad.")) as performance:
        async for reply in performance:
            await talkative.pauses.pause(PLACE, GUEST)
            assert [chunk async for chunk in reply] == []
    assert await told(talkative) == [GREETING, ("Kim", "")]


async def test_in_a_pause_no_question_is_answered_either(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.pauses.pause(PLACE, KIM)
    with pytest.raises(ScenePaused):
        async with director.questions.ask(PLACE, KIM, "Who is Mira?"):
            pass
