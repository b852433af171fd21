import pytest

from bot.core import Account
from bot.errors import Missing
from bot.store import books, people
from bot.store.database import Database
from tests.bot.store.play import open_scene


async def test_books_count_in_the_scenes_that_they_are_attached_to(database: Database) -> None:
    async with database.writing() as session:
        person = await people.person_of(session, Account("terminal:1", "Kim"))
        scene = await open_scene(session)
        first = await books.add(session, name="North", source="north.json", body="{}", person=person)
        second = await books.add(session, name="South", source="", body="[]", person=person)
        await books.attach(session, scene, second)
        await books.attach(session, scene, first)
        north, south = books.Entry(first, "North", "north.json"), books.Entry(second, "South", "")
        assert await books.attached(session, scene) == (north, south)
        await books.detach(session, scene, first)
        assert await books.attached(session, scene) == (south,)
        assert await books.body_of(session, first) == "{}"
        await books.rewrite(session, first, "[1]")
        assert (await books.body_of(session, first), await books.body_of(session, second)) == ("[1]", "[]")


async def test_a_book_that_is_not_there_is_missing(database: Database) -> None:
    async with database.writing() as session:
        with pytest.raises(Missing):
            await books.body_of(session, 7)
        with pytest.raises(Missing):
            await books.rewrite(session, 7, "{}")
