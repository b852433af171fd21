"""Who has what: cards, lorebooks, documents and personas are of whoever brought them, and of servers they are lent to.

What is published for the server `EVERYWHERE` is seen at every place of this machine.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Missing
from bot.store import models

Kind = Literal["card", "book", "document", "persona"]
EVERYWHERE = ""

_NAMES = {
    "card": models.Card.name,
    "book": models.Book.name,
    "document": models.Document.title,
    "persona": models.Persona.name,
}


@dataclass(frozen=True, slots=True)
class Held:
    """Something that somebody may use, by its id and its name: their own, published at the place, or both."""

    id: int
    name: str
    is_own: bool
    is_published: bool


async def give(
    session: AsyncSession, kind: Kind, item: int, *, person: int | None = None, server: str | None = None
) -> None:
    """Let a person or a server (one of the two) have something. To give it again changes nothing."""
    if server is not None:
        known = sqlite.insert(models.Server).values(id=server, name="", settings={})
        await session.execute(known.on_conflict_do_nothing())
    if not await session.scalar(select(exists().where(*_has(kind, item, person, server)))):
        given = insert(models.Holding).values(person_id=person, server_id=server, **{f"{kind}_id": item})
        await session.execute(given)


async def take(
    session: AsyncSession, kind: Kind, item: int, *, person: int | None = None, server: str | None = None
) -> bool:
    """Take something away from a person or from a server; False where they did not have it. The thing itself stays."""
    gone = delete(models.Holding).where(*_has(kind, item, person, server)).returning(models.Holding.id)
    return bool((await session.scalars(gone)).all())


async def has_owner(session: AsyncSession, kind: Kind, item: int) -> bool:
    """Tell whether something is anybody's own still."""
    return bool(
        await session.scalar(select(exists().where(_thing(kind) == item, models.Holding.person_id.is_not(None))))
    )


async def lent_to(session: AsyncSession, kind: Kind, item: int) -> tuple[str, ...]:
    """Return the servers on which something is published."""
    servers = select(models.Holding.server_id).where(_thing(kind) == item, models.Holding.server_id.is_not(None))
    return tuple(server for server in await session.scalars(servers) if server is not None)


async def pass_on(session: AsyncSession, kind: Kind, old: int, new: int, *, person: int) -> None:
    """Let something take the place of another that a person has, also where that was published by nobody else."""
    await give(session, kind, new, person=person)
    await take(session, kind, old, person=person)
    if not await has_owner(session, kind, old):
        for server in await lent_to(session, kind, old):
            await give(session, kind, new, server=server)
        await withdraw(session, kind, old)


async def withdraw(session: AsyncSession, kind: Kind, item: int) -> None:
    """Take something away from all who have it. The thing itself stays."""
    await session.execute(delete(models.Holding).where(_thing(kind) == item))


async def visible(
    session: AsyncSession, kind: Kind, *, person: int | None, server: str = EVERYWHERE
) -> tuple[Held, ...]:
    """Return what somebody may use on a server: their own first, each in the order in which it was brought."""
    name = _NAMES[kind]
    published = models.Holding.server_id.in_({server, EVERYWHERE})
    found = (
        select(name.class_.id, name, models.Holding.person_id)
        .join(models.Holding, _thing(kind) == name.class_.id)
        .where(published if person is None else or_(models.Holding.person_id == person, published))
        .order_by(models.Holding.id)
    )
    rows = (await session.execute(found)).all()
    own = {id for id, _, holder in rows if holder is not None}
    lent = {id for id, _, holder in rows if holder is None}
    names = {id: name for id, name, _ in rows}
    ordered = sorted(names, key=lambda id: id not in own)
    return tuple(Held(id, names[id], id in own, id in lent) for id in ordered)


async def find(session: AsyncSession, kind: Kind, wanted: str, *, person: int | None, server: str = EVERYWHERE) -> Held:
    """Return what somebody calls by its name, whatever its capitals: of their own the newest, else what is published.

    Raises Missing.
    """
    named = [
        held
        for held in await visible(session, kind, person=person, server=server)
        if held.name.strip().casefold() == wanted.strip().casefold()
    ]
    if not named:
        raise Missing(kind, wanted)
    return max(named, key=lambda held: (held.is_own, held.id))


def _thing(kind: Kind) -> Any:
    return getattr(models.Holding, f"{kind}_id")


def _has(kind: Kind, item: int, person: int | None, server: str | None) -> tuple[ColumnElement[bool], ...]:
    return _thing(kind) == item, models.Holding.person_id == person, models.Holding.server_id == server
