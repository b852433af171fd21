"""Who plays: people, and their accounts on platforms."""

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Account
from bot.store import models


async def person_of(session: AsyncSession, account: Account) -> int:
    """Return the id of the person behind an account, made at first sight; keep the name that the platform shows now."""
    wanted = models.Account.id == account.id
    known = (await session.execute(select(models.Account.person_id, models.Account.name).where(wanted))).one_or_none()
    if known is None:
        person = (await session.execute(insert(models.Person).returning(models.Person.id))).scalar_one()
        await session.execute(insert(models.Account).values(id=account.id, person_id=person, name=account.name))
        return person
    if known.name != account.name:
        await session.execute(update(models.Account).where(wanted).values(name=account.name))
    return known.person_id
