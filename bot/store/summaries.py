"""Summaries of what happened in a story, each standing behind a turn. Nothing that was written is overwritten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Summary, Turn
from bot.store import models, tree

_upward = (
    select(models.Summary.turn_id, models.Summary.text, models.Summary.window_from_id)
    .join(tree.WAY, models.Summary.turn_id == tree.WAY.c.id)
    .order_by(tree.WAY.c.height, models.Summary.id.desc())
)


async def add(
    session: AsyncSession,
    turn_id: int,
    text: str,
    *,
    person: int | None,
    at: datetime,
    window_from: int | None = None,
) -> None:
    """Keep a summary of all up to a turn, made while the window began at another; `person` wrote it by hand."""
    await session.execute(
        insert(models.Summary).values(turn_id=turn_id, text=text, person_id=person, at=at, window_from_id=window_from)
    )


async def revise(session: AsyncSession, turn_id: int, text: str, *, person: int | None, at: datetime) -> None:
    """Let the summary behind a turn say something else from now on; an empty text takes it away."""
    made = select(models.Summary.window_from_id).where(models.Summary.turn_id == turn_id)
    window_from = await session.scalar(made.order_by(models.Summary.id.desc()).limit(1))
    await add(session, turn_id, text, person=person, at=at, window_from=window_from)


async def read(session: AsyncSession, leaf: int | None, turns: Sequence[Turn]) -> tuple[Summary, ...]:
    """Return the summaries on the path to a leaf that belong to a window of these turns, the newest last.

    Those are all that stand in it, and the lowest one above, unless the next was made before the window moved here.
    """
    revisions = [*(await session.execute(_upward, tree.way_to(leaf)))]
    newest = {row.turn_id: row for row in reversed(revisions)}
    upward = [row for row in reversed(newest.values()) if row.text]
    window = {turn.id for turn in turns}
    shown = [row for row in upward if row.turn_id in window]
    above = next((row for row in upward if row.turn_id not in window), None)
    if above and (not shown or shown[-1].window_from_id == turns[0].id):
        shown.append(above)
    return tuple(Summary(row.turn_id, row.text) for row in reversed(shown))
