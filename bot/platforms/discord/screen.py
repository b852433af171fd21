"""What one person reads on Discord: the story on the channel's wall, and words about it, privately where it can be."""

import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO

import discord

from bot.core import Turn
from bot.platforms.delivery import Unreachable
from bot.platforms.discord.surface import FAINT, LIMIT_CHARACTERS, NOBODY, translated
from bot.platforms.splitting import split
from bot.platforms.wall import Wall
from bot.roleplay.performance import Reply

logger = logging.getLogger(__name__)

FADES_AFTER_SECONDS = 20.0

Alarm = Callable[[str], Awaitable[None]]
"""Tells moderators of something, where they want to be told."""


class ChannelScreen:
    """Somebody who has written in a channel: nothing can be told them privately there, so remarks fade."""

    def __init__(self, wall: Wall, channel: discord.abc.Messageable, alarm: Alarm | None = None) -> None:
        self.wall = wall
        self._channel = channel
        self._alarm = alarm or self.note

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.wall.show(turns)

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        await self.answer("\n".join(quoted(turn, numbers) for turn in turns))

    async def answer(self, text: str) -> None:
        async with translated():
            for part in split(text, LIMIT_CHARACTERS):
                await self._channel.send(part, allowed_mentions=NOBODY, suppress_embeds=True)

    async def note(self, text: str) -> None:
        await self._faintly(text)

    async def alarm(self, text: str) -> None:
        await self._alarm(text)

    async def fail(self, sentence: str) -> None:
        await self._faintly(sentence)

    async def file(self, name: str, data: bytes) -> str:
        async with translated():
            await self._channel.send(file=discord.File(BytesIO(data), name), allowed_mentions=NOBODY)
        return name

    async def suggestions(self, lines: Sequence[str]) -> None:
        await self._faintly("\n".join(lines))

    async def state(self, line: str) -> None:
        await self.wall.state(line)

    async def follow(self, reply: Reply) -> None:
        await self.wall.follow(reply)

    async def spoken(self, reply: Reply) -> None:
        await self.wall.spoken(reply)

    async def _faintly(self, text: str) -> None:
        async with translated():
            for part in split(text, LIMIT_CHARACTERS // 2):
                shown = "\n".join(f"{FAINT}{line}" for line in part.splitlines() if line.strip())
                await self._channel.send(
                    shown,
                    allowed_mentions=NOBODY,
                    delete_after=FADES_AFTER_SECONDS,
                    silent=True,
                    suppress_embeds=True,
                )


class GatheringScreen:
    """Words are gathered for somebody, to be sent together; the story goes onto the wall of the channel."""

    def __init__(self, channel: ChannelScreen) -> None:
        self.channel = channel
        self._lines: list[str] = []

    def gathered(self) -> str:
        """Return what was gathered, and begin anew."""
        text = "\n".join(self._lines)
        self._lines.clear()
        return text

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.channel.turns(turns)

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        self._lines += [quoted(turn, numbers) for turn in turns]

    async def answer(self, text: str) -> None:
        self._lines.append(text)

    async def note(self, text: str) -> None:
        self._lines.append(text)

    async def fail(self, sentence: str) -> None:
        self._lines.append(sentence)

    async def suggestions(self, lines: Sequence[str]) -> None:
        self._lines += lines

    async def state(self, line: str) -> None:
        await self.channel.state(line)

    async def alarm(self, text: str) -> None:
        await self.channel.alarm(text)

    async def file(self, name: str, data: bytes) -> str:
        return await self.channel.file(name, data)

    async def follow(self, reply: Reply) -> None:
        await self.channel.follow(reply)

    async def spoken(self, reply: Reply) -> None:
        await self.channel.spoken(reply)

    async def show_to_all(self, text: str) -> None:
        """Show something in the channel for a while: it cannot be given privately."""
        try:
            await self.channel.note(text)
        except Unreachable as error:
            logger.info("an answer could not be shown: %s", error)


def quoted(turn: Turn, numbers: Mapping[int, int]) -> str:
    """Return a turn as somebody reads it who asked to see it."""
    number = f"`#{numbers[turn.id]}` " if turn.id in numbers else ""
    return f"{number}**{discord.utils.escape_markdown(turn.name)}**: {turn.text}"
