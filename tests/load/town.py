"""People at their places on Discord and Telegram, who say a line and wait for the answer. They know no bot."""

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.bot.platforms.discord.loopback.people import Person as Member
from tests.bot.platforms.discord.loopback.rooms import Room as Channel
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World as Discord
from tests.bot.platforms.telegram.loopback.people import Person as User
from tests.bot.platforms.telegram.loopback.rooms import Room as Chat
from tests.bot.platforms.telegram.loopback.world import World as Telegram

NAME = "Kim"
"""What everybody is called, so that all stories begin with the same words and these are read once."""
BEAT_SECONDS = 1.0
"""As often the gateway asks for a heartbeat; Discord does so every 41 seconds."""
ANSWER_SECONDS = 90.0
LOOK_SECONDS = 1.0
AGAIN = "⟲"


class Seat(Protocol):
    """Where somebody plays. `posts` counts what was posted there under a character's name."""

    @property
    def posts(self) -> int: ...

    async def opens(self, card: str) -> None:
        """Open a scene, and wait until its greeting has its buttons."""
        ...

    async def says(self, text: str) -> float:
        """Say a line, wait until its answer has its buttons, and return after how many seconds it was posted."""
        ...


@dataclass(slots=True)
class DiscordSeat:
    """A channel, and somebody who moderates it."""

    person: Member
    room: Channel
    posts: int = 0
    posted: float = 0.0
    done: asyncio.Event = field(default_factory=asyncio.Event)

    async def opens(self, card: str) -> None:
        self.done.clear()
        await self.person.runs(self.room, "/scene start", cards=card)
        await asyncio.wait_for(self.done.wait(), ANSWER_SECONDS)

    async def says(self, text: str) -> float:
        self.done.clear()
        began = time.monotonic()
        await self.person.says(self.room, text)
        await asyncio.wait_for(self.done.wait(), ANSWER_SECONDS)
        return self.posted - began

    def hears(self, event: str, data: Any) -> None:
        """Note what happens in the channel."""
        if not data.get("webhook_id"):
            return
        if event == "MESSAGE_CREATE":
            self.posts += 1
            self.posted = time.monotonic()
        elif event == "MESSAGE_UPDATE" and data.get("components"):
            self.done.set()


@dataclass(slots=True)
class TelegramSeat:
    """A private chat, and whose it is."""

    person: User
    room: Chat

    @property
    def posts(self) -> int:
        bot = self.room.state.bot
        return sum(
            one.author is bot and not one.is_silent and "text" in one.content
            for one in [*self.room.chat.messages.values()]
        )

    async def opens(self, card: str) -> None:
        await self._answered((await self.person.says(self.room, f"/scene start {card}")).id)

    async def says(self, text: str) -> float:
        began = time.monotonic()
        line = await self.person.says(self.room, text)
        return await self._answered(line.id) - began

    async def _answered(self, line: int) -> float:
        """Wait for a reply behind a line, and return when it was posted."""
        posted = 0.0
        messages, bot = self.room.chat.messages, self.room.state.bot
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                for message in reversed(messages.values()):
                    if message.id <= line:
                        break
                    if message.author is bot and not message.is_silent and "text" in message.content:
                        posted = posted or time.monotonic()
                        if message.markup:
                            return posted
                await self.room.state.changed.wait(LOOK_SECONDS)


@dataclass(slots=True)
class Town:
    """Both platforms, with nobody there yet."""

    discord: Discord
    telegram: Telegram
    inn: Server
    _channels: dict[str, DiscordSeat] = field(default_factory=dict[str, DiscordSeat])

    @classmethod
    @asynccontextmanager
    async def open(cls) -> "AsyncGenerator[Town]":
        """Open both, with the limits of speed that the real ones have."""
        async with Discord.open() as discord, await Telegram.open() as telegram:
            discord.gateway.hello_s = BEAT_SECONDS
            discord.limits.as_the_real_ones()
            telegram.rates.is_on = True
            town = cls(discord, telegram, discord.server("Inn"))
            discord.state.listeners.append(town._hears)
            yield town

    @property
    def settings(self) -> dict[str, str]:
        """What the program is to be told of both, as variables of its environment."""
        return {
            **self.discord.environment,
            "TROUPE_DISCORD__TOKEN": self.discord.token,
            "TROUPE_TELEGRAM__TOKEN": self.telegram.token,
            "TROUPE_TELEGRAM__BASE_URL": self.telegram.base_url,
            "TROUPE_TELEGRAM__BASE_FILE_URL": self.telegram.base_file_url,
        }

    def channels(self, count: int) -> list[DiscordSeat]:
        """Make so many channels with somebody in each."""
        role = self.inn.role("Moderators", "manage_guild", "manage_messages")
        made = [DiscordSeat(self.inn.person(NAME, role), self.inn.channel(f"room-{n}")) for n in range(count)]
        self._channels |= {str(one.room.id): one for one in made}
        return made

    async def chats(self, count: int, code: str) -> list[TelegramSeat]:
        """Let somebody claim the bot and open it to all, and so many others begin a chat with it."""
        owner = self.telegram.person("Owner")
        room = await owner.starts(code)
        await room.until_said("This bot is yours now")
        asked = await owner.says(room, "/access open")
        await room.until_after(asked)
        people = [self.telegram.person(NAME) for _ in range(count)]
        return [TelegramSeat(person, person.private()) for person in people]

    def _hears(self, event: str, data: Any, guild: object, channel: object) -> None:
        if event.startswith("MESSAGE_") and (seat := self._channels.get(str(data.get("channel_id")))):
            seat.hears(event, data)
