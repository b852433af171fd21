"""A Discord of our own, and a plain client of discord.py that is logged in to it; an inn for the bot itself."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest
import pytest_asyncio
from discord import app_commands

from bot.platforms.discord.desk import Desk
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World
from tests.bot.platforms.discord.playing import Hasty, Inn
from tests.bot.roleplay.conftest import SHORT, data, database, director, engine, migrated

__all__ = ["data", "database", "director", "engine", "migrated"]


class Client(discord.AutoShardedClient):
    """A client with a command tree; it notes what it hears."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(intents=intents or discord.Intents.all(), guild_ready_timeout=0.05)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[tuple[str, str]] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for nothing: the usual 5 seconds spare a gateway that is not here."""

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append((message.author.display_name, message.content))


@asynccontextmanager
async def logged_in(world: World, client: Client) -> AsyncIterator[Client]:
    """Log a client in and wait until it is ready; it is closed when the block ends."""
    with world.pointed():
        await client.login(world.token)
        running = asyncio.create_task(client.connect())
        ready = asyncio.create_task(client.wait_until_ready())
        try:
            await asyncio.wait({running, ready}, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                running.result()
            yield client
        finally:
            ready.cancel()
            await client.close()
            await asyncio.gather(running, return_exceptions=True)


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with World.open() as world:
        yield world
        assert world.violations == []


@pytest.fixture
def server(world: World) -> Server:
    return world.server("Inn")


@pytest.fixture
def tavern(server: Server) -> Room:
    return server.channel("tavern")


@pytest.fixture
async def client(world: World, tavern: Room) -> AsyncIterator[Client]:
    async with logged_in(world, Client()) as client:
        yield client


@pytest.fixture
def without_commands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no client tell Discord of its commands: to check what it is told takes longer than most tests."""

    async def nothing(desk: Desk) -> None: ...

    monkeypatch.setattr(Desk, "open", nothing)


@pytest_asyncio.fixture(loop_scope="module")
async def inn(database: Database, engine: Engine) -> AsyncIterator[Inn]:
    """Give a server with a channel, where Anna moderates, and a director; the bot is not there yet."""
    async with World.open() as world:
        server = world.server("Inn")
        moderators = server.role("Moderators", "manage_guild", "manage_messages")
        tavern, anna = server.channel("tavern"), server.person("Anna", moderators)
        yield Inn(world, server, tavern, anna, Director(database, engine, SHORT, seed=7, clock=Hasty()))
        assert world.violations == []
