from bot.core import Author
from bot.store import scenes, states, tree, turns
from bot.store.database import Database
from tests.bot.store.play import AT, PLACE, open_scene, say, tell

SHAPE = {"definitions": [{"name": "day"}]}


async def test_the_lowest_values_on_the_way_count_and_of_one_turn_the_newest(database: Database) -> None:
    async with database.writing() as session:
        beginning = scenes.Beginning("Rain", "Kim", None, "", AT, state=SHAPE)
        scene = await scenes.open_scene(session, PLACE, beginning)
        first, second, third = await tell(session, scene, "One.", "Two.", "Three.")
        beside = await say(session, scene, "Beside.", first)
        assert await states.at(session, scene, third) == states.Kept(SHAPE, {})
        await states.keep(session, second, {"day": 2}, person=None)
        await states.keep(session, first, {"day": 1}, person=None)
        await states.keep(session, second, {"day": 3}, person=None)
        assert (await states.at(session, scene, third)).values == {"day": 3}
        assert (await states.at(session, scene, beside.id)).values == {"day": 1}
        assert (await states.at(session, scene, None)).values == {}


async def test_a_scene_that_keeps_nothing_has_no_values(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        [first] = await tell(session, scene, "One.")
        await states.keep(session, first, {"day": 1}, person=None)
        assert await states.at(session, scene, first) == states.Kept({}, {})


async def test_turns_and_replies_are_counted_on_the_way_down(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        first, second = await tell(session, scene, "One.", "Two.")
        reply = await say(session, scene, "Three.", second, author=Author.CHARACTER, name="Mira")
        await say(session, scene, "Beside.", first)
        assert await tree.counts(session, reply.id) == (3, 1)
        await turns.revise(session, second, "", person=None, at=AT)
        assert await tree.counts(session, reply.id) == (2, 1)
        assert await tree.counts(session, None) == (0, 0)
