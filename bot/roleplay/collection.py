"""What somebody has of cards and lorebooks: taken in, recognised by content, given away. It asks nobody's leave.

Whoever calls opens the session, so that much can be taken in at once, or for a rehearsal.
"""

import hashlib
from asyncio import to_thread
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import PurePath

from bot.roleplay.exports.faces import bare
from bot.store import books, cards, holdings
from bot.store.database import Session
from characters import CardError, CardFile, bundled_cards, digest_of, load_card, open_card
from characters.exporting import drawn_face
from characters.faces import as_png
from characters.formats import png
from characters.formats.text import plain
from characters.lore import Book, read_book


@dataclass(frozen=True, slots=True)
class Kin:
    """What somebody has that is like something new: the same, or the newest of the earlier versions, by its id.

    Of what comes with the bot it `is_bundled`.
    """

    same: int | None = None
    earlier: int | None = None
    is_bundled: bool = False

    @property
    def is_known(self) -> bool:
        return self.is_bundled or self.same is not None


@dataclass(frozen=True, slots=True)
class BookFile:
    """A lorebook with the file it came in. `name` is what it is called, by itself or else by its file."""

    name: str
    source: str
    book: Book
    body: str = field(repr=False)


def open_book(data: bytes, *, source: str) -> BookFile:
    """Read a lorebook from the bytes of its file, and keep them with it. Raises LorebookError."""
    book = read_book(data, source=source)
    return BookFile(book.name.strip() or PurePath(source).stem or source, source, book, plain(data))


def digest(file: CardFile) -> str:
    """Return the SHA-256, in hex, of a card's file, and of the picture that lay beside it."""
    known = hashlib.sha256(file.data)
    if file.container == "json" and file.picture:
        known.update(file.picture)
    return known.hexdigest()


async def kin_of_card(session: Session, person: int | None, file: CardFile) -> Kin:
    """Say what somebody has that is like a card: one that says the same, or one of its name and its creator."""
    if digest_of(file.card) in await to_thread(_bundled_digests):
        return Kin(is_bundled=True)
    earlier: int | None = None
    for id in await cards.named(session, person, file.card.name) if person is not None else ():
        other = await stored_card(session, id)
        if await to_thread(_says_the_same, file, other):
            return Kin(same=id)
        if earlier is None and _folded(other.card.creator) == _folded(file.card.creator):
            earlier = id
    return Kin(earlier=earlier)


async def take_card(session: Session, person: int, file: CardFile, *, over: int | None = None) -> int:
    """Store a card, whole and unchanged, as somebody's own, and return its id; it can be `over` an earlier one.

    Scenes keep the one that they were opened with.
    """
    id = await store_card(session, file)
    if over is None or over == id:
        await holdings.give(session, "card", id, person=person)
    else:
        await holdings.pass_on(session, "card", over, id, person=person)
        await cards.forget(session, over)
    return id


async def store_card(session: Session, file: CardFile) -> int:
    """Store a card, whole and unchanged, as nobody's own, and return its id; one that is stored keeps its first."""
    fields = asdict(file.card)
    del fields["raw"]
    return await cards.add(
        session,
        digest=digest(file),
        name=file.card.name,
        source=file.source,
        original=file.data,
        picture=file.picture,
        fields=fields,
    )


async def stored_card(session: Session, id: int) -> CardFile:
    """Return a stored card as it was read from its file. Raises Missing, CardError."""
    entry = await cards.entry(session, id)
    original, picture = await cards.original_of(session, id), await cards.picture_of(session, id)
    return await to_thread(open_card, original, source=entry.source, beside=picture)


async def kin_of_book(session: Session, person: int | None, file: BookFile) -> Kin:
    """Say what somebody has that is like a lorebook: one that says the same, or one of its name."""
    own = await books.named(session, person, file.name) if person is not None else ()
    for id in own:
        body = await books.body_of(session, id)
        if body == file.body or (await to_thread(read_book, body.encode(), source="")).raw == file.book.raw:
            return Kin(same=id)
    return Kin(earlier=own[0] if own else None)


async def take_book(session: Session, person: int, file: BookFile, *, over: int | None = None) -> int:
    """Store a lorebook as somebody's own, and return its id; it can be `over` an earlier one, in scenes too."""
    id = await books.add(session, name=file.name, source=file.source, body=file.body, person=person)
    if over is not None:
        await books.supersede(session, over, id)
        await holdings.pass_on(session, "book", over, id, person=person)
        await books.forget(session, over)
    return id


async def give_away(session: Session, kind: holdings.Kind, id: int, *, person: int) -> None:
    """Take something away from somebody, and off all servers unless somebody else has it too.

    Stories keep what they know of it.
    """
    await holdings.take(session, kind, id, person=person)
    if not await holdings.has_owner(session, kind, id):
        await holdings.withdraw(session, kind, id)
    if kind == "card":
        await cards.forget(session, id)
    elif kind == "book":
        await books.forget(session, id)


@cache
def bundled() -> dict[str, CardFile]:
    """Read the cards that come with the bot, by their short ids: that blocks."""
    return {short: load_card(file) for short, file in bundled_cards().items()}


@cache
def _bundled_digests() -> frozenset[str]:
    return frozenset(digest_of(file.card) for file in bundled().values())


def _says_the_same(new: CardFile, old: CardFile) -> bool:
    """Tell whether a card brings nothing that another does not have: its words, and its picture where it has one.

    The face that a card without one was exported with is none of its own.
    """
    if digest_of(new.card) != digest_of(old.card):
        return False
    if new.picture is None:
        return True
    known = old.picture or drawn_face(old.card)
    return bare(new.picture) == bare(known) or bare(new.picture) == _as_exported(known)


def _as_exported(picture: bytes) -> bytes | None:
    """Return a picture as it leaves in a PNG; None where it is damaged."""
    try:
        return bare(picture if picture.startswith(png.SIGNATURE) else as_png(picture))
    except CardError:
        return None


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
