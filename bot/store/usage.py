"""How much of the model each person has used, by the day (UTC)."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models


async def count(session: AsyncSession, person: int, day: date, *, replies: int, tokens: int) -> None:
    """Add to what somebody has used on a day."""
    used = sqlite.insert(models.Usage).values(person_id=person, day=day.isoformat(), replies=replies, tokens=tokens)
    more = {"replies": models.Usage.replies + replies, "tokens": models.Usage.tokens + tokens}
    await session.execute(used.on_conflict_do_update(index_elements=["person_id", "day"], set_=more))


async def tokens(session: AsyncSession, person: int, day: date) -> int:
    """Return how many tokens somebody has used on a day."""
    used = select(models.Usage.tokens).where(models.Usage.person_id == person, models.Usage.day == day.isoformat())
    return await session.scalar(used) or 0
