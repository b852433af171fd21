"""Both platforms in one process, on one director, under load: each line is answered once, where it was said."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
import pytest_asyncio

from bot.core import Account, Author, Place, Role
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from tests.bot.platforms.discord import playing
from tests.bot.platforms.discord.conftest import without_commands
from tests.bot.platforms.discord.loopback.people import Person as Member
from tests.bot.platforms.discord.loopback.rooms import Room as Channel
from tests.bot.platforms.discord.loopback.world import World as Discord
from tests.bot.platforms.telegram import conftest as telegram
from tests.bot.platforms.telegram.loopback.people import Person as User
from tests.bot.platforms.telegram.loopback.rooms import Room as Chat
from tests.bot.platforms.telegram.loopback.world import World as Telegram
from tests.bot.roleplay.conftest import AT, SHORT, card, data, database, engine, migrated

__all__ = ["data", "database", "engine", "migrated", "without_commands"]

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHANNELS, CHATS = 12, 6
WITHIN_SECONDS = 30


@dataclass
class Seat:
    """Somebody who plays with a character of their own somewhere, and what they see of it."""

    place: Place
    account: Account
    name: str
    person: Member | User
    room: Channel | Chat

    async def says(self, text: str) -> None:
        await self.person.says(self.room, text)  # type: ignore[arg-type]

    @property
    def shown(self) -> list[str]:
        """What characters have said there, as it can be read."""
        if isinstance(self.room, Channel):
            return [letters(one.content) for one in self.room.shown if one.author == self.name]
        return [letters(one.text) for one in self.room.said if not one.message.is_silent and not one.is_photo]

    @property
    def has_buttons(self) -> bool:
        """Whether the newest post has its buttons, as it has once all is shown."""
        if isinstance(self.room, Channel):
            posts = [one for one in self.room.shown if one.author == self.name]
            return bool(posts and posts[-1].buttons)
        return bool(self.room.said and self.room.said[-1].labels)


@dataclass
class Town:
    """Both platforms, and who plays there."""

    discord: Discord
    telegram: Telegram
    database: Database
    engine: Engine
    director: Director
    inn: playing.Inn
    seats: Sequence[Seat] = ()

    @asynccontextmanager
    async def playing(self) -> AsyncIterator[None]:
        """Let the bot, started anew, play on both until the block ends."""
        self.director = Director(self.database, self.engine, SHORT, seed=7, clock=telegram.Impatient())
        await self.director.clear_up()
        self.inn.director = self.director
        settings = telegram.settings_for(self.telegram)
        async with self.inn.playing(), telegram.Inn(self.telegram, self.director, settings).open():
            yield

    async def all_say(self, text: str) -> None:
        """Let everybody say something of their own, at once."""
        await asyncio.gather(*(seat.says(f"{text}, {seat.name}.") for seat in self.seats))

    async def story(self, seat: Seat) -> list[tuple[Author, str]]:
        return [(turn.author, turn.text) for turn in await self.director.story(seat.place) if turn.text]

    async def until(self, holds: Callable[[Sequence[tuple[Author, str]], Seat], bool], *, most: int = 0) -> None:
        """Wait until something holds, and the buttons are there, everywhere or at so many places."""
        left = [*self.seats]
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                while len(self.seats) - len(left) < (most or len(self.seats)):
                    await asyncio.sleep(0.2)
                    left = [seat for seat in left if not (seat.has_buttons and holds(await self.story(seat), seat))]
        except TimeoutError:
            seat = left[0]
            raise AssertionError(f"{seat.name}: {await self.story(seat)}, shown is {seat.shown}") from None


@pytest_asyncio.fixture(loop_scope="module")
async def town(database: Database, engine: Engine) -> AsyncIterator[Town]:
    """Give both platforms with a scene in each of their rooms; the bot is not there yet."""
    async with Discord.open() as discord, await Telegram.open() as other:
        server, director = discord.server("Inn"), Director(database, engine, SHORT)
        discord.limits.as_the_real_ones()
        inn = playing.Inn(discord, server, server.channel("tavern"), server.person("Anna"), director)
        seats: list[Seat] = []
        for number in range(CHANNELS):
            room, person = server.channel(f"room-{number}"), server.person(f"Kim{number}")
            seats.append(Seat(playing.place_of(room), playing.account_of(person), f"Mira{number}", person, room))
        for number in range(CHANNELS, CHANNELS + CHATS):
            user = other.person(f"Kim{number}")
            account = Account(f"telegram:{user.id}", user.user.first_name, Role.PLAYER)
            seats.append(Seat(Place(f"telegram:{user.id}"), account, f"Mira{number}", user, user.private()))
        for seat in seats:
            await director.scenes.start(seat.place, seat.account, [card(seat.name)], at=AT)
        yield Town(discord, other, database, engine, director, inn, seats)
        assert [discord.violations, other.violations] == [[], []]


def letters(text: str) -> str:
    """Return what is left of a text in every formatting."""
    return "".join(filter(str.isalnum, text))


def is_answered(text: str) -> Callable[[Sequence[tuple[Author, str]], Seat], bool]:
    def holds(story: Sequence[tuple[Author, str]], seat: Seat) -> bool:
        lines = [
            author for author, said in story[-2:] if said == f"{text}, {seat.name}." or author is not Author.PERSON
        ]
        is_told = len(lines) == 2 and lines[0] is Author.PERSON
        return is_told and letters(story[-1][1]) in seat.shown

    return holds


@pytest.mark.usefixtures("without_commands")
async def test_each_line_is_answered_once_where_it_was_said_also_over_a_restart(town: Town) -> None:
    async with town.playing():
        await town.all_say("Who is there")
        await town.until(is_answered("Who is there"), most=6)
    await town.all_say("Are you back")
    async with town.playing():
        await town.until(is_answered("Are you back"))
    for seat in town.seats:
        story = await town.story(seat)
        said = [text for author, text in story if author is Author.PERSON]
        assert said == [f"{text}, {seat.name}." for text in ("Who is there", "Are you back")]
        told = [text for author, text in story if author is not Author.PERSON]
        assert Counter(seat.shown) == Counter(map(letters, told)), seat.name
        authors = [author for author, _ in story]
        assert all(authors[at - 1] is Author.PERSON for at in range(1, len(story)) if authors[at] is not Author.PERSON)
