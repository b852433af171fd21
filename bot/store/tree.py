"""Reading turns: one by its id, or the path of them down to a leaf. It knows no scene but by its id."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CTE, ColumnElement, Integer, bindparam, func, literal, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Author, Turn
from bot.errors import Missing
from bot.store import models

MOST_TURNS = 2**31 - 1

newest_text = func.coalesce(
    select(models.Revision.text)
    .where(models.Revision.turn_id == models.Turn.id)
    .order_by(models.Revision.id.desc())
    .limit(1)
    .scalar_subquery(),
    "",
)
# In the order of a Turn's fields.
_turns = select(
    models.Turn.id,
    models.Turn.parent_id,
    models.Turn.author,
    models.Turn.name,
    newest_text.label("text"),
    models.Turn.state,
    models.Turn.at,
    models.Turn.person_id,
    models.Turn.card_id,
    models.Turn.pinned,
)


async def turn(session: AsyncSession, turn_id: int) -> Turn:
    """Return a turn as it reads now; raise Missing where there is none."""
    found = await turns(session, models.Turn.id == turn_id)
    if not found:
        raise Missing("turn", turn_id)
    return found[0]


async def turns(session: AsyncSession, *conditions: ColumnElement[bool]) -> tuple[Turn, ...]:
    """Return the turns that meet all conditions, oldest first."""
    rows = await session.execute(_turns.where(*conditions).order_by(models.Turn.id))
    return tuple(Turn(*row) for row in rows)


async def by_ids(session: AsyncSession, ids: Sequence[int]) -> tuple[Turn, ...]:
    """Return turns by their ids, in that order."""
    found = {one.id: one for one in await turns(session, models.Turn.id.in_(ids))}
    return tuple(found[id] for id in ids if id in found)


async def check(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Raise Missing unless a turn is of a scene; None, the place before the first turn, is of every scene."""
    inside = select(models.Turn.id).where(models.Turn.id == turn_id, models.Turn.scene_id == scene_id)
    if turn_id is not None and await session.scalar(inside) is None:
        raise Missing("turn", turn_id)


async def path(
    session: AsyncSession, leaf: int | None, *, top: int | None = None, last: int | None = None
) -> tuple[Turn, ...]:
    """Return the way down to a leaf: from `top` where that lies on it, else from the root; of that the `last` turns.

    Reads no turn above those it returns.
    """
    rows = await session.execute(_path, way_to(leaf, top=top, last=last))
    return tuple(Turn(*row) for row in rows)


async def whole(session: AsyncSession, scene_id: int) -> tuple[Turn, ...]:
    """Return every turn of a scene, oldest first."""
    return await turns(session, models.Turn.scene_id == scene_id)


async def ids(session: AsyncSession, scene_id: int) -> tuple[int, ...]:
    """Return the ids of all turns of a scene, oldest first."""
    found = select(models.Turn.id).where(models.Turn.scene_id == scene_id).order_by(models.Turn.id)
    return tuple(await session.scalars(found))


async def numbered(session: AsyncSession, scene_id: int, number: int) -> Turn | None:
    """Return a turn of a scene by its number, counted from 1 in the order of their age; None where there are fewer."""
    of_scene = select(models.Turn.id).where(models.Turn.scene_id == scene_id).order_by(models.Turn.id)
    found = await session.scalar(of_scene.offset(number - 1).limit(1))
    return await turn(session, found) if found else None


async def newest_below(session: AsyncSession, scene_id: int, turn_id: int | None) -> int | None:
    """Return the newest turn somewhere below another that says something; None stands for before the first turn."""
    said = select(models.Turn.id).where(models.Turn.scene_id == scene_id, newest_text != "")
    if turn_id is not None:
        children = select(models.Turn.id).where(models.Turn.scene_id == scene_id, models.Turn.parent_id == turn_id)
        below = children.cte("below", recursive=True)
        deeper = select(models.Turn.id).join(below, models.Turn.parent_id == below.c.id)
        below = below.union_all(deeper.where(models.Turn.scene_id == scene_id))
        said = said.join(below, models.Turn.id == below.c.id)
    return await session.scalar(said.order_by(models.Turn.id.desc()).limit(1))


async def pinned_above(session: AsyncSession, leaf: int | None) -> tuple[Turn, ...]:
    """Return the pinned turns on the way down to a leaf."""
    return tuple(Turn(*row) for row in await session.execute(_pinned, way_to(leaf)))


async def last_of(session: AsyncSession, leaf: int | None, person: int) -> tuple[Turn, ...]:
    """Return the way from the last turn that a person wrote down to a leaf, that turn first; empty where none is."""
    theirs = select(func.max(models.Turn.id)).join(WAY, models.Turn.id == WAY.c.id)
    last = await session.scalar(theirs.where(models.Turn.person_id == person, newest_text != ""), way_to(leaf))
    return () if last is None else await path(session, leaf, top=last)


async def replies(session: AsyncSession, leaf: int | None, character: int | None = None) -> int:
    """Count the turns on the way to a leaf that no person wrote, or those of one character."""
    by = models.Turn.author != Author.PERSON if character is None else models.Turn.card_id == character
    counted = select(func.count()).select_from(models.Turn).join(WAY, models.Turn.id == WAY.c.id).where(by)
    return await session.scalar(counted, way_to(leaf)) or 0


async def counts(session: AsyncSession, leaf: int | None) -> tuple[int, int]:
    """Count the turns on the way down to a leaf that say something, and those of them that characters said."""
    replies = func.count().filter(models.Turn.author == Author.CHARACTER)
    said = select(func.count(), replies).select_from(models.Turn).join(WAY, models.Turn.id == WAY.c.id)
    found = (await session.execute(said.where(newest_text != ""), way_to(leaf))).one()
    return found[0], found[1]


def climb(leaf: int | None, *, top: int | None = None, last: int | None = None) -> CTE:
    """Make the way up from a leaf as rows of `id` and `height` (1 at the leaf), as far as `path` says."""
    return _climb(*map(literal, way_to(leaf, top=top, last=last).values()))


def way_to(leaf: int | None, *, top: int | None = None, last: int | None = None) -> dict[str, int | None]:
    """Return what `WAY` has to be given to be the way that `climb` makes."""
    return {"leaf": leaf, "top": top, "last": MOST_TURNS if last is None else last}


def _climb(leaf: ColumnElement[Any], top: ColumnElement[Any], last: ColumnElement[Any]) -> CTE:
    step = select(models.Turn.id, models.Turn.parent_id, literal(1).label("height")).where(models.Turn.id == leaf)
    way = step.cte("climb", recursive=True)
    upward = (
        select(models.Turn.id, models.Turn.parent_id, way.c.height + 1)
        .join(way, models.Turn.id == way.c.parent_id)
        .where(way.c.id.is_distinct_from(top), way.c.height < last)
    )
    return way.union_all(upward)


# To put this together takes the event loop longer than SQLite takes to answer it, and each reply asks it many times.
WAY = _climb(*(bindparam(name, type_=Integer) for name in ("leaf", "top", "last")))
_path = _turns.join(WAY, models.Turn.id == WAY.c.id).order_by(WAY.c.height.desc())
_pinned = _path.where(models.Turn.pinned)
