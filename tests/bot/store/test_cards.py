import pytest

from bot.errors import Missing
from bot.store import cards
from bot.store.database import Database
from tests.bot.store.play import add_card

FIELDS = {
    "name": "Mira",
    "extensions": {"troupe/unknown": [1, 2.5, None, True, 2**70]},
    "lone surrogate": "\ud83d broken",
    "description": "雨の宿 · Мира\x00\n",
}


async def test_a_card_comes_back_whole_and_unchanged(database: Database) -> None:
    original = bytes(range(256)) * 5000
    async with database.writing() as session:
        card = await cards.add(
            session, digest="ab", name="Mira", source="mira.png", original=original, picture=b"PNG", fields=FIELDS
        )
    async with database.reading() as session:
        assert await cards.original_of(session, card) == original
        assert await cards.fields_of(session, card) == FIELDS
        assert await cards.entries(session) == (cards.Entry(card, "Mira", "mira.png"),)


async def test_the_same_file_is_stored_once(database: Database) -> None:
    async with database.writing() as session:
        first = await add_card(session, "Mira")
        other = await add_card(session, "Otto")
        again = await cards.add(
            session, digest=b"Mira".hex(), name="New", source="new.json", original=b"", picture=None, fields={}
        )
        assert again == first
        assert [entry.id for entry in await cards.entries(session)] == [first, other]
        assert await cards.fields_of(session, first) == {"name": "Mira"}


async def test_an_empty_card_is_not_a_missing_one(database: Database) -> None:
    async with database.writing() as session:
        card = await cards.add(session, digest="0", name="", source="", original=b"", picture=None, fields={})
        assert await cards.original_of(session, card) == b""
        assert await cards.fields_of(session, card) == {}


async def test_a_missing_card_is_named(database: Database) -> None:
    async with database.reading() as session:
        with pytest.raises(Missing, match="There is no card 7"):
            await cards.fields_of(session, 7)
        with pytest.raises(Missing, match="There is no card 7"):
            await cards.original_of(session, 7)
