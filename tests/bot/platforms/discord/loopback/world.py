"""A whole Discord for a test: `async with World.open() as world`, then people, servers and what goes wrong."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from tests.bot.platforms.discord.loopback import shown
from tests.bot.platforms.discord.loopback.faults import Faults
from tests.bot.platforms.discord.loopback.gateway import Gateway
from tests.bot.platforms.discord.loopback.limits import Limits
from tests.bot.platforms.discord.loopback.people import Person
from tests.bot.platforms.discord.loopback.permissions import BOT
from tests.bot.platforms.discord.loopback.pointing import VARIABLE, pointed
from tests.bot.platforms.discord.loopback.server import Asked
from tests.bot.platforms.discord.loopback.server import Server as Wire
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.state import Rules, State
from tests.bot.platforms.discord.loopback.upsets import Upsets


@dataclass(slots=True)
class World:
    wire: Wire = field(default_factory=Wire)
    upsets: Upsets = field(init=False)

    def __post_init__(self) -> None:
        self.upsets = Upsets(self.wire.gateway)

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int = 0) -> "AsyncIterator[World]":
        """Open a Discord on 127.0.0.1; it is gone, with every connection, when the block ends."""
        world = cls()
        async with world.wire.running(port):
            yield world

    @property
    def state(self) -> State:
        return self.wire.state

    @property
    def faults(self) -> Faults:
        """What goes wrong with requests."""
        return self.wire.faults

    @property
    def gateway(self) -> Gateway:
        return self.wire.gateway

    @property
    def limits(self) -> Limits:
        return self.wire.limits

    @property
    def rules(self) -> Rules:
        return self.state.rules

    @property
    def url(self) -> str:
        """The address: its API is under /api/v10, its CDN under /cdn, its gateway at ws:// of the same."""
        return self.state.url

    @property
    def token(self) -> str:
        return self.state.token

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a process that is started with `pointing`."""
        return {VARIABLE: self.url}

    @contextmanager
    def pointed(self) -> Iterator[None]:
        """Let discord.py in this process talk to this world."""
        with pointed(self.url):
            yield

    def server(self, name: str, owner: Person | None = None, bot: int = BOT) -> Server:
        """A server that the bot has been invited to with the permissions `bot`; its owner may do everything."""
        guild = self.state.guild(name, owner.user if owner else self.state.user(f"Owner of {name}"), bot)
        self.state.publish("GUILD_CREATE", self.gateway.guild(guild, True), guild)
        return Server(self.state, guild)

    def person(self, name: str, locale: str = "en-US") -> Person:
        """Somebody who is in no server yet."""
        return Person(self.state, self.state.user(name, locale=locale))

    def owner(self, server: Server) -> Person:
        return Person(self.state, server.record.owner)

    def pass_time(self, seconds: float) -> None:
        """Move Discord's clock on: tokens run out and messages grow old, without anybody waiting."""
        self.state.shift += timedelta(seconds=seconds)

    def requests(self, route: str = "") -> list[Asked]:
        """The requests whose route, `METHOD /path` with Discord's own names in braces, contains this."""
        return [asked for asked in self.wire.asked if route in asked.route]

    async def asked(self, route: str, times: int = 1, within_s: float = shown.WITHIN_S) -> list[Asked]:
        """Wait until a route has been asked so many times."""

        def enough() -> bool:
            return len(self.requests(route)) >= times

        await shown.until(self.state, enough, lambda: str([one.route for one in self.wire.asked]), within_s)
        return self.requests(route)

    async def ready(self, shards: int = 1, within_s: float = shown.WITHIN_S) -> None:
        """Wait until the bot has identified, with so many shards."""
        await shown.until(self.state, lambda: self.gateway.identified >= shards, lambda: "no bot", within_s)

    @property
    def violations(self) -> list[str]:
        """What in any request Discord's description does not allow; a test asserts that there is none."""
        return self.wire.violations

    @property
    def pinged(self) -> set[str]:
        """Whom any message of the bot or its webhooks has pinged so far."""
        own = [one for one in self.state.all_messages() if one.author is self.state.me]
        return {name for message in own for name in message.pinged}
