"""Somebody is forgotten: who they are, what only they have, and if they wish what they said.

Their number stays, with nobody behind it: stories that others play too stay whole.
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Author
from bot.store import books, cards, codes, documents, models, people, personas, search


@dataclass(frozen=True, slots=True)
class Belongings:
    """How much of each somebody has; `lines` are those that they said in stories."""

    personas: int
    cards: int
    books: int
    documents: int
    presets: int
    lines: int


async def belongings(session: AsyncSession, person: int) -> Belongings:
    """Count what somebody has."""
    holding = models.Holding
    counts = [
        await session.scalar(select(func.count()).where(*of))
        for of in (
            [models.Persona.person_id == person],
            [holding.person_id == person, holding.card_id.is_not(None)],
            [holding.person_id == person, holding.book_id.is_not(None)],
            [holding.person_id == person, holding.document_id.is_not(None)],
            [models.Preset.person_id == person],
            [_is_line_of(person)],
        )
    ]
    return Belongings(*(count or 0 for count in counts))


async def forget(session: AsyncSession, person: int) -> None:
    """Forget who somebody is and all that is theirs alone. What they have published stays where it is published.

    What they said stays, under the names that they said it under.
    """
    for persona in await personas.own(session, person):
        played = update(models.Player).where(models.Player.persona_id == persona.id)
        await session.execute(played.values(block=""))
        await personas.remove(session, persona.id)
    mine = models.Holding.person_id == person
    held = (await session.execute(select(models.Holding).where(mine))).scalars().all()
    kept = [(one.card_id, one.book_id, one.document_id) for one in held]
    await session.execute(delete(models.Holding).where(mine, models.Holding.document_id.is_(None)))
    for card, book, document in kept:
        if card is not None:
            await cards.forget(session, card)
        if book is not None:
            await books.forget(session, book)
        if document is not None:
            await documents.let_go(session, document, person)
    await _forget_prompts(session, person)
    for table in (models.Preset, models.Usage, models.Account):
        await session.execute(delete(table).where(table.person_id == person))
    await codes.forget(session, person)
    await people.invite(session, person, is_invited=False)
    await people.want_ping(session, person, is_wanted=False)


async def unsay(session: AsyncSession, person: int) -> tuple[int, ...]:
    """Take the text out of all that somebody said, in every version; their turns stay, and say nothing. Return them."""
    lines = (await session.scalars(select(models.Turn.id).where(_is_line_of(person)))).all()
    said = select(models.Turn.id).where(_is_line_of(person))
    await session.execute(update(models.Revision).where(models.Revision.turn_id.in_(said)).values(text=""))
    theirs = models.Message.turn_id.in_(said), models.Message.is_ours.is_(False)
    await session.execute(delete(models.Message).where(*theirs))  # what the bot posted for them it takes away
    await session.execute(update(models.Turn).where(_is_line_of(person)).values(pinned=False, kept=None))
    await search.take_out(session, search.Index.TURNS, lines)
    return tuple(lines)


async def _forget_prompts(session: AsyncSession, person: int) -> None:
    """Let go of the prompts of all scenes that somebody played in: they tell of their personas, and what they said."""
    played = select(models.Player.scene_id).where(models.Player.person_id == person)
    said = select(models.Turn.scene_id).where(models.Turn.person_id == person)
    told = select(models.Turn.id).where(models.Turn.scene_id.in_(played.union(said)))
    await session.execute(update(models.Reason).where(models.Reason.turn_id.in_(told)).values(prompt=None))


def _is_line_of(person: int) -> ColumnElement[bool]:
    return (models.Turn.person_id == person) & (models.Turn.author == Author.PERSON)
