"""Whole stories: read with all that stands beside them, brought in at once, and begun again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Author, Turn, TurnState
from bot.store import models, search, tree
from bot.store.holdings import EVERYWHERE

ROWS_AT_ONCE = 500
"""Others have their turn in between."""

LAST_TURN = text("SELECT seq FROM sqlite_sequence WHERE name = 'turns'")


@dataclass(frozen=True, slots=True)
class Whole:
    """A story from its root. `beside` are all turns that share a parent with one of it, itself among them.

    `kept` is what turns were read from, by their ids, `header` the same of the story.
    """

    title: str
    opened_at: datetime
    header: str
    path: tuple[Turn, ...]
    beside: tuple[Turn, ...]
    kept: Mapping[int, str] = field(repr=False)
    is_notebook: bool = False


@dataclass(frozen=True, slots=True)
class Faces:
    """The pictures of a scene: of characters by their ids, and of personas by person and name."""

    characters: Mapping[int, bytes]
    personas: Mapping[tuple[int, str], bytes]


@dataclass(frozen=True, slots=True)
class Known:
    """A card that somebody knows, and what it is called."""

    id: int
    source: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """A turn to be stored. `parent` is the place of its parent among those that are brought along with it.

    One that is `hidden` counts as deleted. `words` are the text's, as the search wants them.
    """

    author: Author
    name: str
    text: str
    at: datetime
    parent: int | None = None
    state: TurnState = TurnState.DONE
    person: int | None = None
    character: int | None = None
    kept: str = ""
    hidden: bool = False
    words: str = field(default="", compare=False, repr=False)


async def whole(session: AsyncSession, scene_id: int) -> Whole:
    """Read the story of a scene, which there must be, from its root to its leaf."""
    wanted = select(models.Scene).where(models.Scene.id == scene_id).execution_options(populate_existing=True)
    scene = (await session.scalars(wanted)).one()
    way = tree.climb(scene.leaf_id)
    shares = models.Turn.parent_id.is_(None) | models.Turn.parent_id.in_(select(way.c.parent_id))
    beside = (models.Turn.scene_id == scene_id, shares)
    kept = await session.execute(select(models.Turn.id, models.Turn.kept).where(*beside, models.Turn.kept.is_not(None)))
    return Whole(
        title=scene.title,
        opened_at=scene.opened_at,
        header=scene.kept or "",
        path=await tree.path(session, scene.leaf_id),
        beside=await tree.turns(session, *beside),
        kept={id: json for id, json in kept if json},
        is_notebook=scene.is_notebook,
    )


async def faces(session: AsyncSession, scene_id: int) -> Faces:
    """Return the pictures of who speaks in a scene."""
    cards = (
        select(models.Card.id, models.Card.picture)
        .join(models.Cast, models.Cast.card_id == models.Card.id)
        .where(models.Cast.scene_id == scene_id, models.Card.picture.is_not(None))
    )
    personas = (
        select(models.Player.person_id, models.Player.name, models.Persona.picture)
        .join(models.Persona, models.Player.persona_id == models.Persona.id)
        .where(models.Player.scene_id == scene_id, models.Persona.picture.is_not(None))
    )
    return Faces(
        {id: picture for id, picture in await session.execute(cards) if picture},
        {(person, name): picture for person, name, picture in await session.execute(personas) if picture},
    )


async def bring(session: AsyncSession, scene_id: int, turns: Sequence[Brought]) -> tuple[int, ...]:
    """Store turns in an empty scene, parents first, and return their ids. The story stands where it stood."""
    # Nobody else writes meanwhile. Ids that are known beforehand can be parents in the same statement.
    first = (await session.scalar(LAST_TURN) or 0) + 1
    for start in range(0, len(turns), ROWS_AT_ONCE):
        places = range(start, min(start + ROWS_AT_ONCE, len(turns)))
        await session.execute(insert(models.Turn), [_turn(turns[place], scene_id, first, place) for place in places])
        said = [row for place in places for row in _revisions(turns[place], first + place)]
        await session.execute(insert(models.Revision), said)
        found = [(first + place, turns[place].words) for place in places if turns[place].words]
        if found:
            await search.file(session, search.Index.TURNS, found, number=scene_id)
    return tuple(range(first, first + len(turns)))


async def twin(session: AsyncSession, person: int, turns: Sequence[Brought]) -> int | None:
    """Return the scene that somebody has in which just these turns were brought in, whatever happened to them since."""
    said = select(models.Revision.text).where(models.Revision.turn_id == models.Turn.id)
    said = said.order_by(models.Revision.id).limit(1).scalar_subquery()
    in_scene = models.Turn.scene_id == models.Scene.id
    first = select(models.Turn.id).where(in_scene).order_by(models.Turn.id).limit(1)
    alike = select(models.Scene.id).join(models.Turn, models.Turn.id == first.correlate(models.Scene).scalar_subquery())
    alike = alike.where(models.Scene.person_id == person, models.Turn.name == turns[0].name, said == turns[0].text)
    wanted = [(turn.name, turn.text) for turn in turns]
    is_kept = any(turn.kept for turn in turns)
    for scene in (await session.scalars(alike.order_by(models.Scene.id))).all():
        told = select(models.Turn.name, said, models.Turn.kept).where(models.Turn.scene_id == scene)
        rows = (await session.execute(told.order_by(models.Turn.id).limit(len(turns) + 1))).all()
        is_longer = is_kept and len(rows) > len(turns) and rows[-1].kept
        if [(name, text) for name, text, _ in rows[: len(turns)]] == wanted and not is_longer:
            return scene
    return None


async def known_cards(session: AsyncSession, *, person: int, server: str, scene_id: int | None) -> tuple[Known, ...]:
    """Return the cards that somebody has or has met, the newest first.

    They have what they brought and what was published to the server; they met who was in scenes that they opened, or
    is in this one.
    """
    holding, cast, scene = models.Holding, models.Cast, models.Scene
    had = select(holding.card_id).where(or_(holding.person_id == person, holding.server_id.in_({server, EVERYWHERE})))
    met = select(cast.card_id).join(scene, scene.id == cast.scene_id)
    met = met.where(or_(scene.person_id == person, scene.id == scene_id))
    nickname = func.coalesce(func.json_extract(models.Card.fields, "$.nickname"), "")
    known = select(models.Card.id, models.Card.source, models.Card.name, nickname)
    known = known.where(or_(models.Card.id.in_(had), models.Card.id.in_(met))).order_by(models.Card.id.desc())
    return tuple(Known(id, source, (*names,)) for id, source, *names in await session.execute(known))


async def begin_again(session: AsyncSession, scene_id: int, *, at: datetime, place: str | None = None) -> int:
    """Open a scene with the cast, the players, the options of another, at its place or elsewhere; return its id."""
    nothing = dict.fromkeys(("leaf_id", "window_from_id", "ended_at", "paused_at", "branch_id", "kept"))
    where = {"place_id": place} if place else {}
    await _copy(session, models.Scene, models.Scene.id == scene_id, {**nothing, **where, "opened_at": at})
    again = (await session.execute(select(func.max(models.Scene.id)))).scalar_one()
    there = {"scene_id": again}
    present = (models.Cast.scene_id == scene_id) & models.Cast.has_left.is_(False)
    await _copy(session, models.Cast, present, {**there, "after_id": None, "moves": ""})
    player = models.Player
    newest = select(func.max(player.id)).where(player.scene_id == scene_id).group_by(player.person_id)
    await _copy(session, player, player.id.in_(newest), {**there, "after_id": None})
    for attached in (models.Note, models.SceneBook, models.SceneDocument):
        await _copy(session, attached, attached.scene_id == scene_id, there)
    return again


async def _copy(
    session: AsyncSession, model: type[models.Table], condition: ColumnElement[bool], other: Mapping[str, Any]
) -> None:
    """Copy rows of a table, with new ids where it numbers them, and other values in some columns."""
    columns = [column for column in model.__table__.columns if column.name != "id"]
    values = [literal(other[one.name], one.type) if one.name in other else one for one in columns]
    rows = select(*values).where(condition).order_by(literal_column("rowid"))
    await session.execute(insert(model).from_select([column.name for column in columns], rows))


def _turn(turn: Brought, scene_id: int, first: int, place: int) -> dict[str, Any]:
    return {
        "id": first + place,
        "scene_id": scene_id,
        "parent_id": None if turn.parent is None else first + turn.parent,
        "author": turn.author,
        "person_id": turn.person,
        "card_id": turn.character,
        "name": turn.name,
        "state": turn.state,
        "at": turn.at,
        "kept": turn.kept or None,
    }


def _revisions(turn: Brought, id: int) -> list[dict[str, Any]]:
    texts = (turn.text, "") if turn.hidden else (turn.text,)
    return [{"turn_id": id, "text": text, "at": turn.at, "person_id": turn.person} for text in texts]
