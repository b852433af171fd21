"""Lorebooks that are attached to scenes, as JSON whatever the dialect. It knows no entry."""

from dataclasses import dataclass

from sqlalchemy import delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Missing
from bot.store import holdings, models


@dataclass(frozen=True, slots=True)
class Entry:
    """A lorebook in the list of lorebooks. `source` is the file that it came in; empty where it was written here."""

    id: int
    name: str
    source: str


async def add(session: AsyncSession, *, name: str, source: str, body: str, person: int) -> int:
    """Store a lorebook, which is that person's from now on, and return its id."""
    book = insert(models.Book).values(name=name, source=source, body=body)
    id = (await session.execute(book.returning(models.Book.id))).scalar_one()
    await holdings.give(session, "book", id, person=person)
    return id


async def entry(session: AsyncSession, book_id: int) -> Entry:
    """Return how a lorebook is listed. Raises Missing."""
    found = select(models.Book.id, models.Book.name, models.Book.source).where(models.Book.id == book_id)
    row = (await session.execute(found)).one_or_none()
    if row is None:
        raise Missing("lorebook", book_id)
    return Entry(*row)


async def named(session: AsyncSession, person: int, name: str) -> tuple[int, ...]:
    """Return a person's own lorebooks of a name, the newest first."""
    own = select(models.Book.id).join(models.Holding, models.Holding.book_id == models.Book.id)
    own = own.where(models.Holding.person_id == person, models.Book.name == name)
    return tuple(await session.scalars(own.order_by(models.Book.id.desc())))


async def body_of(session: AsyncSession, book_id: int) -> str:
    """Return the JSON of a lorebook. Raises Missing."""
    body = await session.scalar(select(models.Book.body).where(models.Book.id == book_id))
    if body is None:
        raise Missing("book", book_id)
    return body


async def rewrite(session: AsyncSession, book_id: int, body: str) -> None:
    """Let a lorebook say something else from now on. Raises Missing."""
    changed = update(models.Book).where(models.Book.id == book_id).values(body=body).returning(models.Book.id)
    if await session.scalar(changed) is None:
        raise Missing("book", book_id)


async def attach(session: AsyncSession, scene_id: int, book_id: int) -> None:
    """Let a lorebook count in a scene."""
    await session.execute(insert(models.SceneBook).values(scene_id=scene_id, book_id=book_id))


async def detach(session: AsyncSession, scene_id: int, book_id: int) -> None:
    """Let a lorebook count in a scene no more; it stays stored."""
    attached = (models.SceneBook.scene_id == scene_id, models.SceneBook.book_id == book_id)
    await session.execute(delete(models.SceneBook).where(*attached))


async def supersede(session: AsyncSession, old: int, new: int) -> None:
    """Let a lorebook count in all scenes in which another does, instead of that."""
    other = update(models.SceneBook).where(models.SceneBook.book_id == old)
    await session.execute(other.values(book_id=new))


async def forget(session: AsyncSession, book_id: int) -> None:
    """Delete a lorebook that nobody has and that counts nowhere; any other stays."""
    unused = [~exists().where(use.book_id == book_id) for use in (models.Holding, models.SceneBook)]
    await session.execute(delete(models.Book).where(models.Book.id == book_id, *unused))


async def attached(session: AsyncSession, scene_id: int) -> tuple[Entry, ...]:
    """List the lorebooks of a scene, first stored first."""
    found = (
        select(models.Book.id, models.Book.name, models.Book.source)
        .join(models.SceneBook, models.SceneBook.book_id == models.Book.id)
        .where(models.SceneBook.scene_id == scene_id)
        .order_by(models.Book.id)
    )
    return tuple(Entry(*row) for row in await session.execute(found))
