"""The real client, in this process, in a Discord of ours; and an evening at the inn."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.core import Account, Author, Place, Role
from bot.platforms.discord import client as real
from bot.platforms.discord.reading import id_of
from bot.platforms.discord.stage import channel_of
from bot.platforms.errands import Errands
from bot.roleplay.director import Director
from bot.words import Languages
from characters import CardFile
from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.shown import Shown
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.roleplay.conftest import AT, told

LANGUAGES = Languages()


class Client(real.Client):
    """The client as it is, but for a wait that spares a gateway which is not here."""

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing."""


@dataclass
class Inn:
    """A server with a channel and somebody in it, and a director."""

    world: World
    server: Server
    tavern: Room
    anna: Person
    director: Director

    @asynccontextmanager
    async def playing(self, *, tell: Callable[[str], None] = lambda line: None) -> AsyncIterator[Client]:
        """Let the bot play until the block ends."""
        client = Client(self.director, LANGUAGES, real.intents(), tell=tell, ready_s=0.05)
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
            await self.opens(client, self.tavern, *cards)
            yield client

    async def opens(self, client: Client, room: Room, *cards: CardFile) -> None:
        """Let Anna open a scene in a room, and the room show it."""
        await self.director.scenes.start(place_of(room), account_of(self.anna), cards, at=AT)
        channel = channel_of(client.get_channel(room.id))
        assert channel
        await client.stage.wall(channel).tidy()
        await room.until(lambda shown: shown)

    async def told(self) -> list[tuple[str, str]]:
        """Return the story in the channel as who said what."""
        return await told(self.director, place_of(self.tavern))

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
