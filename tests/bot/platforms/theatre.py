"""A director that needs no model: whatever is said, Mira answers with words that a test chooses. And who types."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Self, cast

from bot.core import Account, Author, Incoming, Member, Place, Scene, Turn, TurnState
from bot.errors import Missing, PlayError
from bot.platforms.commands.scene import start
from bot.platforms.player import Player, Screen
from bot.platforms.terminal.lines import take
from bot.platforms.terminal.seat import take_seat
from bot.roleplay.director import Director, Status
from bot.roleplay.opening import Wishes
from bot.roleplay.performance import Performance, Reply
from bot.words import Languages, Sentence
from characters import CardFile

LANGUAGES = Languages()
PLAYED = Scene(1, Place("terminal:main"), "", "Anna", "", (), ())


@dataclass
class FakeReply:
    """A reply whose next chunk comes once it is put into `chunks`; None ends it, an error breaks it."""

    speaker: str
    chunks: asyncio.Queue[str | Exception | None]
    place_in_line: int = 0
    is_whole: bool = True
    is_folded: bool = False
    remark: Sentence | None = None
    text: str = ""
    scene: Scene = PLAYED

    @property
    def whole_text(self) -> str:
        return self.text

    async def __aiter__(self) -> AsyncIterator[str]:
        while (chunk := await self.chunks.get()) is not None:
            if isinstance(chunk, Exception):
                raise chunk
            self.text += chunk
            yield chunk


class FakeTurns(list[tuple[str, str]]):
    """Who said what, and what is done with it."""

    async def undo(self, place: Place, account: Account, *, count: int = 1) -> list[tuple[str, str]]:
        gone = self[-count:]
        del self[-count:]
        return gone

    async def numbers(self, place: Place) -> dict[int, int]:
        return {number: number + 1 for number in range(len(self))}


@dataclass
class FakeDirector:
    """Remembers what was asked of it. `answers` are spoken in turn; without one, chunks come from `chunks` by hand."""

    answers: list[list[str | Exception]] = field(default_factory=list)
    members: list[str] = field(default_factory=list)
    turns: list[tuple[str, str]] = field(default_factory=FakeTurns)
    asked: list[str] = field(default_factory=list)
    chunks: asyncio.Queue[str | Exception | None] = field(default_factory=asyncio.Queue)
    speaking: FakeReply | None = None

    def __post_init__(self) -> None:
        self.turns = FakeTurns(self.turns)

    async def scene(self, place: Place) -> Scene | None:
        members = tuple(Member(number, name, "") for number, name in enumerate(self.members))
        return replace(PLAYED, place=place, members=members) if members else None

    @property
    def scenes(self) -> Self:
        return self

    @property
    def suggesting(self) -> Self:
        return self

    @property
    def library(self) -> Self:
        return self

    @property
    def personas(self) -> Self:
        return self

    async def find_card(self, place: Place, account: Account, name: str) -> CardFile:
        raise Missing("card", name)

    async def typed(self, account: Account, line: str) -> None:
        return None

    async def start(
        self, place: Place, account: Account, cards: Sequence[CardFile], *, at: datetime, wishes: Wishes
    ) -> Scene:
        self.members = [card.card.spoken_name for card in cards]
        if len(set(self.members)) < len(self.members):
            raise PlayError("Two are called the same.")
        self.turns = FakeTurns([(self.members[0], "Welcome.")])
        scene = await self.scene(place)
        assert scene
        return scene

    async def story(self, place: Place, *, last: int | None = None) -> tuple[Turn, ...]:
        at = datetime.fromisoformat("2026-01-01T00:00Z")
        turns = [
            Turn(number, None, Author.CHARACTER, *turn, TurnState.DONE, at) for number, turn in enumerate(self.turns)
        ]
        return tuple(turns if last is None else turns[-last:])

    @asynccontextmanager
    async def hear(self, incoming: Incoming) -> AsyncGenerator[Performance]:
        self.asked.append(f"hear {incoming.account.name}: {incoming.text}")
        self.turns.append((incoming.account.name, incoming.text))
        async with aclosing(self._replies("Mira", silent=self.speaking is not None)) as replies:
            yield performed(replies)

    @asynccontextmanager
    async def retry(self, place: Place, account: Account, *, hint: str = "") -> AsyncGenerator[Performance]:
        self.asked.append(f"retry {hint}".strip())
        async with aclosing(self._replies("Mira")) as replies:
            yield performed(replies)

    @asynccontextmanager
    async def narrate(self, place: Place, account: Account, *, hint: str = "") -> AsyncGenerator[Performance]:
        self.asked.append(f"narrate {hint}".strip())
        async with aclosing(self._replies("Narrator")) as replies:
            yield performed(replies)

    async def lines(self, place: Place, account: Account, *, count: int = 3) -> tuple[str, ...]:
        return tuple(f"Line {number + 1}" for number in range(count))

    def stop(self, place: Place, account: Account) -> bool:
        if not self.speaking:
            return False
        self.speaking.is_whole = False
        self.chunks.put_nowait(None)
        return True

    def status(self, scene: Scene | None) -> Status:
        return Status("tiny", 1200, 4096, 1 if self.speaking else 0, 0)

    async def _replies(self, speaker: str, *, silent: bool = False) -> AsyncGenerator[FakeReply]:
        if silent:
            return
        self.chunks = asyncio.Queue()
        for chunk in (*self.answers.pop(0), None) if self.answers else ():
            self.chunks.put_nowait(chunk)
        self.speaking = FakeReply(speaker, self.chunks)
        try:
            yield self.speaking
        finally:
            self.turns.append((speaker, self.speaking.text))
            self.speaking = None


def performed(replies: AsyncGenerator[FakeReply]) -> Performance:
    return Performance(cast(AsyncGenerator[Reply], replies))


@dataclass
class PaperScreen:
    """A screen that keeps what it is shown, a line of it each."""

    shown: list[str] = field(default_factory=list)
    drawn: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.quote(turns, {})

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        for turn in turns:
            number = f"#{numbers[turn.id]} " if turn.id in numbers else ""
            self.shown.append(f"{number}{turn.name}: {turn.text}")

    async def answer(self, text: str) -> None:
        self.shown.append(f"answer {text}")

    async def note(self, text: str) -> None:
        self.shown.append(f"note {text}")

    async def alarm(self, text: str) -> None:
        self.shown.append(f"alarm {text}")

    async def fail(self, sentence: str) -> None:
        self.shown.append(f"fail {sentence}")

    async def file(self, name: str, data: bytes) -> str:
        self.files[name] = data
        return name

    async def follow(self, reply: Reply) -> None:
        self.drawn += [chunk async for chunk in reply]

    async def spoken(self, reply: Reply) -> None:
        if reply.text:
            self.shown.append(f"{'' if reply.scene.is_notebook else reply.speaker}: {reply.whole_text}")

    async def suggestions(self, lines: Sequence[str]) -> None:
        self.shown.append(f"suggestions {' | '.join(lines)}")

    async def state(self, line: str) -> None:
        self.shown.append(f"state {line}")


@dataclass
class Typist:
    """Somebody who types at the terminal, and what they see of it."""

    player: Player
    screen: PaperScreen

    async def __call__(self, *lines: str) -> list[str]:
        """Type lines and return what they bring to the screen."""
        self.screen.shown.clear()
        for line in lines:
            await take(self.player, line)
        return list(self.screen.shown)

    async def last(self, *lines: str) -> list[str]:
        """Type lines and return what the last of them brings to the screen."""
        for line in lines:
            told = await self(line)
        return told


async def typist(director: Director | FakeDirector, *cards: CardFile, name: str = "Anna") -> Typist:
    """Seat somebody, in a scene with these characters where there are any."""
    screen = PaperScreen()
    seated = await player(director, screen, cards, name=name)
    if cards:
        await start(seated, [*cards], Wishes())
        screen.shown.clear()
    return Typist(seated, screen)


async def player(
    director: Director | FakeDirector, screen: Screen, cards: Sequence[CardFile] = (), *, name: str = "Anna"
) -> Player:
    return await take_seat(cast(Director, director), screen, LANGUAGES, name=name, language="", cards=cards)
