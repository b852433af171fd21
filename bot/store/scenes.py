"""Scenes: what is played where, and which turn the story stands at."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Afterwards, CastingRules, Place, ReplySettings, Scene, Turn
from bot.errors import Missing
from bot.store import cast, models, summaries, tree

MOST_ENTRIES = 50

_SCENES, _PLACES, _BRANCHES = models.Scene.__table__, models.Place.__table__, models.Branch.__table__
# Made once, and of tables: to make a statement takes longer than to run it, and so do objects.
_scenes = (
    select(*_SCENES.c, _PLACES.c.name.label("place_name"), _PLACES.c.server_id, _BRANCHES.c.name.label("branch"))
    .join_from(_SCENES, _PLACES, _SCENES.c.place_id == _PLACES.c.id)
    .outerjoin(_BRANCHES, _SCENES.c.branch_id == _BRANCHES.c.id)
)
_by_id = _scenes.where(_SCENES.c.id == bindparam("scene"))
_current = (
    _scenes.where(_SCENES.c.place_id == bindparam("place"), _SCENES.c.ended_at.is_(None))
    .order_by(_SCENES.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a scene is opened with. `opened_by` is the name that the person plays under, `state` what is kept."""

    title: str
    opened_by: str
    person: int | None
    scenario: str
    at: datetime
    house_rules: str = ""
    lore: str = ""
    language: str = ""
    is_notebook: bool = False
    rules: CastingRules = CastingRules()
    settings: ReplySettings = ReplySettings()
    afterwards: Afterwards = Afterwards()
    state: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene in the list of those played at a place.

    `names` are the characters present, `turns` the length of its story, `last` is when its last turn was begun.
    """

    id: int
    title: str
    names: tuple[str, ...]
    turns: int
    last: datetime
    has_ended: bool


async def open_scene(session: AsyncSession, place: Place, beginning: Beginning) -> int:
    """Open an empty scene at a place and return its id."""
    await keep_place(session, place)
    begun = {name: getattr(beginning, name) for name in Beginning.__dataclass_fields__}
    begun["person_id"], begun["opened_at"] = begun.pop("person"), begun.pop("at")
    scene = insert(models.Scene).values(place_id=place.id, **begun)
    return (await session.execute(scene.returning(models.Scene.id))).scalar_one()


async def keep_place(session: AsyncSession, place: Place) -> None:
    """Keep a place, and the server that it belongs to, under the name that it has now."""
    server = sqlite.insert(models.Server).values(id=place.server, name="", settings={})
    if place.server:
        await session.execute(server.on_conflict_do_nothing())
    known = sqlite.insert(models.Place).values(id=place.id, name=place.name, server_id=place.server or None)
    now = {"name": place.name, "server_id": place.server or None}
    await session.execute(known.on_conflict_do_update(index_elements=["id"], set_=now))


async def move_places(session: AsyncSession, former: str, new: str) -> None:
    """Let a server become another: all that was played at its places (`former`, `former:topic`), and its settings."""
    settings = select(models.Server.settings).where(models.Server.id == former)
    kept = await session.scalar(settings) or {}
    server = sqlite.insert(models.Server).values(id=new, name="", settings=kept)
    await session.execute(server.on_conflict_do_update(index_elements=["id"], set_={"settings": kept}))
    within = models.Place.id.startswith(f"{former}:", autoescape=True)
    found = select(models.Place.id, models.Place.name).where(or_(models.Place.id == former, within))
    for id, name in (await session.execute(found)).all():
        place = Place(new + id.removeprefix(former), name, new)
        await keep_place(session, place)
        moved = update(models.Scene).where(models.Scene.place_id == id).values(place_id=place.id)
        await session.execute(moved)


async def current(session: AsyncSession, place_id: str) -> Scene | None:
    """Return the newest scene at a place that has not ended, with its turns from the window's first to the leaf."""
    row = (await session.execute(_current, {"place": place_id})).one_or_none()
    return None if row is None else await _read(session, row)


async def stands_at(session: AsyncSession, place_id: str) -> tuple[int | None, int | None]:
    """Return the newest scene at a place that has not ended, and the turn that its story stands at, by their ids."""
    row = (await session.execute(_current, {"place": place_id})).one_or_none()
    return (None, None) if row is None else (row.id, row.leaf_id)


async def scene(session: AsyncSession, scene_id: int) -> Scene:
    """Return a scene, ended or not, with its turns from the window's first to the leaf. Raises Missing."""
    row = (await session.execute(_by_id, {"scene": scene_id})).one_or_none()
    if row is None:
        raise Missing("scene", scene_id)
    return await _read(session, row)


async def place_of(session: AsyncSession, turn_id: int) -> Place:
    """Return where a turn is played. Raises Missing."""
    of_turn = select(models.Turn.scene_id).where(models.Turn.id == turn_id).scalar_subquery()
    here = select(models.Place).join(models.Scene, models.Scene.place_id == models.Place.id)
    place = await session.scalar(here.where(models.Scene.id == of_turn))
    if place is None:
        raise Missing("turn", turn_id)
    return Place(place.id, place.name, place.server_id or "")


async def places(session: AsyncSession, platform: str) -> tuple[Place, ...]:
    """Return the places of a platform where a scene runs, by their ids."""
    running = select(models.Scene.place_id).where(models.Scene.ended_at.is_(None))
    found = select(models.Place).where(models.Place.id.in_(running), models.Place.id.startswith(f"{platform}:"))
    rows = await session.scalars(found.order_by(models.Place.id))
    return tuple(Place(place.id, place.name, place.server_id or "") for place in rows)


async def entries(session: AsyncSession, place_id: str, *, most: int = MOST_ENTRIES) -> tuple[Entry, ...]:
    """List the newest scenes of a place, newest first."""
    here = select(models.Scene.id).where(models.Scene.place_id == place_id).order_by(models.Scene.id.desc()).limit(most)
    leaves = select(models.Scene.id.label("scene"), models.Scene.leaf_id.label("turn")).where(models.Scene.id.in_(here))
    way = leaves.cte("way", recursive=True)
    above = select(way.c.scene, models.Turn.parent_id).join(models.Turn, models.Turn.id == way.c.turn)
    way = way.union_all(above.where(models.Turn.parent_id.is_not(None)))
    lengths = select(way.c.scene, func.count(way.c.turn).label("turns")).group_by(way.c.scene).subquery()
    listed = (
        select(models.Scene, lengths.c.turns, models.Turn.at)
        .join(lengths, lengths.c.scene == models.Scene.id)
        .outerjoin(models.Turn, models.Turn.id == models.Scene.leaf_id)
        .order_by(models.Scene.id.desc())
    )
    present = select(models.Cast.scene_id, models.Cast.name).where(
        models.Cast.scene_id.in_(here), models.Cast.has_left.is_(False)
    )
    names: dict[int, list[str]] = {}
    for scene_id, name in await session.execute(present.order_by(models.Cast.position)):
        names.setdefault(scene_id, []).append(name)
    rows = (await session.execute(listed.execution_options(populate_existing=True))).all()
    return tuple(
        Entry(row.id, row.title, tuple(names.get(row.id, ())), turns, at or row.opened_at, row.ended_at is not None)
        for row, turns, at in rows
    )


async def end(session: AsyncSession, scene_id: int, *, at: datetime) -> None:
    """End a scene: it is nobody's current one any more, and stays stored whole. Raises Missing."""
    await change(session, scene_id, ended_at=at)


async def set_window(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Note the first turn that the model still reads, None for the root. Raises Missing."""
    await tree.check(session, scene_id, turn_id)
    await change(session, scene_id, window_from_id=turn_id)


async def move_window(session: AsyncSession, scene_id: int, turn_id: int) -> None:
    """Let the window begin at a later turn of the path. One that is above it already has left it meanwhile.

    Raises Missing.
    """
    if turn_id in [turn.id for turn in (await scene(session, scene_id)).turns[1:]]:
        await set_window(session, scene_id, turn_id)


async def set_leaf(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Let the story stand at a turn of the scene, None for before the first, and its branch with it. Raises Missing."""
    await tree.check(session, scene_id, turn_id)
    await stand_at(session, scene_id, turn_id)


async def stand_at(session: AsyncSession, scene_id: int, turn_id: int | None) -> None:
    """Let the story stand at a turn that is known to be of the scene. Raises Missing."""
    await change(session, scene_id, leaf_id=turn_id)
    on = select(models.Scene.branch_id).where(models.Scene.id == scene_id).scalar_subquery()
    await session.execute(update(models.Branch).where(models.Branch.id == on).values(leaf_id=turn_id))


async def change(session: AsyncSession, scene_id: int, **values: Any) -> None:
    """Set columns of a scene. Raises Missing."""
    changed = update(models.Scene).where(models.Scene.id == scene_id).values(**values).returning(models.Scene.id)
    if await session.scalar(changed) is None:
        raise Missing("scene", scene_id)


async def story(session: AsyncSession, scene_id: int, *, last: int | None = None) -> tuple[Turn, ...]:
    """Return the turns from the root to the leaf, or the `last` of them, whatever the window. Raises Missing."""
    found = (await session.execute(select(models.Scene.leaf_id).where(models.Scene.id == scene_id))).one_or_none()
    if found is None:
        raise Missing("scene", scene_id)
    return await tree.path(session, found.leaf_id, last=last)


async def _read(session: AsyncSession, row: Row[*tuple[Any, ...]]) -> Scene:
    turns = await tree.path(session, row.leaf_id, top=row.window_from_id)
    # An undo or another branch can leave the path without the window's first turn: it is whole then.
    is_cut = bool(turns) and turns[0].id == row.window_from_id
    told = await summaries.read(session, row.leaf_id, turns)
    return Scene(
        id=row.id,
        place=Place(row.place_id, row.place_name, row.server_id or ""),
        title=row.title,
        opened_by=row.opened_by,
        scenario=row.scenario,
        members=await cast.members(session, row.id),
        turns=turns,
        window_from=row.window_from_id if is_cut else None,
        opener=row.person_id,
        house_rules=row.house_rules,
        lore=row.lore,
        pinned=await tree.pinned_above(session, turns[0].parent) if is_cut else (),
        summary=told[-1] if told else None,
        former=told[:-1],
        players=await cast.players(session, row.id),
        rules=row.rules,
        settings=row.settings,
        afterwards=row.afterwards,
        language=row.language,
        branch=row.branch or "",
        is_notebook=row.is_notebook,
        is_paused=row.paused_at is not None,
    )
