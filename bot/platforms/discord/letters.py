"""What somebody reads who has reacted to a post: a private letter, or where they take none a remark that fades."""

import logging
from collections.abc import Mapping, Sequence

import aiohttp
import discord

from bot.core import Turn
from bot.platforms.delivery import Unreachable
from bot.platforms.discord.screen import ChannelScreen, quoted
from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY
from bot.platforms.splitting import split
from bot.roleplay.performance import Reply

logger = logging.getLogger(__name__)


class LetterScreen:
    """Words go to a person, the story onto the wall of the channel."""

    def __init__(self, user: discord.User | discord.Member, channel: ChannelScreen) -> None:
        self._user = user
        self._channel = channel
        self._lines: list[str] = []

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self._channel.turns(turns)

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
        await self._channel.state(line)

    async def alarm(self, text: str) -> None:
        await self._channel.alarm(text)

    async def file(self, name: str, data: bytes) -> str:
        return await self._channel.file(name, data)

    async def follow(self, reply: Reply) -> None:
        await self._channel.follow(reply)

    async def spoken(self, reply: Reply) -> None:
        await self._channel.spoken(reply)

    async def close(self) -> None:
        """Send what was said, as one letter."""
        text = "\n".join(self._lines)
        self._lines.clear()
        try:
            for part in split(text, LIMIT_CHARACTERS):
                await self._user.send(part, allowed_mentions=NOBODY, suppress_embeds=True)
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError):
            try:
                await self._channel.note(text)
            except Unreachable as error:
                logger.info("a letter could not be shown: %s", error)
