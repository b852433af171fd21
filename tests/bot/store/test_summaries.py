"""Which summaries of a story are read: the newest, and older ones as long as the window has them."""

from bot.core import Summary
from bot.store import scenes, summaries
from bot.store.database import Database
from tests.bot.store.play import AT, open_scene, say, tell


async def told(database: Database, scene: int) -> tuple[list[str], str | None]:
    """Return the older summaries, and the newest."""
    async with database.reading() as session:
        now = await scenes.scene(session, scene)
    return [one.text for one in now.former], now.summary.text if now.summary else None


async def test_older_ones_are_read_until_they_leave_the_window(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        ids = await tell(session, scene, *"abcdef")
        await summaries.add(session, ids[1], "one", person=None, at=AT, window_from=ids[0])
    assert await told(database, scene) == ([], "one")
    async with database.writing() as session:
        await summaries.add(session, ids[3], "two", person=None, at=AT, window_from=ids[0])
    assert await told(database, scene) == (["one"], "two")
    async with database.writing() as session:
        await scenes.set_window(session, scene, ids[2])
    assert await told(database, scene) == ([], "two")
    async with database.writing() as session:
        await scenes.set_window(session, scene, ids[4])
        await summaries.add(session, ids[5], "three", person=None, at=AT, window_from=ids[4])
    assert await told(database, scene) == (["two"], "three")
    async with database.writing() as session:
        await scenes.set_window(session, scene, ids[5])
    assert await told(database, scene) == ([], "three")


async def test_one_that_was_changed_is_read_as_it_is_now(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        ids = await tell(session, scene, *"abc")
        await summaries.add(session, ids[0], "one", person=None, at=AT, window_from=ids[0])
        await scenes.set_window(session, scene, ids[1])
        await summaries.add(session, ids[2], "two", person=None, at=AT, window_from=ids[1])
        await summaries.revise(session, ids[2], "two, by hand", person=None, at=AT)
    assert await told(database, scene) == (["one"], "two, by hand")
    async with database.writing() as session:
        await summaries.revise(session, ids[2], "", person=None, at=AT)
    assert await told(database, scene) == ([], "one")


async def test_another_branch_has_its_own(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        first, second = await tell(session, scene, *"ab")
        await summaries.add(session, second, "one", person=None, at=AT)
        await say(session, scene, "c", first)
    assert await told(database, scene) == ([], None)
    async with database.writing() as session:
        await scenes.set_leaf(session, scene, second)
        assert (await scenes.scene(session, scene)).summary == Summary(second, "one")
