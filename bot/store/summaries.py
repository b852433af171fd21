"""Summaries of what happened in a story, each standing behind a turn. Nothing that was written is overwritten."""

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Summary
from bot.store import models, tree


async def add(session: AsyncSession, turn_id: int, text: str, *, person: int | None, at: datetime) -> None:
    """Keep a summary of all up to a turn; `person` is whoever wrote it by hand. An empty text takes it away."""
    await session.execute(insert(models.Summary).values(turn_id=turn_id, text=text, person_id=person, at=at))


async def newest(session: AsyncSession, leaf: int | None) -> Summary | None:
    """Return the summary that stands lowest on the path to a leaf, as it reads now."""
    climb = tree.climb(leaf)
    found = (
        select(models.Summary.turn_id, models.Summary.text)
        .join(climb, models.Summary.turn_id == climb.c.id)
        .order_by(climb.c.height, models.Summary.id.desc())
        .limit(1)
    )
    row = (await session.execute(found)).one_or_none()
    return Summary(row.turn_id, row.text) if row and row.text else None
