from datetime import datetime, timedelta, timezone

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError

from bot.core import Account, Author, Turn, TurnState
from bot.errors import Missing
from bot.store import scenes, tree, turns
from bot.store.database import Database
from bot.store.people import person_of
from tests.bot.store.play import AT, add_card, begin_reply, open_scene, say, tell, texts


async def test_a_recorded_turn_comes_back_as_it_was(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        person, card = await person_of(session, Account("discord:1", "Kim")), await add_card(session)
        first = await say(session, scene, "Hello\x00 雨 \N{OWL}\r\n", event="discord:10", person=person)
        second = await say(session, scene, "Hm.", first.id, author=Author.CHARACTER, name="Mira", character=card)
    assert first == Turn(
        first.id, None, Author.PERSON, "Kim", "Hello\x00 雨 \N{OWL}\r\n", TurnState.DONE, AT, person, None
    )
    assert second == Turn(second.id, first.id, Author.CHARACTER, "Mira", "Hm.", TurnState.DONE, AT, None, card)
    async with database.reading() as session:
        assert await scenes.story(session, scene) == (first, second)


async def test_what_utf8_cannot_hold_is_replaced(database: Database) -> None:
    async with database.writing() as session:
        turn = await say(session, await open_scene(session), "\ufeffa\udcffb\ud83dc \ud83d\ude00")
    assert turn.text == "\ufeffa\ufffdb\ufffdc \N{GRINNING FACE}"


async def test_times_come_back_in_utc_and_never_without_a_zone(database: Database) -> None:
    tokyo = datetime(2026, 5, 5, 6, 30, tzinfo=timezone(timedelta(hours=9)))
    async with database.writing() as session:
        scene = await open_scene(session)
        turn = await say(session, scene, "Hello", at=tokyo)
        assert (turn.at, turn.at.tzinfo) == (AT, AT.tzinfo)
        with pytest.raises(StatementError, match="has no zone"):
            await say(session, scene, "Hello", at=datetime(2026, 5, 5))  # noqa: DTZ001


async def test_an_event_is_recorded_once(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        first = await say(session, scene, "Hello", event="discord:10")
        second = await say(session, scene, "And?", first.id)
    async with database.writing() as session:
        assert await say(session, scene, "something else", second.id, event="discord:10") == first
        assert await scenes.story(session, scene) == (first, second)
        assert await turns.by_event(session, "discord:10") == first
        assert await turns.by_event(session, "telegram:10") is None
        assert (await session.execute(text("SELECT count(*) FROM revisions"))).scalar_one() == 2


async def test_a_turn_hangs_in_its_own_scene_only(database: Database) -> None:
    async with database.writing() as session:
        here, there = await open_scene(session), await open_scene(session)
        foreign = await say(session, there, "Hello")
        for parent in (foreign.id, 999):
            with pytest.raises(Missing, match=f"There is no turn {parent}"):
                await say(session, here, "Hi", parent)
            with pytest.raises(Missing, match=f"There is no turn {parent}"):
                await begin_reply(session, here, parent)
        assert await scenes.story(session, here) == ()


async def test_a_reply_is_open_and_silent_until_it_is_closed(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        line = await say(session, scene, "Hello")
        reply = await begin_reply(session, scene, line.id)
        assert (reply.state, reply.text, reply.parent, reply.author) == (
            TurnState.OPEN,
            "",
            line.id,
            Author.CHARACTER,
        )
        meanwhile = await say(session, scene, "Are you there?", reply.id)
    async with database.writing() as session:
        await turns.close(session, reply.id, text="Yes.", state=TurnState.DONE)
        path = await scenes.story(session, scene)
        assert [(turn.id, turn.text, turn.state) for turn in path] == [
            (line.id, "Hello", TurnState.DONE),
            (reply.id, "Yes.", TurnState.DONE),
            (meanwhile.id, "Are you there?", TurnState.DONE),
        ]


async def test_a_reply_is_closed_once(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        line = await say(session, scene, "Hello")
        reply = await begin_reply(session, scene, line.id)
        await turns.close(session, reply.id, text="Y", state=TurnState.CUT)
        for closed in (reply.id, line.id, 999):
            with pytest.raises(Missing, match=f"There is no open reply {closed}"):
                await turns.close(session, closed, text="Yes.", state=TurnState.DONE)
        assert (await tree.turn(session, reply.id)).text == "Y"
        assert (await tree.turn(session, reply.id)).state == TurnState.CUT


async def test_what_somebody_made_of_an_open_reply_stands(database: Database) -> None:
    async with database.writing() as session:
        reply = await begin_reply(session, await open_scene(session))
        await turns.revise(session, reply.id, "", person=None, at=AT)
        await turns.close(session, reply.id, text="Yes.", state=TurnState.CUT)
        closed = await tree.turn(session, reply.id)
    assert (closed.text, closed.state) == ("", TurnState.CUT)


async def test_a_revision_overwrites_nothing(database: Database) -> None:
    later = AT + timedelta(hours=1)
    async with database.writing() as session:
        person = await person_of(session, Account("discord:1", "Kim"))
        scene = await open_scene(session)
        first, second = await tell(session, scene, "Hello", "And?")
        await turns.revise(session, first, "Good evening", person=person, at=later)
        await turns.revise(session, first, "", person=None, at=later)
        assert texts(await scenes.story(session, scene)) == ["", "And?"]
        await turns.revise(session, first, "Good night", person=person, at=later)
        path = await scenes.story(session, scene)
        assert [(turn.id, turn.text, turn.at) for turn in path] == [(first, "Good night", AT), (second, "And?", AT)]
        kept = await session.execute(text("SELECT text, person_id FROM revisions WHERE turn_id = 1 ORDER BY id"))
        assert kept.all() == [("Hello", None), ("Good evening", person), ("", None), ("Good night", person)]
        with pytest.raises(Missing, match="There is no turn 999"):
            await turns.revise(session, 999, "", person=None, at=later)


async def test_siblings_are_the_alternatives_of_the_same_kind(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        line = await say(session, scene, "Hello")
        replies = [await begin_reply(session, scene, line.id) for _ in range(3)]
        beside = await say(session, scene, "Never mind", line.id)
        await begin_reply(session, scene, replies[0].id)
        assert await turns.siblings(session, replies[1].id) == tuple(replies)
        assert await turns.siblings(session, beside.id) == (beside,)
        with pytest.raises(Missing, match="There is no turn 999"):
            await turns.siblings(session, 999)


async def test_first_turns_have_siblings_in_their_scene_only(database: Database) -> None:
    async with database.writing() as session:
        here, there = await open_scene(session), await open_scene(session)
        greetings = [await say(session, here, text) for text in ("Welcome", "Oh, you")]
        await say(session, here, "Good evening", greetings[0].id)
        await say(session, there, "Elsewhere")
        assert await turns.siblings(session, greetings[0].id) == tuple(greetings)


async def test_start_up_cuts_what_is_still_open(database: Database) -> None:
    async with database.writing() as session:
        silent, answered, first, edited = [await open_scene(session) for _ in range(4)]
        line = await say(session, silent, "Hello")
        unsaid = await begin_reply(session, silent, line.id)
        parent = await begin_reply(session, answered)
        below = await say(session, answered, "Are you there?", parent.id)
        alone = await begin_reply(session, first)
        revised = await begin_reply(session, edited)
        await turns.revise(session, revised.id, "Yes.", person=None, at=AT)
    async with database.writing() as session:
        assert await turns.cut_open(session) == 4
        assert await turns.cut_open(session) == 0
        stories = [await scenes.story(session, scene) for scene in (silent, answered, first, edited)]
        assert [[turn.id for turn in story] for story in stories] == [
            [line.id],
            [parent.id, below.id],
            [],
            [revised.id],
        ]
        for turn in (unsaid, parent, alone, revised):
            assert (await tree.turn(session, turn.id)).state == TurnState.CUT


async def test_start_up_leaves_a_story_at_a_reply_that_was_answered(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        line = await say(session, scene, "Hello")
        reply = await begin_reply(session, scene, line.id)
        await say(session, scene, "Are you there?", reply.id)
        await scenes.set_leaf(session, scene, reply.id)
        assert await turns.cut_open(session) == 1
        assert [turn.id for turn in await scenes.story(session, scene)] == [line.id, reply.id]


async def test_start_up_leaves_a_leaf_that_stands_elsewhere(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        first, second = await tell(session, scene, "Hello", "And?")
        await begin_reply(session, scene, first)
        await scenes.set_leaf(session, scene, second)
        assert await turns.cut_open(session) == 1
        assert texts(await scenes.story(session, scene)) == ["Hello", "And?"]


async def test_a_turn_goes_on_unless_somebody_revised_it_meanwhile(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        reply = await begin_reply(session, scene)
        await turns.close(session, reply.id, text="Yes", state=TurnState.CUT)
        await turns.go_on(session, reply.id, said="Yes", more=", Kim.", state=TurnState.DONE, at=AT)
        gone_on = await tree.turn(session, reply.id)
        assert (gone_on.text, gone_on.state) == ("Yes, Kim.", TurnState.DONE)
        await turns.revise(session, reply.id, "No.", person=None, at=AT)
        await turns.go_on(session, reply.id, said="Yes, Kim.", more=" Well?", state=TurnState.CUT, at=AT)
        revised = await tree.turn(session, reply.id)
        assert (revised.text, revised.state) == ("No.", TurnState.DONE)
        with pytest.raises(Missing, match="There is no turn 999"):
            await turns.go_on(session, 999, said="", more="x", state=TurnState.DONE, at=AT)


async def test_what_was_deleted_last_is_found_with_its_last_words(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        one, two, three = await tell(session, scene, "One.", "Two.", "Three.")
        silent = await say(session, scene, "", three)
        assert await turns.last_deleted(session, silent.id) is None
        assert await turns.last_text(session, silent.id) == ""
        for turn in (three, one):
            await turns.revise(session, turn, "", person=None, at=AT)
        assert await turns.last_deleted(session, silent.id) == one
        await turns.revise(session, one, "One again.", person=None, at=AT)
        assert await turns.last_deleted(session, silent.id) == three
        assert await turns.last_deleted(session, two) is None
        assert await turns.last_text(session, three) == "Three."
