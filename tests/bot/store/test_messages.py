import pytest

from bot.core import Shown
from bot.errors import Missing
from bot.store import messages, scenes, turns
from bot.store.database import Database
from tests.bot.store.play import AT, begin_reply, open_scene, say, tell


def ids(shown: tuple[Shown, ...]) -> list[str]:
    return [one.message for one in shown]


async def test_messages_show_a_turn_in_the_order_of_sending(database: Database) -> None:
    async with database.writing() as session:
        [turn] = await tell(session, await open_scene(session), "A long reply.")
        await messages.show(session, turn, ["discord:9"], is_ours=True)
        await messages.show(session, turn, ["discord:3", "discord:5"], is_ours=True)
        assert ids(await messages.of_turn(session, turn)) == ["discord:9", "discord:3", "discord:5"]
        found = await messages.turn_of(session, "discord:3")
        assert found
        assert found.id == turn
        await messages.forget(session, ["discord:9", "discord:404"])
        assert ids(await messages.of_turn(session, turn)) == ["discord:3", "discord:5"]
        assert await messages.turn_of(session, "discord:9") is None
        with pytest.raises(Missing):
            await messages.show(session, 404, ["discord:10"], is_ours=True)


async def test_a_lines_own_message_shows_it(database: Database) -> None:
    async with database.writing() as session:
        turn = await say(session, await open_scene(session), "Hello.", event="discord:1")
        assert await messages.of_turn(session, turn.id) == (Shown("discord:1", turn.id, is_ours=False),)


async def test_a_message_shows_one_turn_at_a_time(database: Database) -> None:
    async with database.writing() as session:
        former, now = await tell(session, await open_scene(session), "One.", "Another.")
        await messages.show(session, former, ["discord:1", "discord:2"], is_ours=True)
        await messages.show(session, now, ["discord:2"], is_ours=True)
        assert ids(await messages.of_turn(session, former)) == ["discord:1"]
        assert ids(await messages.of_turn(session, now)) == ["discord:2"]
        await messages.move(session, now, former)
        assert ids(await messages.of_turn(session, former)) == ["discord:1", "discord:2"]
        assert await messages.of_turn(session, now) == ()


async def test_another_message_can_stand_for_one(database: Database) -> None:
    async with database.writing() as session:
        turn = await say(session, await open_scene(session), "Hello.", event="discord:1")
        await messages.replace(session, "discord:1", "discord:2")
        await messages.replace(session, "discord:404", "discord:2")
        assert await messages.of_turn(session, turn.id) == (Shown("discord:2", turn.id, is_ours=False),)
        assert await turns.by_event(session, "discord:1") == turn


async def test_what_has_left_the_story_is_found_and_what_comes_back(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        await say(session, other, "Elsewhere.", event="discord:99")
        first = await say(session, scene, "One.", event="discord:1")
        second = await say(session, scene, "Two.", first.id)
        await messages.show(session, second.id, ["discord:2", "discord:3"], is_ours=True)
        assert await messages.out_of_story(session, scene, second.id) == ()
        assert ids(await messages.out_of_story(session, scene, first.id)) == ["discord:2", "discord:3"]
        await messages.mark(session, ["discord:2"], is_marked=True)
        assert ids(await messages.out_of_story(session, scene, first.id)) == ["discord:3"]
        assert await messages.back_in_story(session, scene, first.id) == ()
        assert ids(await messages.back_in_story(session, scene, second.id)) == ["discord:2"]
        await turns.revise(session, first.id, "", person=None, at=AT)
        assert ids(await messages.out_of_story(session, scene, second.id)) == ["discord:1"]
        assert ids(await messages.out_of_story(session, scene, None)) == ["discord:1", "discord:3"]


async def test_a_reply_that_is_being_spoken_is_in_the_story(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        reply = await begin_reply(session, scene)
        await messages.show(session, reply.id, ["discord:2"], is_ours=True)
        assert await messages.out_of_story(session, scene, reply.id) == ()


async def test_what_no_message_shows_is_found(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        one, two, three = await tell(session, scene, "One.", "", "Three.")
        four = await say(session, scene, "Four.", three, event="discord:4")
        assert [turn.id for turn in await messages.unshown(session, four.id, last=9)] == [one, three]
        assert [turn.id for turn in await messages.unshown(session, four.id, last=2)] == [three]
        assert await messages.unshown(session, two, last=1) == ()


async def test_an_event_is_noted_once(database: Database) -> None:
    async with database.writing() as session:
        assert await messages.note(session, "telegram:7", at=AT)
    async with database.writing() as session:
        assert not await messages.note(session, "telegram:7", at=AT)
        assert await messages.note(session, "telegram:8", at=AT)


async def test_the_place_of_a_turn_is_found(database: Database) -> None:
    async with database.writing() as session:
        [turn] = await tell(session, await open_scene(session), "Hello.")
        assert (await scenes.place_of(session, turn)).id == "terminal:here"
        with pytest.raises(Missing):
            await scenes.place_of(session, 404)
