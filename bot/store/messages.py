"""Which messages on platforms show which turns, and which events have been seen to. It knows no platform."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.dialects.sqlite import insert as insert_or
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Shown, Turn, TurnState
from bot.store import models, tree


async def show(session: AsyncSession, turn_id: int, ids: Sequence[str], *, is_ours: bool) -> None:
    """Note that messages show a turn, in this order, behind those that do so already. Raises Missing.

    What they showed before they show no more.
    """
    await tree.turn(session, turn_id)
    await forget(session, ids)
    rows = [{"foreign_id": id, "turn_id": turn_id, "is_ours": is_ours} for id in dict.fromkeys(ids)]
    if rows:
        await session.execute(insert(models.Message), rows)


async def move(session: AsyncSession, former: int, turn_id: int) -> None:
    """Let the messages that show a turn show another from now on. Raises Missing."""
    await tree.turn(session, turn_id)
    shown = update(models.Message).where(models.Message.turn_id == former)
    await session.execute(shown.values(turn_id=turn_id))


async def replace(session: AsyncSession, id: str, by: str) -> None:
    """Let another message stand for one; where none is known by that id, nothing happens."""
    known = select(models.Message.id).where(models.Message.foreign_id == id)
    if id != by and await session.scalar(known) is not None:
        await forget(session, [by])
        await session.execute(update(models.Message).where(models.Message.foreign_id == id).values(foreign_id=by))


async def forget(session: AsyncSession, ids: Sequence[str]) -> None:
    """Note that messages show nothing any more."""
    await session.execute(delete(models.Message).where(models.Message.foreign_id.in_(ids)))


async def mark(session: AsyncSession, ids: Sequence[str], *, is_marked: bool) -> None:
    """Note that messages are marked as out of the story, or not any more."""
    which = models.Message.foreign_id.in_(ids)
    await session.execute(update(models.Message).where(which).values(is_marked=is_marked))


async def of_turn(session: AsyncSession, turn_id: int) -> tuple[Shown, ...]:
    """Return the messages that show a turn, in the order in which they were sent."""
    return await _shown(session, models.Message.turn_id == turn_id)


async def newest(session: AsyncSession, scene_id: int, *, last: int = 1) -> tuple[str, ...]:
    """Return the newest messages of a scene, those with the highest numbers, the newest first."""
    id = models.Message.foreign_id
    found = select(id).where(_of_scene(scene_id)).order_by(func.length(id).desc(), id.desc()).limit(last)
    return tuple(await session.scalars(found))


async def turn_of(session: AsyncSession, id: str) -> Turn | None:
    """Return the turn that a message shows."""
    shown = select(models.Message.turn_id).where(models.Message.foreign_id == id)
    found = await tree.turns(session, models.Turn.id.in_(shown))
    return found[0] if found else None


async def out_of_story(session: AsyncSession, scene_id: int, leaf: int | None) -> tuple[Shown, ...]:
    """Return the messages of a scene that show what its story does not tell: off the way to a leaf, or deleted.

    Those that are marked so already are left out.
    """
    return await _shown(session, _of_scene(scene_id), ~_is_told(leaf), models.Message.is_marked.is_(False))


async def back_in_story(session: AsyncSession, scene_id: int, leaf: int | None) -> tuple[Shown, ...]:
    """Return the messages of a scene that are marked as out of its story, yet show what it tells."""
    return await _shown(session, _of_scene(scene_id), _is_told(leaf), models.Message.is_marked.is_(True))


async def unshown(session: AsyncSession, leaf: int | None, *, last: int) -> tuple[Turn, ...]:
    """Return those of the `last` turns on the way to a leaf that say something and no message shows, oldest first."""
    shown = {one.turn for one in await _shown(session, models.Message.turn_id.in_(select(tree.climb(leaf).c.id)))}
    told = [turn for turn in await tree.path(session, leaf, last=last) if turn.text]
    return tuple(turn for turn in told if turn.id not in shown)


async def note(session: AsyncSession, event: str, *, at: datetime) -> bool:
    """Note that an event (`platform:event-id`) is seen to; False where it was noted before."""
    noted = insert_or(models.Event).values(id=event, at=at).on_conflict_do_nothing()
    return await session.scalar(noted.returning(models.Event.id)) is not None


def _of_scene(scene_id: int) -> ColumnElement[bool]:
    return models.Message.turn_id.in_(select(models.Turn.id).where(models.Turn.scene_id == scene_id))


def _is_told(leaf: int | None) -> ColumnElement[bool]:
    """Tell whether a message shows a turn on the way to a leaf that says something, or is being spoken."""
    way = tree.climb(leaf)
    is_said = (tree.newest_text != "") | (models.Turn.state == TurnState.OPEN)
    return models.Message.turn_id.in_(select(models.Turn.id).join(way, models.Turn.id == way.c.id).where(is_said))


async def _shown(session: AsyncSession, *conditions: ColumnElement[bool]) -> tuple[Shown, ...]:
    fields = models.Message.foreign_id, models.Message.turn_id, models.Message.is_ours, models.Message.is_marked
    rows = await session.execute(select(*fields).where(*conditions).order_by(models.Message.id))
    return tuple(Shown(*row) for row in rows)
