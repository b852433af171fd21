"""Two people who turn out to be one, with a real database."""

from datetime import UTC, datetime

from sqlalchemy import text

from bot.core import Account
from bot.store import codes, holdings, joining, people, personas
from bot.store.database import Database
from tests.bot.store.play import add_card, open_scene, say

KIM, KAY = Account("discord:1", "Kim"), Account("telegram:1", "Kay")
NOW = datetime(2026, 5, 4, tzinfo=UTC)


async def test_all_that_somebody_has_follows_them(database: Database) -> None:
    async with database.writing() as session:
        kim, kay = await people.person_of(session, KIM), await people.person_of(session, KAY)
        card = await add_card(session)
        for person in (kim, kay):
            await holdings.give(session, "card", card, person=person)
            await personas.add(session, person, name="Kit", description="", picture=None)
        await holdings.give(session, "card", await add_card(session, "Tomas"), person=kay)
        await people.invite(session, kay, is_invited=True)
        scene = await open_scene(session)
        turn = await say(session, scene, "Hello", person=kay)
        for person, replies in ((kim, 2), (kay, 3)):
            await session.execute(text(f"INSERT INTO usage VALUES ({person}, '2026-05-04', {replies}, 10)"))
        await codes.own(session, kay)
        await joining.join(session, kay, into=kim)
    async with database.reading() as session:
        assert [one.id for one in await people.accounts(session, kim)] == [KIM.id, KAY.id]
        assert await people.known(session, KAY) == people.Known(kim, is_invited=True)
        seen = await holdings.visible(session, "card", person=kim, server="")
        assert sorted(one.name for one in seen) == ["Mira", "Tomas"]
        assert [one.name for one in (await personas.own(session, kim))] == ["Kit", "Kit 2"]
        assert (await session.execute(text("SELECT person_id, replies, tokens FROM usage"))).all() == [(kim, 5, 20)]
        assert await session.scalar(text(f"SELECT person_id FROM turns WHERE id = {turn.id}")) == kim
        assert await codes.is_owner(session, KIM)
        assert (await session.execute(text(f"SELECT * FROM people WHERE id = {kay}"))).all() == []


async def test_a_code_is_good_once_for_its_purpose_and_in_its_time(database: Database) -> None:
    async with database.writing() as session:
        await codes.issue(session, "abc", codes.Purpose.GUEST)
        await codes.issue(session, "old", codes.Purpose.LINK, person=7, until=NOW)
        assert await codes.use(session, "abc", codes.Purpose.LINK, now=NOW) is None
        assert await codes.use(session, "old", codes.Purpose.LINK, now=NOW) is None
        assert await codes.use(session, "abc", codes.Purpose.GUEST, now=NOW) == codes.Code(codes.Purpose.GUEST, None)
        assert await codes.use(session, "abc", codes.Purpose.GUEST, now=NOW) is None
