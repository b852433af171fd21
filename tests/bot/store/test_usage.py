from datetime import date

from bot.core import Account
from bot.store import usage
from bot.store.database import Database
from bot.store.people import person_of

DAY, NEXT = date(2026, 5, 4), date(2026, 5, 5)


async def test_each_day_and_each_person_counts_by_itself(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = [await person_of(session, Account(f"discord:{name}", name)) for name in ("Kim", "Ada")]
        assert await usage.tokens(session, kim, DAY) == 0
        await usage.count(session, kim, DAY, replies=1, tokens=100)
        await usage.count(session, kim, DAY, replies=2, tokens=20)
        await usage.count(session, ada, DAY, replies=1, tokens=7)
        assert [await usage.tokens(session, person, DAY) for person in (kim, ada)] == [120, 7]
        assert await usage.tokens(session, kim, NEXT) == 0
