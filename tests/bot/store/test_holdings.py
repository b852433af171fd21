import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Account
from bot.errors import Missing
from bot.store import holdings
from bot.store.database import Database
from bot.store.holdings import EVERYWHERE, Held
from bot.store.people import person_of
from tests.bot.store.play import add_card


async def people(session: AsyncSession) -> tuple[int, int]:
    return await person_of(session, Account("discord:1", "Kim")), await person_of(session, Account("discord:2", "Ada"))


async def names(session: AsyncSession, person: int, server: str) -> list[str]:
    return [held.name for held in await holdings.visible(session, "card", person=person, server=server)]


async def test_what_somebody_brings_is_theirs_alone_until_it_is_published(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = await people(session)
        card = await add_card(session, "Mira")
        await holdings.give(session, "card", card, person=kim)
        await holdings.give(session, "card", card, person=kim)
        assert await holdings.visible(session, "card", person=kim) == (Held(card, "Mira", True, False),)
        assert await names(session, ada, "discord:inn") == []
        await holdings.give(session, "card", card, server="discord:inn")
        assert await names(session, ada, "discord:inn") == ["Mira"]
        assert await names(session, ada, "discord:other") == await names(session, ada, EVERYWHERE) == []
        [held] = await holdings.visible(session, "card", person=kim, server="discord:inn")
        assert (held.is_own, held.is_published) == (True, True)


async def test_what_is_published_everywhere_is_seen_on_every_server(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = await people(session)
        lent, own = await add_card(session, "Lent"), await add_card(session, "Own")
        await holdings.give(session, "card", lent, server=EVERYWHERE)
        await holdings.give(session, "card", own, person=kim)
        assert await names(session, kim, "discord:inn") == await names(session, kim, EVERYWHERE) == ["Own", "Lent"]
        assert await names(session, ada, "discord:inn") == ["Lent"]


async def test_who_is_not_known_sees_what_is_published_there_and_nothing_else(database: Database) -> None:
    async with database.writing() as session:
        kim, _ = await people(session)
        here, there, own = [await add_card(session, name) for name in ("Here", "There", "Own")]
        await holdings.give(session, "card", here, server="discord:inn")
        await holdings.give(session, "card", there, server="discord:other")
        await holdings.give(session, "card", own, person=kim)
        seen = await holdings.visible(session, "card", person=None, server="discord:inn")
        assert [held.name for held in seen] == ["Here"]


async def test_what_is_taken_away_is_still_there_for_others(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = await people(session)
        card = await add_card(session, "Mira")
        await holdings.give(session, "card", card, person=kim)
        await holdings.give(session, "card", card, person=ada)
        assert await holdings.take(session, "card", card, person=kim)
        assert not await holdings.take(session, "card", card, person=kim)
        assert not await holdings.take(session, "card", card, server="discord:inn")
        assert (await names(session, kim, ""), await names(session, ada, "")) == ([], ["Mira"])
        assert await holdings.has_owner(session, "card", card)
        assert await holdings.take(session, "card", card, person=ada)
        await holdings.give(session, "card", card, server="discord:inn")
        assert not await holdings.has_owner(session, "card", card)
        await holdings.withdraw(session, "card", card)
        assert await names(session, kim, "discord:inn") == []


async def test_a_name_means_ones_own_and_of_those_the_newest(database: Database) -> None:
    async with database.writing() as session:
        kim, ada = await people(session)
        first, second, third = [await add_card(session, name) for name in ("Mira", "mira", "MIRA ")]
        await holdings.give(session, "card", first, person=kim)
        await holdings.give(session, "card", second, person=kim)
        await holdings.give(session, "card", third, server="discord:inn")
        for wanted in ("MIRA", " mira"):
            held = await holdings.find(session, "card", wanted, person=kim, server="discord:inn")
            assert held.id == second
            held = await holdings.find(session, "card", wanted, person=ada, server="discord:inn")
            assert held.id == third
        with pytest.raises(Missing, match="There is no card Otto"):
            await holdings.find(session, "card", "Otto", person=kim, server="discord:inn")
        with pytest.raises(Missing, match="There is no lorebook Mira"):
            await holdings.find(session, "book", "Mira", person=kim)
