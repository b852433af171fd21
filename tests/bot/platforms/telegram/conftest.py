"""The real bot in this process, on the real director, and a Telegram of our own that it is connected to."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr
from telegram import Bot

from bot.core import Place, Scene
from bot.platforms import telegram
from bot.platforms.config import TelegramSettings
from bot.platforms.telegram.journal import KEPT
from bot.roleplay.director import Director
from bot.roleplay.quiet import Clock
from bot.store.database import Database
from engine import Engine, EngineSettings
from tests.bot.platforms.telegram.loopback.people import Person
from tests.bot.platforms.telegram.loopback.plain import bot_of
from tests.bot.platforms.telegram.loopback.rooms import Room, Shown
from tests.bot.platforms.telegram.loopback.state import Topic
from tests.bot.platforms.telegram.loopback.world import World
from tests.bot.platforms.theatre import LANGUAGES
from tests.bot.roleplay.conftest import SHORT, data, database, migrated

__all__ = ["data", "database", "migrated"]


class Impatient(Clock):
    """A clock that runs fifty times as fast."""

    def now(self) -> float:
        return super().now() * 50

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        await super().sleep(seconds / 50, woken)


@dataclass
class Inn:
    """A Telegram, and the bot on it."""

    world: World
    director: Director
    settings: TelegramSettings
    told: list[str] = field(default_factory=list)
    playing: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Let the bot play until the block ends."""
        self.playing = asyncio.create_task(self.run())
        try:
            await self.until(lambda: any("connected" in line for line in self.told))
            yield
        finally:
            self.playing.cancel()
            await asyncio.gather(self.playing, return_exceptions=True)

    async def run(self) -> None:
        """Let the bot play until cancelled."""
        await telegram.play(self.director, self.settings, LANGUAGES, tell=lambda said: self.told.append(str(said)))

    async def until(self, seen: Callable[[], bool]) -> None:
        """Wait until something is so, or the bot has ended."""
        async with asyncio.timeout(10):
            while not seen() and not (self.playing and self.playing.done()):  # noqa: ASYNC110 nobody rings for it
                await asyncio.sleep(0.02)

    async def scene(self, room: Room) -> Scene:
        """Return the scene of a chat."""
        found = await self.director.scene(Place(f"telegram:{room.id}"))
        assert found
        return found

    async def until_idle(self) -> None:
        """Wait until the bot is at nothing any more."""
        async with asyncio.timeout(10):
            while await self.director.servers.kept(KEPT):  # noqa: ASYNC110 what is over rings no bell
                await asyncio.sleep(0.01)

    @property
    def code(self) -> str:
        """The code that the console told the owner."""
        return next(line.split("start=")[1].rstrip(").") for line in self.told if "start=" in line)

    async def owner(self, name: str = "Anna", *, language: str = "en") -> tuple[Person, Room]:
        """Bring in somebody who makes the bot theirs."""
        person = self.world.person(name, language=language)
        room = await person.starts(self.code)
        await room.until_said("This bot is yours now")
        return person, room

    async def story(self, room: Room, thread: int | None = None) -> list[tuple[str, str]]:
        """Return the story of a chat as who said what."""
        place = Place(f"telegram:{room.id}" + (f":{thread}" if thread else ""))
        return [(turn.name, turn.text) for turn in await self.director.story(place) if turn.text]

    async def until_told(self, room: Room, turn: tuple[str, str]) -> None:
        """Wait until a turn is in the story of a chat."""
        async with asyncio.timeout(5):
            while turn not in await self.story(room):  # noqa: ASYNC110 it is another database's news
                await asyncio.sleep(0.02)


async def plays(person: Person, room: Room, names: str = "Mira", *, topic: Topic | None = None) -> Shown:
    """Begin a scene, and return its greeting once it has buttons."""
    asked = await person.says(room, f"/scene start {names}", topic=topic)
    return await answered(room, asked)


async def answered(room: Room, line: Shown) -> Shown:
    """Return the first reply behind a line, once it has its buttons."""

    def reply(room: Room) -> Shown | None:
        return next((one for one in room.said if one.id > line.id and "⟲" in one.labels), None)

    return await room.until(reply)


async def said(inn: Inn, person: Person, room: Room, text: str, *, topic: Topic | None = None) -> Shown:
    """Say a line, and return the reply to it, once it has its buttons."""
    return await answered(room, await person.says(room, text, topic=topic))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(tiny_model: Path) -> AsyncIterator[Engine]:
    """Give a worker whose window holds several of the cards that come with the bot."""
    async with Engine.open(EngineSettings(model=tiny_model, window=4096, parallel=2, threads=1)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    monkeypatch.setattr("bot.platforms.delivery.PATIENCE_SECONDS", 0.1)


@pytest_asyncio.fixture(loop_scope="module")
async def world() -> AsyncIterator[World]:
    async with await World.open() as world:
        yield world
        assert world.violations == []


@pytest_asyncio.fixture(loop_scope="module")
async def bot(world: World) -> AsyncIterator[Bot]:
    """Give the real library, connected to the world."""
    async with bot_of(world) as bot:
        yield bot


@pytest.fixture
def director(database: Database, engine: Engine) -> Director:
    return Director(database, engine, SHORT, seed=7, clock=Impatient())


@pytest_asyncio.fixture(loop_scope="module")
async def inn(world: World, director: Director, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Inn]:
    """Give an inn whose groups take more in a minute than Telegram's, for tests do not wait."""
    monkeypatch.setattr("bot.platforms.telegram.chat.MOST_IN_WINDOW", 1000)
    made = Inn(world, director, settings_for(world))
    async with made.open():
        yield made


def settings_for(world: World, **more: object) -> TelegramSettings:
    """Return the settings of a bot of this world."""
    usual = {"token": SecretStr(world.token), "base_url": world.base_url, "base_file_url": world.base_file_url}
    return TelegramSettings(**(usual | more))  # type: ignore[arg-type]
