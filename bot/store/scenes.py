"""Scenes: what is played where, by whom, and which turn the story stands at."""

from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Member, Place, Scene, Turn
from bot.errors import Missing
from bot.store import models, tree


async def open_scene(
    session: AsyncSession,
    place: Place,
    *,
    title: str,
    opened_by: str,
    person: int | None,
    scenario: str,
    at: datetime,
) -> int:
    """Open an empty scene at a place and return its id. `opened_by` is the name that the person plays under."""
    known = sqlite.insert(models.Place).values(id=place.id, name=place.name)
    await session.execute(known.on_conflict_do_update(index_elements=["id"], set_={"name": place.name}))
    scene = insert(models.Scene).values(
        place_id=place.id, title=title, opened_by=opened_by, person_id=person, scenario=scenario, opened_at=at
    )
    return (await session.execute(scene.returning(models.Scene.id))).scalar_one()


async def current(session: AsyncSession, place_id: str) -> Scene | None:
    """Return the newest scene at a place that has not ended, with its turns from the window's first to the leaf."""
    newest = (
        select(
            models.Scene.id,
            models.Place.name,
            models.Scene.title,
            models.Scene.opened_by,
            models.Scene.scenario,
            models.Scene.leaf_id,
            models.Scene.window_from_id,
        )
        .join(models.Place, models.Scene.place_id == models.Place.id)
        .where(models.Scene.place_id == place_id, models.Scene.ended_at.is_(None))
        .order_by(models.Scene.id.desc())
        .limit(1)
    )
    found = (await session.execute(newest)).one_or_none()
    if found is None:
        return None
    turns = await tree.path(session, found.leaf_id, top=found.window_from_id)
    return Scene(
        id=found.id,
        place=Place(place_id, found.name),
        title=found.title,
        opened_by=found.opened_by,
        scenario=found.scenario,
        members=await _members(session, found.id),
        turns=turns,
        # An undo or another branch can leave the path without the window's first turn: it is whole then.
        window_from=found.window_from_id if turns and turns[0].id == found.window_from_id else None,
    )


async def add_member(session: AsyncSession, scene_id: int, member: Member) -> None:
    """Put a character into a scene, behind those who are there."""
    behind = func.coalesce(func.max(models.Cast.position) + 1, 0)
    await session.execute(
        insert(models.Cast).values(
            scene_id=scene_id,
            card_id=member.character,
            position=select(behind).where(models.Cast.scene_id == scene_id).scalar_subquery(),
            name=member.name,
            block=member.block,
            talkativeness=member.talkativeness,
            muted=member.muted,
            after_id=member.after,
            examples=member.examples,
        )
    )


async def end(session: AsyncSession, scene_id: int, *, at: datetime) -> None:
    """End a scene: it is nobody's current one any more, and stays stored whole. Raises Missing."""
    await _change(session, scene_id, ended_at=at)


async def set_window(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Note the first turn that the model still reads, None for the root. Raises Missing."""
    await tree.check(session, scene_id, turn_id)
    await _change(session, scene_id, window_from_id=turn_id)


async def set_leaf(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Let the story stand at a turn of the scene, None for before the first. Raises Missing."""
    await tree.check(session, scene_id, turn_id)
    await _change(session, scene_id, leaf_id=turn_id)


async def story(session: AsyncSession, scene_id: int, *, last: int | None = None) -> tuple[Turn, ...]:
    """Return the turns from the root to the leaf, or the `last` of them, whatever the window. Raises Missing."""
    found = (await session.execute(select(models.Scene.leaf_id).where(models.Scene.id == scene_id))).one_or_none()
    if found is None:
        raise Missing("scene", scene_id)
    return await tree.path(session, found.leaf_id, last=last)


async def _members(session: AsyncSession, scene_id: int) -> tuple[Member, ...]:
    # In the order of a Member's fields.
    cast = (
        select(
            models.Cast.card_id,
            models.Cast.name,
            models.Cast.block,
            models.Cast.talkativeness,
            models.Cast.muted,
            models.Cast.after_id,
            models.Cast.examples,
        )
        .where(models.Cast.scene_id == scene_id)
        .order_by(models.Cast.position)
    )
    return tuple(Member(*row) for row in await session.execute(cast))


async def _change(session: AsyncSession, scene_id: int, **values: datetime | int | None) -> None:
    changed = update(models.Scene).where(models.Scene.id == scene_id).values(**values).returning(models.Scene.id)
    if await session.scalar(changed) is None:
        raise Missing("scene", scene_id)
