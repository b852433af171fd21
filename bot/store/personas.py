"""Personas: who people play. The one that somebody plays in a scene is kept with its cast."""

from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Persona
from bot.errors import Missing
from bot.store import models

# In the order of a Persona's fields.
_personas = select(
    models.Persona.id,
    models.Persona.person_id,
    models.Persona.name,
    models.Persona.description,
    models.Persona.brackets,
)


async def add(session: AsyncSession, person: int, *, name: str, description: str, picture: bytes | None) -> int:
    """Store a persona of a person's own and return its id."""
    persona = insert(models.Persona).values(person_id=person, name=name, description=description, picture=picture)
    return (await session.execute(persona.returning(models.Persona.id))).scalar_one()


async def change(session: AsyncSession, persona: int, **values: Any) -> None:
    """Set columns of a persona."""
    await session.execute(update(models.Persona).where(models.Persona.id == persona).values(**values))


async def persona(session: AsyncSession, persona_id: int) -> Persona:
    """Return a persona by its id. Raises Missing."""
    row = (await session.execute(_personas.where(models.Persona.id == persona_id))).one_or_none()
    if row is None:
        raise Missing("persona", persona_id)
    return Persona(*row)


async def own(session: AsyncSession, person: int) -> tuple[Persona, ...]:
    """Return a person's own personas, first made first."""
    rows = await session.execute(_personas.where(models.Persona.person_id == person).order_by(models.Persona.id))
    return tuple(Persona(*row) for row in rows)


async def picture(session: AsyncSession, persona_id: int) -> bytes | None:
    """Return the picture of a persona, where it has one."""
    return await session.scalar(select(models.Persona.picture).where(models.Persona.id == persona_id))


async def remove(session: AsyncSession, persona_id: int) -> None:
    """Delete a persona, wherever it was published. What was said under its name stays, and what scenes know of it."""
    played = update(models.Player).where(models.Player.persona_id == persona_id)
    await session.execute(played.values(persona_id=None))
    await session.execute(delete(models.Holding).where(models.Holding.persona_id == persona_id))
    await session.execute(delete(models.Persona).where(models.Persona.id == persona_id))
