"""The values that stories keep, each as it is at a turn, and what they are. It knows no kind of value."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models, tree

_lowest = (
    select(models.State.values)
    .join(tree.WAY, models.State.turn_id == tree.WAY.c.id)
    .order_by(tree.WAY.c.height, models.State.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Kept:
    """What a scene keeps (`shape`), and the values at a turn; both empty where there are none."""

    shape: dict[str, Any]
    values: dict[str, Any]


async def at(session: AsyncSession, scene_id: int, leaf: int | None) -> Kept:
    """Return what a scene keeps as it is at a leaf: the values of the lowest turn on the way to it."""
    shape = await session.scalar(select(models.Scene.state).where(models.Scene.id == scene_id)) or {}
    if not shape:
        return Kept(shape, {})
    return Kept(shape, await session.scalar(_lowest, tree.way_to(leaf)) or {})


async def keep(session: AsyncSession, turn_id: int, values: dict[str, Any], *, person: int | None) -> None:
    """Keep the values at a turn, in place of those from before; `person` is whoever set them by hand."""
    await session.execute(insert(models.State).values(turn_id=turn_id, values=values, person_id=person))
