"""Two people who turn out to be one: what either has becomes theirs."""

from sqlalchemy import Column, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.store import codes, models, servers

PEOPLE = "people.id"


async def join(session: AsyncSession, person: int, *, into: int) -> None:
    """Let all that somebody is and has be another's from now on: accounts, cards, personas, presets, lines, scenes.

    Where both have something of one name, what comes in gets a number behind it.
    """
    await _rename(session, models.Persona, person, into)
    await _rename(session, models.Preset, person, into)
    await _add_up_usage(session, person, into)
    await _drop_doubles(session, person, into)
    for column in _columns():
        await session.execute(update(column.table).where(column == person).values({column.name: into}))
    invited = select(models.Person.is_invited).where(models.Person.id == person)
    if await session.scalar(invited):
        await session.execute(update(models.Person).where(models.Person.id == into).values(is_invited=True))
    owners = await codes.owners(session)
    if person in owners:
        await servers.change(session, servers.MACHINE, owners=sorted(owners - {person} | {into}))
    await session.execute(delete(models.Person).where(models.Person.id == person))


def _columns() -> list[Column[int]]:
    """Return every column that names a person."""
    return [
        column
        for table in models.Table.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == PEOPLE for key in column.foreign_keys)
    ]


async def _rename(
    session: AsyncSession, table: type[models.Persona] | type[models.Preset], person: int, into: int
) -> None:
    taken = set(await session.scalars(select(table.name).where(table.person_id.in_((person, into)))))
    theirs = set(await session.scalars(select(table.name).where(table.person_id == into)))
    for id, name in await session.execute(select(table.id, table.name).where(table.person_id == person)):
        if name in theirs:
            free = next(wanted for number in range(2, len(taken) + 3) if (wanted := f"{name} {number}") not in taken)
            taken.add(free)
            await session.execute(update(table).where(table.id == id).values(name=free))


async def _add_up_usage(session: AsyncSession, person: int, into: int) -> None:
    usage = models.Usage
    used = select(usage.day, usage.replies, usage.tokens).where(usage.person_id == person)
    for day, replies, tokens in (await session.execute(used)).all():
        both = update(usage).where(usage.person_id == into, usage.day == day)
        both = both.values(replies=usage.replies + replies, tokens=usage.tokens + tokens).returning(usage.day)
        if await session.scalar(both) is None:
            await session.execute(insert(usage).values(person_id=into, day=day, replies=replies, tokens=tokens))
    await session.execute(delete(usage).where(usage.person_id == person))


async def _drop_doubles(session: AsyncSession, person: int, into: int) -> None:
    theirs, same = models.Holding, aliased(models.Holding)
    things = ("card_id", "book_id", "document_id", "persona_id")
    equal = [getattr(same, thing).is_not_distinct_from(getattr(theirs, thing)) for thing in things]
    await session.execute(
        delete(theirs).where(theirs.person_id == person, exists().where(same.person_id == into, *equal))
    )
