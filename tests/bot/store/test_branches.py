import pytest

from bot.core import Branch
from bot.errors import Missing
from bot.store import branches, scenes, tree
from bot.store.database import Database
from tests.bot.store.play import open_scene, say, tell, texts


async def test_a_branch_that_is_entered_moves_along(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        one, two = await tell(session, scene, "One.", "Two.")
        main = await branches.name(session, scene, "main", two)
        storm = await branches.name(session, scene, "storm", one)
        assert await branches.known(session, scene) == (main, storm)
        await branches.enter(session, scene, storm)
        three = await say(session, scene, "Three.", one)
    async with database.reading() as session:
        assert await branches.known(session, scene) == (main, Branch(storm.id, "storm", three))
        assert (await scenes.scene(session, scene)).branch == "storm"
        assert texts(await scenes.story(session, scene)) == ["One.", "Three."]


async def test_what_is_left_stays_where_it_was(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        start = await branches.name(session, scene, "start", None)
        assert start.leaf is None
        await branches.enter(session, scene, start)
        await branches.leave(session, scene)
        await say(session, scene, "One.")
        assert await branches.known(session, scene) == (start,)
        assert (await scenes.scene(session, scene)).branch == ""


async def test_a_forgotten_branch_is_gone_and_its_turns_are_not(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        [one] = await tell(session, scene, "One.")
        branch = await branches.name(session, scene, "main", one)
        await branches.enter(session, scene, branch)
        await branches.forget(session, branch)
        assert await branches.known(session, scene) == ()
        assert (await scenes.scene(session, scene)).branch == ""
        assert texts(await scenes.story(session, scene)) == ["One."]
        with pytest.raises(Missing, match="There is no branch main"):
            await branches.forget(session, branch)


async def test_a_branch_ends_in_its_own_scene_only(database: Database) -> None:
    async with database.writing() as session:
        here, there = await open_scene(session), await open_scene(session)
        [foreign] = await tell(session, there, "One.")
        with pytest.raises(Missing, match="There is no turn"):
            await branches.name(session, here, "main", foreign)
        await branches.name(session, there, "main", foreign)
        assert await branches.known(session, here) == ()
        assert (await tree.turn(session, foreign)).text == "One."
