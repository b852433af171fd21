"""Documents and their passages: stored once, found, gone once nobody has them."""

from sqlalchemy import select

from bot.core import Account
from bot.store import documents, models, search
from bot.store.database import Database
from bot.store.documents import Cut, Document, Passage
from bot.store.people import person_of
from bot.store.search import Index
from tests.bot.store.play import open_scene

CUTS = [Cut("Lamps", "Every lamp has a name.", "lamp name"), Cut("", "Rain falls.", "rain")]


async def test_a_document_lives_as_long_as_somebody_has_it(database: Database) -> None:
    async with database.writing() as session:
        scene, other = await open_scene(session), await open_scene(session)
        kim, ada = [await person_of(session, Account(f"terminal:{name}", name)) for name in ("Kim", "Ada")]
        id = await documents.add(session, digest="d", title="Port", source="port.md", original=b"x", passages=CUTS)
        assert (await documents.by_digest(session, "d"), await documents.by_digest(session, "e")) == (id, None)
        for _ in range(2):
            await documents.attach(session, id, scene)
            await documents.hold(session, id, kim)
        await documents.hold(session, id, ada)
        port = Document(id, "Port", "port.md", 2)
        assert await documents.attached(session, scene) == await documents.held(session, kim) == (port,)
        assert await documents.attached(session, other) == ()
        [found] = await search.find(session, Index.PASSAGES, [id], ["lamp"], most=5)
        assert await documents.passages(session, [found]) == (
            Passage(found, "Port", "Lamps", "Every lamp has a name."),
        )
        assert await search.find(session, Index.PASSAGES, [id + 1], ["lamp"], most=5) == ()
        await documents.let_go(session, id, kim)
        await documents.detach(session, id, scene)
        assert (await documents.held(session, kim), await documents.held(session, ada)) == ((), (port,))
        await documents.attach(session, id, other)
        await documents.let_go(session, id, ada)
        assert await documents.attached(session, other) == (port,)
        await documents.detach(session, id, other)
        await documents.let_go(session, id, ada)
        assert await documents.by_digest(session, "d") is None
        assert await search.find(session, Index.PASSAGES, [id], ["lamp"], most=5) == ()
        assert (await session.scalars(select(models.Passage.id))).all() == []
