"""What a story may look up: documents attached to scenes, and the passages of them that the newest lines ask for."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePath

from bot.core import Account, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay import passages, recall, script
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import documents, people, search
from bot.store.database import Session
from bot.store.documents import Cut, Document, Passage
from bot.store.search import Index
from characters.formats.text import plain

MOST_BYTES = 5 << 20
MOST_PASSAGES = 20_000
MOST_TITLE_CHARACTERS = 100
CANDIDATES = 6

Known = Callable[[], Awaitable[tuple[Document, ...]]]
Change = Callable[[Session, int, int], Awaitable[None]]
"""Changes what a document, by its id, is to a scene, by its id."""

READERS: Mapping[str, Callable[[str], passages.Read]] = {
    ".md": passages.read_markdown,
    ".markdown": passages.read_markdown,
    ".txt": passages.read_plain,
    ".text": passages.read_plain,
    ".html": passages.read_html,
    ".htm": passages.read_html,
}


@dataclass(frozen=True, slots=True)
class Quoted:
    """Passages for one reply, as they are told, the most telling first, and their ids."""

    texts: tuple[str, ...] = ()
    passages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Taken:
    """A document ready to be stored."""

    title: str
    passages: tuple[Cut, ...]


class Knowledge:
    """The documents of the scenes."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def attach(self, place: Place, account: Account, source: str, data: bytes) -> Document:
        """Attach a file to the scene at a place; `source` is its name. The same file is stored once.

        Raises PlayError where it is too large, of no known kind, no text, or empty.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.KNOWLEDGE, account, scene)
        if len(data) > MOST_BYTES:
            raise PlayError(
                "{source} is too large: a document may have {most} MiB.", source=source, most=MOST_BYTES >> 20
            )
        digest = await asyncio.to_thread(lambda: hashlib.sha256(data).hexdigest())
        async with self._house.database.reading() as session:
            known = await documents.by_digest(session, digest)
        taken = None if known else await asyncio.to_thread(_take, source, data)
        person = await self._house.person(account)
        async with self._house.database.writing() as session:
            id = await documents.by_digest(session, digest)
            if id is None:
                taken = taken or _take(source, data)
                id = await documents.add(
                    session, digest=digest, title=taken.title, source=source, original=data, passages=taken.passages
                )
            await documents.hold(session, id, person)
            await documents.attach(session, id, scene.id)
            return next(one for one in await documents.attached(session, scene.id) if one.id == id)

    async def attach_known(self, place: Place, account: Account, title: str) -> Document:
        """Attach a document that somebody has already, by its title or the name of its file. Raises PlayError."""
        return await self._change(place, account, title, among=partial(self.held, account), change=documents.attach)

    async def detach(self, place: Place, account: Account, title: str) -> Document:
        """Let the scene at a place look nothing up in a document any more; it stays stored. Raises PlayError."""
        return await self._change(place, account, title, among=partial(self.attached, place), change=documents.detach)

    async def remove(self, place: Place, account: Account, title: str) -> Document:
        """Take a document of one's own out of the scene at a place, and have it no more. Raises PlayError."""

        async def forget(session: Session, document: int, scene: int) -> None:
            await documents.detach(session, document, scene)
            await documents.let_go(session, document, await people.person_of(session, account))

        return await self._change(place, account, title, among=partial(self.held, account), change=forget)

    async def attached(self, place: Place) -> tuple[Document, ...]:
        """List the documents of the scene at a place."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            return await documents.attached(session, scene.id)

    async def held(self, account: Account) -> tuple[Document, ...]:
        """List the documents that somebody has brought."""
        person = await self._house.person(account)
        async with self._house.database.reading() as session:
            return await documents.held(session, person)

    async def _change(self, place: Place, account: Account, title: str, *, among: Known, change: Change) -> Document:
        """Find a document that somebody means, change what it is to the scene at a place, and return it."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.KNOWLEDGE, account, scene)
        document = _named(await among(), title)
        async with self._house.database.writing() as session:
            await change(session, document.id, scene.id)
        return document


async def quoted(house: House, scene: Scene, turn: Turn) -> Quoted:
    """Look up what the newest lines in front of a reply's turn are about."""
    async with house.database.reading() as session:
        ids = [document.id for document in await documents.attached(session, scene.id)]
        wanted = recall.asked(recall.newest(scene.turns, turn.id), script.names(scene))
        if not ids or not wanted:
            return Quoted()
        weights = recall.telling(await search.counts(session, Index.PASSAGES, ids, wanted))
        found = await search.find(session, Index.PASSAGES, ids, list(weights), most=CANDIDATES)
        candidates = await documents.passages(session, found)
    worthy = [one for one in candidates if recall.is_worth_telling(_told(one), weights, recall.PASSAGE)]
    kept = worthy[: recall.MOST_PASSAGES]
    return Quoted(tuple(map(_told, kept)), tuple(one.id for one in kept))


def _told(passage: Passage) -> str:
    under = f"{passage.title}, {passage.heading}" if passage.heading else passage.title
    return f"From “{under}”: {passage.text}"


def _take(source: str, data: bytes) -> _Taken:
    """Read a document and cut it. It takes a while, so a thread does it. Raises PlayError."""
    path = PurePath(source)
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise PlayError(
            "{source} cannot be read: a document is Markdown, plain text or HTML ({endings}).",
            source=source,
            endings=", ".join(READERS),
        )
    read = reader(_decoded(source, data))
    title = " ".join((read.title or path.stem).split())[:MOST_TITLE_CHARACTERS]
    cut = tuple(islice(passages.cut(read), MOST_PASSAGES + 1))
    if not cut:
        raise PlayError("{source} has no text in it.", source=source)
    if len(cut) > MOST_PASSAGES:
        raise PlayError("{source} is too long: it has more than {most:,} passages.", source=source, most=MOST_PASSAGES)
    filed = (Cut(one.heading, one.text, search.indexed(f"{title} {one.heading} {one.text}")) for one in cut)
    return _Taken(title, tuple(filed))


def _decoded(source: str, data: bytes) -> str:
    try:
        text = plain(data)
    except UnicodeDecodeError as error:
        raise PlayError("{source} is not text in UTF-8: save it as that.", source=source) from error
    if "\x00" in text:
        raise PlayError("{source} is not text in UTF-8: save it as that.", source=source)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _named(known: tuple[Document, ...], title: str) -> Document:
    """Find a document by its title or the name of its file. Raises PlayError."""
    wanted = title.strip().casefold()
    for document in known:
        if wanted in (document.title.casefold(), document.source.casefold()):
            return document
    raise PlayError("There is no document {title} here.", title=title.strip())
