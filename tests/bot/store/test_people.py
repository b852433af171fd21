from sqlalchemy import text

from bot.core import Account
from bot.store.database import Database
from bot.store.people import person_of


async def test_an_account_keeps_its_person_and_takes_its_newest_name(database: Database) -> None:
    async with database.writing() as session:
        first = await person_of(session, Account("discord:1", "Kim"))
        other = await person_of(session, Account("telegram:1", "Kim"))
    async with database.writing() as session:
        again = await person_of(session, Account("discord:1", "Kim the Bold"))
        names = (await session.execute(text("SELECT id, name FROM accounts ORDER BY id"))).all()
    assert again == first != other
    assert names == [("discord:1", "Kim the Bold"), ("telegram:1", "Kim")]


async def test_a_known_account_can_be_looked_up_without_writing(database: Database) -> None:
    async with database.writing() as session:
        first = await person_of(session, Account("discord:1", "Kim"))
    async with database.reading() as session:
        assert await person_of(session, Account("discord:1", "Kim")) == first
