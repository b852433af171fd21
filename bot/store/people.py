"""Who plays: people, and their accounts on platforms."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Account
from bot.store import models


@dataclass(frozen=True, slots=True)
class Known:
    """A person by their id; the owner of the machine can have invited them."""

    id: int
    is_invited: bool


async def known(session: AsyncSession, account: Account) -> Known | None:
    """Return the person behind an account; None at first sight."""
    found = (
        select(models.Person.id, models.Person.is_invited)
        .join(models.Account, models.Account.person_id == models.Person.id)
        .where(models.Account.id == account.id)
    )
    row = (await session.execute(found)).one_or_none()
    return Known(*row) if row else None


async def accounts(session: AsyncSession, person: int) -> tuple[Account, ...]:
    """Return all accounts of a person, in the order of their ids."""
    found = select(models.Account.id, models.Account.name).where(models.Account.person_id == person)
    return tuple(Account(*row) for row in await session.execute(found.order_by(models.Account.id)))


async def invite(session: AsyncSession, person: int, *, is_invited: bool) -> None:
    """Keep whether the owner of the machine lets somebody use it."""
    await session.execute(update(models.Person).where(models.Person.id == person).values(is_invited=is_invited))


async def want_ping(session: AsyncSession, person: int, *, is_wanted: bool) -> None:
    """Keep whether somebody wants to be called after a long wait."""
    await session.execute(update(models.Person).where(models.Person.id == person).values(wants_ping=is_wanted))


async def pinged(session: AsyncSession, people: Collection[int]) -> tuple[str, ...]:
    """Return the accounts, on all platforms, of those of some people who want to be called after a long wait."""
    wanted = (
        select(models.Account.id)
        .join(models.Person, models.Account.person_id == models.Person.id)
        .where(models.Person.id.in_(people), models.Person.wants_ping)
        .order_by(models.Account.id)
    )
    return tuple(await session.scalars(wanted))


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
