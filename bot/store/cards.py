"""Character cards: the file as it came, and what was read from it. It knows no card format."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Missing
from bot.store import models


@dataclass(frozen=True, slots=True)
class Entry:
    """A card in the list of cards. `source` is the name of the file that it came in."""

    id: int
    name: str
    source: str


async def add(
    session: AsyncSession,
    *,
    digest: str,
    name: str,
    source: str,
    original: bytes,
    picture: bytes | None,
    fields: dict[str, Any],
) -> int:
    """Store a card and return its id; a file that is stored already (same SHA-256 `digest`, in hex) keeps its first."""
    first = await session.scalar(select(models.Card.id).where(models.Card.digest == digest))
    if first is not None:
        return first
    card = insert(models.Card).values(
        digest=digest, name=name, source=source, original=original, picture=picture, fields=fields
    )
    return (await session.execute(card.returning(models.Card.id))).scalar_one()


async def fields_of(session: AsyncSession, card_id: int) -> dict[str, Any]:
    """Return what was read from a card; raise Missing where there is none."""
    fields = await session.scalar(select(models.Card.fields).where(models.Card.id == card_id))
    if fields is None:
        raise Missing("card", card_id)
    return fields


async def original_of(session: AsyncSession, card_id: int) -> bytes:
    """Return the file of a card as it came; raise Missing where there is none."""
    original = await session.scalar(select(models.Card.original).where(models.Card.id == card_id))
    if original is None:
        raise Missing("card", card_id)
    return original


async def entry(session: AsyncSession, card_id: int) -> Entry:
    """Return how a card is listed; raise Missing where there is none."""
    found = select(models.Card.id, models.Card.name, models.Card.source).where(models.Card.id == card_id)
    row = (await session.execute(found)).one_or_none()
    if row is None:
        raise Missing("card", card_id)
    return Entry(*row)


async def named(session: AsyncSession, person: int, name: str) -> tuple[int, ...]:
    """Return a person's own cards of a name, the newest first."""
    own = select(models.Card.id).join(models.Holding, models.Holding.card_id == models.Card.id)
    own = own.where(models.Holding.person_id == person, models.Card.name == name)
    return tuple(await session.scalars(own.order_by(models.Card.id.desc())))


async def picture_of(session: AsyncSession, card_id: int) -> bytes | None:
    """Return the picture that came with a card, where one did."""
    return await session.scalar(select(models.Card.picture).where(models.Card.id == card_id))


async def forget(session: AsyncSession, card_id: int) -> None:
    """Delete a card that nobody has and that was never in a scene; any other stays, for stories are kept whole."""
    uses = (models.Holding, models.Cast, models.Turn, models.Note)
    unused = [~exists().where(use.card_id == card_id) for use in uses]
    await session.execute(delete(models.Card).where(models.Card.id == card_id, *unused))


async def entries(session: AsyncSession) -> tuple[Entry, ...]:
    """List all cards, first stored first."""
    rows = await session.execute(select(models.Card.id, models.Card.name, models.Card.source).order_by(models.Card.id))
    return tuple(Entry(*row) for row in rows)
