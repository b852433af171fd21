"""Documents: the file as it came, the passages that it was cut into, who has it, and which scenes it is attached to."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models, search


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the list of documents. `source` is the name of the file that it came in."""

    id: int
    title: str
    source: str
    passages: int


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document (by its title), and what it stands under there."""

    id: int
    title: str
    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A passage to be stored; `indexed` is what the search is given of it: that takes a while for a large document."""

    heading: str
    text: str
    indexed: str


async def by_digest(session: AsyncSession, digest: str) -> int | None:
    """Return the id of the document with this SHA-256, in hex."""
    return await session.scalar(select(models.Document.id).where(models.Document.digest == digest))


async def add(
    session: AsyncSession,
    *,
    digest: str,
    title: str,
    source: str,
    original: bytes,
    passages: Sequence[Cut],
) -> int:
    """Store a document with its passages, at least one, and return its id."""
    kept = insert(models.Document).values(digest=digest, title=title, source=source, original=original)
    id = (await session.execute(kept.returning(models.Document.id))).scalar_one()
    rows = [{"document_id": id, "heading": one.heading, "text": one.text} for one in passages]
    await session.execute(insert(models.Passage), rows)
    stored = select(models.Passage.id).where(models.Passage.document_id == id).order_by(models.Passage.id)
    filed = zip(await session.scalars(stored), (one.indexed for one in passages), strict=True)
    await search.file(session, search.Index.PASSAGES, [*filed], number=id)
    return id


async def hold(session: AsyncSession, document_id: int, person: int) -> None:
    """Note that a person has a document."""
    has = exists().where(models.Holding.document_id == document_id, models.Holding.person_id == person)
    if not await session.scalar(select(has)):
        await session.execute(insert(models.Holding).values(document_id=document_id, person_id=person))


async def attach(session: AsyncSession, document_id: int, scene_id: int) -> None:
    """Attach a document to a scene."""
    link = sqlite.insert(models.SceneDocument).values(scene_id=scene_id, document_id=document_id)
    await session.execute(link.on_conflict_do_nothing())


async def detach(session: AsyncSession, document_id: int, scene_id: int) -> None:
    """Let a scene know nothing of a document any more; the document stays."""
    link = delete(models.SceneDocument).where(
        models.SceneDocument.scene_id == scene_id, models.SceneDocument.document_id == document_id
    )
    await session.execute(link)


async def let_go(session: AsyncSession, document_id: int, person: int) -> None:
    """Let a person have a document no more. One that nobody has, and no scene, is gone with all its passages."""
    mine = delete(models.Holding).where(models.Holding.document_id == document_id, models.Holding.person_id == person)
    await session.execute(mine)
    held = exists().where(models.Holding.document_id == document_id)
    attached = exists().where(models.SceneDocument.document_id == document_id)
    if await session.scalar(select(held | attached)):
        return
    passages = await session.scalars(select(models.Passage.id).where(models.Passage.document_id == document_id))
    await search.take_out(session, search.Index.PASSAGES, passages.all())
    await session.execute(delete(models.Passage).where(models.Passage.document_id == document_id))
    await session.execute(delete(models.Document).where(models.Document.id == document_id))


async def attached(session: AsyncSession, scene_id: int) -> tuple[Document, ...]:
    """List the documents of a scene, first stored first."""
    of_scene = models.SceneDocument.document_id == models.Document.id
    found = _documents.join(models.SceneDocument, of_scene).where(models.SceneDocument.scene_id == scene_id)
    return tuple(Document(*row) for row in await session.execute(found))


async def held(session: AsyncSession, person: int) -> tuple[Document, ...]:
    """List the documents that a person has, first stored first."""
    found = _documents.join(models.Holding, models.Holding.document_id == models.Document.id)
    return tuple(Document(*row) for row in await session.execute(found.where(models.Holding.person_id == person)))


async def passages(session: AsyncSession, ids: Sequence[int]) -> tuple[Passage, ...]:
    """Return passages by their ids, in that order."""
    found = select(models.Passage.id, models.Document.title, models.Passage.heading, models.Passage.text).join(
        models.Document, models.Document.id == models.Passage.document_id
    )
    rows = {row.id: Passage(*row) for row in await session.execute(found.where(models.Passage.id.in_(ids)))}
    return tuple(rows[id] for id in ids if id in rows)


_count = select(func.count()).where(models.Passage.document_id == models.Document.id).scalar_subquery()
# In the order of a Document's fields.
_documents = select(models.Document.id, models.Document.title, models.Document.source, _count).order_by(
    models.Document.id
)
