"""Turns: recording them, replies still being spoken, and what a turn says. Nothing that was said is overwritten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.core import Author, Turn, TurnState
from bot.errors import Missing
from bot.store import messages, models, scenes, search, tree

MOST_DIGITS = 18
"""Of an id: SQLite's whole numbers have 64 bits."""


async def record(
    session: AsyncSession,
    scene_id: int,
    *,
    parent: int | None,
    author: Author,
    name: str,
    text: str,
    at: datetime,
    event: str | None = None,
    person: int | None = None,
    character: int | None = None,
    state: TurnState = TurnState.DONE,
) -> Turn:
    """Append a turn and let the story stand at it; an event recorded before changes nothing and returns its first turn.

    `event` is `platform:message-id`, of the message that shows the turn.
    Raises Missing where the parent is no turn of the scene.
    """
    known = await by_event(session, event) if event is not None else None
    if known is not None:
        return known
    turn = models.Turn(
        scene_id=scene_id,
        parent_id=parent,
        author=author,
        person_id=person,
        card_id=character,
        name=name,
        state=state,
        at=at,
        event=event,
    )
    turn_id = await _append(session, turn)
    await _write(session, turn_id, text, person=person, at=at)
    if event is not None:
        await messages.show(session, turn_id, [event], is_ours=False)
    return await tree.turn(session, turn_id)


async def greet(
    session: AsyncSession, scene_id: int, texts: Sequence[str], *, first: int, name: str, character: int, at: datetime
) -> None:
    """Record the greetings that a scene may open with beside each other, and let it stand at the `first`."""
    greetings = [
        await record(
            session, scene_id, parent=None, author=Author.CHARACTER, name=name, text=text, at=at, character=character
        )
        for text in texts
    ]
    if greetings:
        await scenes.set_leaf(session, scene_id, greetings[first].id)


async def open_reply(
    session: AsyncSession,
    scene_id: int,
    *,
    parent: int | None,
    name: str,
    author: Author,
    character: int | None,
    at: datetime,
) -> Turn:
    """Append a turn that says nothing yet and let the story stand at it; `close` says how it ended. Raises Missing."""
    turn = models.Turn(
        scene_id=scene_id,
        parent_id=parent,
        author=author,
        card_id=character,
        name=name,
        state=TurnState.OPEN,
        at=at,
    )
    return await tree.turn(session, await _append(session, turn))


async def close(session: AsyncSession, turn_id: int, *, text: str, state: TurnState) -> None:
    """End an open reply as done or cut, with what was said; where somebody revised it meanwhile, their word stands.

    Raises Missing where no such reply is open.
    """
    closed = update(models.Turn).where(models.Turn.id == turn_id, models.Turn.state == TurnState.OPEN)
    at = await session.scalar(closed.values(state=state).returning(models.Turn.at))
    if at is None:
        raise Missing("open reply", turn_id)
    revised = select(models.Revision.id).where(models.Revision.turn_id == turn_id).limit(1)
    if await session.scalar(revised) is None:
        await _write(session, turn_id, text, person=None, at=at)


async def revise(session: AsyncSession, turn_id: int, text: str, *, person: int | None, at: datetime) -> None:
    """Let a turn say something else from now on; an empty text deletes it. Raises Missing."""
    await tree.turn(session, turn_id)
    await _write(session, turn_id, text, person=person, at=at)


async def rename(session: AsyncSession, turn_id: int, name: str) -> None:
    """Let a turn be said under another name. Raises Missing."""
    await tree.turn(session, turn_id)
    await session.execute(update(models.Turn).where(models.Turn.id == turn_id).values(name=name))


async def go_on(session: AsyncSession, turn_id: int, *, said: str, more: str, state: TurnState, at: datetime) -> None:
    """Let a turn that said something say more behind it; where somebody revised it meanwhile, their word stands.

    Raises Missing.
    """
    turn = await tree.turn(session, turn_id)
    if turn.text != said:
        return
    await session.execute(update(models.Turn).where(models.Turn.id == turn_id).values(state=state))
    await _write(session, turn_id, said + more, person=None, at=at)


async def last_text(session: AsyncSession, turn_id: int) -> str:
    """Return what a turn said before it was deleted; empty where it never said anything."""
    said = select(models.Revision.text).where(models.Revision.turn_id == turn_id, models.Revision.text != "")
    return await session.scalar(said.order_by(models.Revision.id.desc()).limit(1)) or ""


async def last_deleted(session: AsyncSession, leaf: int | None) -> int | None:
    """Return the turn on the way to a leaf that was deleted last."""
    way = tree.climb(leaf)
    said, newest = aliased(models.Revision), aliased(models.Revision)
    deleted = (
        select(models.Turn.id)
        .join(way, models.Turn.id == way.c.id)
        .join(newest, newest.turn_id == models.Turn.id)
        .where(
            models.Turn.state != TurnState.OPEN,
            tree.newest_text == "",
            exists().where(said.turn_id == models.Turn.id, said.text != ""),
        )
        .order_by(newest.id.desc())
        .limit(1)
    )
    return await session.scalar(deleted)


async def pin(session: AsyncSession, turn_id: int, *, pinned: bool) -> None:
    """Let a turn never leave the window, or let it leave like the others again. Raises Missing."""
    changed = update(models.Turn).where(models.Turn.id == turn_id).values(pinned=pinned)
    if await session.scalar(changed.returning(models.Turn.id)) is None:
        raise Missing("turn", turn_id)


async def cut_open(session: AsyncSession) -> int:
    """Cut the replies that an earlier run left open and return their number.

    A story that stands at one which says nothing and has nothing below it goes back to the turn before.
    """
    below = aliased(models.Turn)
    unsaid = select(models.Turn.id).where(
        models.Turn.state == TurnState.OPEN,
        tree.newest_text == "",
        ~exists().where(below.scene_id == models.Turn.scene_id, below.parent_id == models.Turn.id),
    )
    before = select(models.Turn.parent_id).where(models.Turn.id == models.Scene.leaf_id).scalar_subquery()
    await session.execute(update(models.Scene).where(models.Scene.leaf_id.in_(unsaid)).values(leaf_id=before))
    cut = update(models.Turn).where(models.Turn.state == TurnState.OPEN).values(state=TurnState.CUT)
    return len((await session.scalars(cut.returning(models.Turn.id))).all())


async def siblings(session: AsyncSession, turn_id: int) -> tuple[Turn, ...]:
    """Return a turn and its alternatives, oldest first: same parent, same kind of author. Raises Missing."""
    turn = await tree.turn(session, turn_id)
    itself = aliased(models.Turn)
    scene = select(itself.scene_id).where(itself.id == turn_id).scalar_subquery()
    return await tree.turns(
        session,
        models.Turn.scene_id == scene,
        models.Turn.parent_id.is_not_distinct_from(turn.parent),
        models.Turn.author == turn.author,
    )


async def meant(session: AsyncSession, scene_id: int, ids: Sequence[str]) -> tuple[Turn, ...]:
    """Return the turns of a scene by their own ids, or by those of messages (`platform:message-id`) that show them."""
    shown = select(models.Message.turn_id).where(models.Message.foreign_id.in_(ids))
    own = [int(id) for id in ids if id.isascii() and id.isdecimal() and len(id) <= MOST_DIGITS]
    return await tree.turns(
        session, models.Turn.scene_id == scene_id, or_(models.Turn.id.in_(own), models.Turn.id.in_(shown))
    )


async def by_event(session: AsyncSession, event: str) -> Turn | None:
    """Return the turn that an event was recorded as."""
    found = await tree.turns(session, models.Turn.event == event)
    return found[0] if found else None


async def _append(session: AsyncSession, turn: models.Turn) -> int:
    await tree.check(session, turn.scene_id, turn.parent_id)
    session.add(turn)
    await session.flush()
    await scenes.stand_at(session, turn.scene_id, turn.id)
    return turn.id


async def _write(session: AsyncSession, turn_id: int, text: str, *, person: int | None, at: datetime) -> None:
    await session.execute(insert(models.Revision).values(turn_id=turn_id, text=text, at=at, person_id=person))
    scene = await session.scalar(select(models.Turn.scene_id).where(models.Turn.id == turn_id))
    await search.put(session, search.Index.TURNS, turn_id, text, number=scene or 0)
