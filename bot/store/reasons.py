"""Why replies are as they are: facts about each, what lore remembers since, and the exact prompt for a while."""

import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models, tree

PROMPTS_KEPT = 20
"""Of a scene, the newest: a prompt that fills a window of 8,192 tokens takes some 12 kB."""

_newest_effects = (
    select(models.Reason.effects)
    .join(tree.WAY, models.Reason.turn_id == tree.WAY.c.id)
    .order_by(tree.WAY.c.height)
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Reason:
    """What is kept of a reply. `prompt` is empty once it was let go of."""

    fields: dict[str, Any]
    effects: dict[str, Any]
    prompt: str


async def keep(
    session: AsyncSession, turn_id: int, *, fields: dict[str, Any], effects: dict[str, Any], prompt: str
) -> None:
    """Keep the reasons of a reply, in place of earlier ones, and let go of the oldest prompt of its scene."""
    packed = zlib.compress(prompt.encode("utf-8", "replace"))
    kept = {"fields": fields, "effects": effects, "prompt": packed}
    await session.execute(
        sqlite.insert(models.Reason)
        .values(turn_id=turn_id, **kept)
        .on_conflict_do_update(index_elements=["turn_id"], set_=kept)
    )
    scene = select(models.Turn.scene_id).where(models.Turn.id == turn_id).scalar_subquery()
    old = (
        select(models.Reason.turn_id)
        .join(models.Turn, models.Turn.id == models.Reason.turn_id)
        .where(models.Turn.scene_id == scene, models.Reason.prompt.is_not(None))
        .order_by(models.Reason.turn_id.desc())
        .offset(PROMPTS_KEPT)
    )
    await session.execute(update(models.Reason).where(models.Reason.turn_id.in_(old)).values(prompt=None))


async def of(session: AsyncSession, turn_id: int) -> Reason | None:
    """Return what is kept of a reply; None where that is nothing, as of what people wrote."""
    found = select(models.Reason.fields, models.Reason.effects, models.Reason.prompt)
    row = (await session.execute(found.where(models.Reason.turn_id == turn_id))).one_or_none()
    if row is None:
        return None
    return Reason(row.fields, row.effects, zlib.decompress(row.prompt).decode() if row.prompt else "")


async def effects(session: AsyncSession, leaf: int | None) -> dict[str, Any]:
    """Return what lore has to remember at a leaf: that of the newest reply on the way to it."""
    return await session.scalar(_newest_effects, tree.way_to(leaf)) or {}
