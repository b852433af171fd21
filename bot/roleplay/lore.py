"""The lorebooks of a scene: attached, detached, listed, added to. Those that cards bring count by themselves."""

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from bot.core import Account, Place
from bot.errors import Missing, PlayError
from bot.roleplay import collection
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.tail import MOST_TOKENS, tokens_of
from bot.store import books, holdings, people
from bot.store.database import Session
from bot.words import Said
from characters import CardError, CardFile
from characters.lore import Book, problems, read_book, read_card_book
from characters.lore.book import DEFAULT_ORDER

MOST_BOOKS = 20


@dataclass(frozen=True, slots=True)
class Shelved:
    """A lorebook that counts in a scene. `problems` are sentences about what can never be told of it."""

    name: str
    entries: int
    problems: tuple[Said, ...] = ()
    too_long: int = 0
    """Entries that are longer than all lore of a reply may be: their beginning is told, or all of it in the head."""


class Lore:
    """The lorebooks of the scene at a place."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def attach(self, place: Place, account: Account, data: bytes, *, source: str) -> Shelved:
        """Let a lorebook, the content of the file `source`, count in the scene; one that somebody has is known again.

        Raises LorebookError where it cannot be read; PlayError where one of its name is there.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.LORE, account, scene)
        file = await asyncio.to_thread(collection.open_book, data, source=source)
        async with self._house.database.writing() as session:
            await _check_attached(session, scene.id, file.name)
            person = await people.person_of(session, account)
            await books.attach(session, scene.id, await _kept(session, person, file))
        return await asyncio.to_thread(_shelved, file.name, file.book)

    async def attach_own(self, place: Place, account: Account, name: str) -> Shelved:
        """Let a lorebook count that somebody has, or that is published there. Raises PlayError, Missing."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.LORE, account, scene)
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            held = await holdings.find(session, "book", name, person=person, server=place.server)
            await _check_attached(session, scene.id, held.name)
            await books.attach(session, scene.id, held.id)
            body = await books.body_of(session, held.id)
        return _shelved(held.name, await asyncio.to_thread(read_book, body.encode(), source=held.name))

    async def detach(self, place: Place, account: Account, name: str) -> str:
        """Let a lorebook count no more and return its whole name. Raises Missing."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.LORE, account, scene)
        async with self._house.database.writing() as session:
            for book in await books.attached(session, scene.id):
                if book.name.casefold() == name.strip().casefold():
                    await books.detach(session, scene.id, book.id)
                    return book.name
        raise Missing("book", name)

    async def listed(self, place: Place) -> tuple[Shelved, ...]:
        """List the lorebooks that count, those of the cards last; what cannot be read is a problem of none.

        Raises NothingPlayed.
        """
        scene = await self._house.scene(place)
        ready = await self._house.shelves.ready(self._house.database, scene, "")
        found = [Shelved(ready.titles[name], len(book.entries)) for name, book in ready.shelf.books.items()]
        return (*found, *(Shelved("", 0, (problem,)) for problem in ready.problems))

    async def lacking(self, place: Place, cards: Sequence[CardFile]) -> tuple[tuple[str, str], ...]:
        """Return the names of those of these characters whose cards name a lorebook that does not count, each with it.

        Raises NothingPlayed.
        """
        scene = await self._house.scene(place)
        named = await asyncio.to_thread(lambda: [(file.card.spoken_name, world_named(file)) for file in cards])
        async with self._house.database.reading() as session:
            there = await books.attached(session, scene.id)
        return tuple((who, world) for who, world in named if world and not any(_is_called(one, world) for one in there))

    async def add(self, place: Place, account: Account, keys: Sequence[str], content: str) -> Shelved:
        """Add an entry to the scene's own lorebook, made where there is none; it is told where a key is said.

        Raises PlayError where it could never be told, LorebookError where the book is full.
        """
        wanted = [key.strip() for key in keys if key.strip()]
        if not wanted or not content.strip():
            raise PlayError("A piece of lore needs at least one key, and a text.")
        scene = await self._house.scene(place)
        await self._house.allow(Action.LORE, account, scene)
        await check_said(self._house, place, *wanted, content)
        async with self._house.database.writing() as session:
            own = next((one for one in await books.attached(session, scene.id) if not one.source), None)
            before = await books.body_of(session, own.id) if own else _empty(scene.title)
            body, book = await asyncio.to_thread(_with_entry, before, wanted, content.strip())
            if own:
                await books.rewrite(session, own.id, body)
            else:
                person = await people.person_of(session, account)
                id = await books.add(session, name=scene.title, source="", body=body, person=person)
                await books.attach(session, scene.id, id)
        self._house.shelves.forget(scene.id)
        return _shelved(scene.title, book)


async def attach_named(
    session: Session, scene_id: int, person: int, names: Iterable[str], *, server: str = holdings.EVERYWHERE
) -> None:
    """Let the lorebooks of these names count in a scene, of those that somebody has or that are published there.

    Those that find no room, or are there already, are left.
    """
    there = {book.id for book in await books.attached(session, scene_id)}
    for name in dict.fromkeys(filter(None, names)):
        found = await _called(session, name, person, server)
        if found is not None and found not in there and len(there) < MOST_BOOKS:
            await books.attach(session, scene_id, found)
            there.add(found)


def world_named(file: CardFile) -> str:
    """Return the lorebook that a card only names, empty where it names none or brings one along."""
    try:
        return file.card.world if file.card.world and not read_card_book(file.card, source=file.source) else ""
    except CardError:
        return ""


async def _kept(session: Session, person: int, file: collection.BookFile) -> int:
    """Store a lorebook unless somebody has it already; what was written in a scene stays that scene's alone."""
    same = (await collection.kin_of_book(session, person, file)).same
    if same is not None and (await books.entry(session, same)).source:
        return same
    return await collection.take_book(session, person, file)


async def _called(session: Session, name: str, person: int, server: str) -> int | None:
    """Return the lorebook of a name, or else of a file's name, by which SillyTavern's cards know it; the newest."""
    try:
        return (await holdings.find(session, "book", name, person=person, server=server)).id
    except Missing:
        seen = await holdings.visible(session, "book", person=person, server=server)
        for held in sorted(seen, key=lambda held: (held.is_own, held.id), reverse=True):
            if _is_called(await books.entry(session, held.id), name):
                return held.id
        return None


def _is_called(book: books.Entry, name: str) -> bool:
    called = (" ".join(one.split()).casefold() for one in (book.name, PurePath(book.source).stem))
    return " ".join(name.split()).casefold() in called


async def _check_attached(session: Session, scene_id: int, name: str) -> None:
    """Raise PlayError where no lorebook of a name can be attached to a scene any more."""
    there = await books.attached(session, scene_id)
    if name.casefold() in {one.name.casefold() for one in there}:
        raise PlayError("A lorebook {name} is attached already: detach that one first.", name=name)
    if len(there) >= MOST_BOOKS:
        raise PlayError("A scene can have {most} lorebooks: detach one first.", most=MOST_BOOKS)


def _shelved(name: str, book: Book) -> Shelved:
    too_long = sum(tokens_of(entry.content) > MOST_TOKENS for entry in book.entries if entry.enabled)
    return Shelved(name, len(book.entries), problems(book), too_long)


def _empty(name: str) -> str:
    return json.dumps({"spec": "lorebook_v3", "data": {"name": name, "extensions": {}, "entries": []}})


def _with_entry(body: str, keys: list[str], content: str) -> tuple[str, Book]:
    written: dict[str, Any] = json.loads(body)
    entries: list[dict[str, Any]] = written["data"]["entries"]
    entries.append(
        {
            "id": len(entries) + 1,
            "keys": keys,
            "content": content,
            "enabled": True,
            "insertion_order": DEFAULT_ORDER,
            "use_regex": False,
            "extensions": {},
        }
    )
    changed = json.dumps(written, ensure_ascii=False)
    book = read_book(changed.encode("utf-8", "replace"), source=written["data"]["name"] or "lore")
    wrong = problems(Book(book.dialect, book.entries[-1:]))
    if wrong:
        raise PlayError("{problem}", problem=wrong[0])
    return changed, book
