"""Files that somebody brings, one after another: each is taken in, there already, or refused and leaves no trace.

It asks nobody's leave. What it finds out is told in a line for each.
"""

from asyncio import to_thread
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from bot.errors import PlayError, TroupeError, refused
from bot.roleplay import collection
from bot.roleplay.collection import BookFile, Kin
from bot.store.database import Database, Session
from bot.words import Said, Sentence, counted, sentence
from characters import CardError, CardFile

Open = Callable[[], AbstractAsyncContextManager[Session]]
"""How a session is opened that writes."""

Stage = Callable[[Database], AbstractAsyncContextManager[Open]]
"""Where things are taken in: really, or as a rehearsal."""

Choose = Callable[[Sentence], Awaitable[bool]]
"""Asks whether something new takes the place of what is there, which the sentence says; False keeps both."""


class Outcome(StrEnum):
    """What became of something that was brought."""

    NEW = "imported"
    KNOWN = "already there"
    VERSION = "imported, the old one kept"
    REPLACED = "imported, the old one gone"
    REFUSED = "refused"
    LEFT = "not taken"


class Sort(StrEnum):
    """What was brought."""

    CARD = "card"
    BOOK = "lorebook"
    PERSONA = "persona"
    PRESET = "preset"
    STORY = "story"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Line:
    """What is told of one thing: where it came from, what became of it, under which name and id; `because` says why.

    `remarks` are about what was taken in.
    """

    sort: Sort
    source: str
    outcome: Outcome
    name: str = ""
    id: int | None = None
    because: Said | None = None
    remarks: tuple[Sentence, ...] = ()


async def keep_both(_: Sentence) -> bool:
    """Keep what is there: where nobody can be asked."""
    return False


async def replace_old(_: Sentence) -> bool:
    """Let what is new take the place of what is there."""
    return True


CHOICES: Mapping[str, Choose] = {"keep": keep_both, "replace": replace_old}
"""What somebody can have said beforehand."""


class Intake:
    """What takes in for one person."""

    def __init__(self, open: Open, person: int, choose: Choose = keep_both) -> None:
        self.open = open
        self.person = person
        self.choose = choose

    async def card(self, file: CardFile) -> Line:
        """Take in a card. Scenes that play keep the version that they opened with."""
        line = Line(Sort.CARD, file.source, Outcome.NEW, file.card.name, remarks=_remarks(file))
        async with self.open() as session:
            kin = await collection.kin_of_card(session, self.person, file)
        if kin.is_known:
            return _known(line, kin)
        over = await self.over(kin, line.sort, file.card.name)
        async with self.open() as session:
            id = await collection.take_card(session, self.person, file, over=over)
        return replace(line, outcome=outcome_of(kin, over), id=id)

    async def book(self, file: BookFile) -> Line:
        """Take in a lorebook. One that takes the place of another does so in the scenes that it counts in too."""
        line = Line(Sort.BOOK, file.source, Outcome.NEW, file.name)
        async with self.open() as session:
            kin = await collection.kin_of_book(session, self.person, file)
        if kin.is_known:
            return _known(line, kin)
        over = await self.over(kin, line.sort, file.name)
        async with self.open() as session:
            id = await collection.take_book(session, self.person, file, over=over)
        return replace(line, outcome=outcome_of(kin, over), id=id)

    async def card_data(self, data: bytes, *, source: str, beside: bytes | None = None) -> Line:
        """Take in a card from the bytes of its file, and of the picture beside it, or refuse it."""
        return await refusing(Sort.CARD, source, lambda: self._opened_card(data, source, beside))

    async def book_data(self, data: bytes, *, source: str) -> Line:
        """Take in a lorebook from the bytes of its file, or refuse it."""
        return await refusing(Sort.BOOK, source, lambda: self._opened_book(data, source))

    async def over(self, kin: Kin, sort: Sort, name: str) -> int | None:
        """Return the earlier version that is to go, None where there is none or both are kept."""
        if kin.earlier is None:
            return None
        there = sentence("The {sort} {name} is there already, and says something else.", sort=SORTS[sort], name=name)
        return kin.earlier if await self.choose(there) else None

    async def _opened_card(self, data: bytes, source: str, beside: bytes | None) -> Line:
        return await self.card(await to_thread(collection.open_card, data, source=source, beside=beside))

    async def _opened_book(self, data: bytes, source: str) -> Line:
        return await self.book(await to_thread(collection.open_book, data, source=source))


def read_file(path: Path, most: int) -> bytes:
    """Read a file that is brought, at most so many bytes of it and one more, which tells that it is too large.

    Raises PlayError.
    """
    try:
        with path.open("rb") as file:
            return file.read(most + 1)
    except (OSError, ValueError) as error:
        reason = refused(error) if isinstance(error, OSError) else sentence("that is no name of a file")
        raise PlayError("The file {file} cannot be read: {reason}.", file=path, reason=reason) from error


async def refusing(sort: Sort, source: str, take: Callable[[], Awaitable[Line]]) -> Line:
    """Take something in; where that cannot be done, say why."""
    try:
        return await take()
    except (TroupeError, CardError) as error:
        return Line(sort, source, Outcome.REFUSED, because=error.said)


@asynccontextmanager
async def performing(database: Database) -> AsyncGenerator[Open]:
    """Store what is done in the block."""
    yield database.writing


@asynccontextmanager
async def rehearsing(database: Database) -> AsyncGenerator[Open]:
    """Open one session for all that is done in the block, and undo the whole of it at the end."""

    class Undone(Exception):
        pass

    with suppress(Undone):
        async with database.writing() as session:

            @asynccontextmanager
            async def nested() -> AsyncGenerator[Session]:
                async with session.begin_nested():
                    yield session

            yield nested
            raise Undone


def outcome_of(kin: Kin, over: int | None) -> Outcome:
    """Say what became of something new."""
    if over is not None:
        return Outcome.REPLACED
    return Outcome.NEW if kin.earlier is None else Outcome.VERSION


SORTS: Mapping[Sort, Sentence] = {
    Sort.CARD: sentence("card"),
    Sort.BOOK: sentence("lorebook"),
    Sort.PERSONA: sentence("persona"),
    Sort.PRESET: sentence("preset"),
    Sort.STORY: sentence("story"),
    Sort.OTHER: sentence("file"),
}


def tally(outcome: Outcome, count: int) -> Sentence:
    """Say of how many things that became."""
    match outcome:
        case Outcome.NEW:
            return counted("one imported", "{count:,} imported", count=count)
        case Outcome.KNOWN:
            return counted("one already there", "{count:,} already there", count=count)
        case Outcome.VERSION:
            return counted(
                "one new version, the old one kept", "{count:,} new versions, the old ones kept", count=count
            )
        case Outcome.REPLACED:
            return counted(
                "one new version, the old one gone", "{count:,} new versions, the old ones gone", count=count
            )
        case Outcome.REFUSED:
            return counted("one refused", "{count:,} refused", count=count)
        case Outcome.LEFT:
            return counted("one not taken", "{count:,} not taken", count=count)


PLURALS: Mapping[Sort, Sentence] = {
    Sort.CARD: sentence("cards"),
    Sort.BOOK: sentence("lorebooks"),
    Sort.PERSONA: sentence("personas"),
    Sort.PRESET: sentence("presets"),
    Sort.STORY: sentence("stories"),
    Sort.OTHER: sentence("files"),
}
LABELS: Mapping[Outcome, Sentence] = {
    Outcome.NEW: sentence("imported"),
    Outcome.KNOWN: sentence("already there"),
    Outcome.VERSION: sentence("new version"),
    Outcome.REPLACED: sentence("replaced"),
    Outcome.REFUSED: sentence("refused"),
    Outcome.LEFT: sentence("not taken"),
}


def _known(line: Line, kin: Kin) -> Line:
    because = sentence("It comes with Troupe.") if kin.is_bundled else None
    return replace(line, outcome=Outcome.KNOWN, id=kin.same, because=because, remarks=())


def _remarks(file: CardFile) -> tuple[Sentence, ...]:
    return tuple(sentence("{problem}", problem=warning) for warning in file.card.warnings)
