"""The real client, in this process, in a Discord of ours; and an evening at the inn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.core import Account, Author, Place, Role
from bot.platforms.discord import client as real
from bot.platforms.discord.reading import Channel, id_of
from bot.platforms.discord.stage import channel_of
from bot.platforms.errands import Errands
from bot.platforms.wall import Wall
from bot.roleplay.director import Director
from bot.roleplay.quiet import Clock
from bot.words import Languages, Sentence
from characters import CardFile
from tests.bot.platforms.discord.loopback.asking import Answer
from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.shown import Shown
from tests.bot.platforms.discord.loopback.things import Message
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.roleplay.conftest import AT, told

LANGUAGES = Languages()


class Client(real.Client):
    """The client as it is, but for a wait that spares a gateway which is not here."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""


class Hasty(Clock):
    """A clock on which waiting for quiet takes a moment."""

    RATE = 20.0

    def now(self) -> float:
        return super().now() * self.RATE

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        await super().sleep(seconds / self.RATE, woken)


@dataclass
class Inn:
    """A server with a channel and somebody in it, and a director."""

    world: World
    server: Server
    tavern: Room
    anna: Person
    director: Director
    client: Client | None = None

    @asynccontextmanager
    async def playing(self, *, tell: Callable[[Sentence], None] = lambda said: None) -> AsyncIterator[Client]:
        """Let the bot play until the block ends."""
        client = self.client = Client(self.director, LANGUAGES, real.intents(), tell=tell, ready_s=0.05)
        with self.world.pointed():
            async with client, Errands() as errands:
                client.errands = errands
                await client.login(self.world.token)
                running = asyncio.create_task(client.connect())
                try:
                    await asyncio.wait_for(client.wait_until_ready(), 10)
                    yield client
                finally:
                    await errands.close()
                    await client.close()
                    await asyncio.gather(running, return_exceptions=True)

    @asynccontextmanager
    async def scene(self, *cards: CardFile) -> AsyncIterator[Client]:
        """Let the bot play a scene in the channel, that Anna has opened, until the block ends."""
        async with self.playing() as client:
            await self.opens_scene(self.tavern, *cards)
            yield client

    async def opens_scene(self, room: Room, *cards: CardFile) -> None:
        """Let Anna open a scene in a room, and the room show it."""
        await self.opens_story(*cards, room=room)
        await self.tidy(room)
        await room.until(lambda shown: any("waves" in one.content for one in shown))

    async def opens_story(self, *cards: CardFile, room: Room | None = None) -> None:
        """Let Anna open a scene that nothing shows yet."""
        place = place_of(room or self.tavern)
        await self.director.scenes.start(place, account_of(self.anna), cards, at=AT)

    async def tidy(self, room: Room | None = None) -> None:
        """Let a room be brought up to its story."""
        await (await self.wall(room)).tidy()

    async def wall(self, room: Room | None = None) -> Wall:
        """Return the wall of a room."""
        assert self.client
        return self.client.stage.wall(await self.channel(room))

    async def channel(self, room: Room | None = None) -> Channel:
        """Return a room as the bot knows it."""
        assert self.client
        id = (room or self.tavern).id
        channel = channel_of(self.client.get_channel(id) or await self.client.fetch_channel(id))
        assert channel
        return channel

    def owner(self) -> Account:
        """Return somebody who owns the bot."""
        return account_of(self.anna, Role.OWNER)

    async def says(self, text: str, *, person: Person | None = None) -> Shown:
        """Let somebody say a line in the channel, and return the answer once it is stored and shown."""
        await (person or self.anna).says(self.tavern, text)
        await self.tells(text)
        return await self.answered()

    async def tells(self, text: str) -> None:
        """Wait until the story tells this."""
        await self.until(lambda told: any(text == line for _, line in told))

    async def until(self, holds: Callable[[list[tuple[str, str]]], object], *, room: Room | None = None) -> None:
        """Wait until something holds of the story in a room."""
        try:
            async with asyncio.timeout(10):
                while True:
                    if holds(await self.told(room)):
                        return
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"The story tells {await self.told(room)}.") from None

    async def told(self, room: Room | None = None) -> list[tuple[str, str]]:
        """Return the story in a room as who said what."""
        return await told(self.director, place_of(room or self.tavern))

    async def answered(self, room: Room | None = None) -> Shown:
        """Wait until a reply is stored as the story's last turn and shown as the last post; return that."""
        room = room or self.tavern
        async with asyncio.timeout(10):
            while True:
                story = await self.director.story(place_of(room))
                last = story[-1]
                if last.author is not Author.PERSON and last.text and room.last.content.startswith(last.text.strip()):
                    return room.last
                await asyncio.sleep(0.02)


def place_of(room: Room) -> Place:
    guild = room.record.guild
    return Place(id_of(room.id), room.record.name, id_of(guild.id) if guild else "")


def account_of(person: Person, role: Role = Role.MODERATOR) -> Account:
    return Account(id_of(person.user.id), person.name, role)


def there(answer: Answer) -> Message:
    """Return the message that an interaction was answered with."""
    assert answer.message
    return answer.message
