"""What was missed while the bot was away, read back from the channels where something is played."""

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import discord

from bot.core import Place
from bot.errors import TroupeError
from bot.platforms.discord.hearing import WRITTEN, Hearing
from bot.platforms.discord.proxies import is_command
from bot.platforms.discord.reading import Channel, id_of, snowflake
from bot.platforms.discord.stage import Stage
from bot.roleplay.typed import is_out_of_character
from bot.words import counted

logger = logging.getLogger(__name__)

MOST_LINES = 50
"""Of each channel, the newest."""
AT_ONCE = 8
MOST_SECONDS = 60.0
"""After that people are heard, whatever has not been read back by then."""

Begin = Callable[[Coroutine[Any, Any, None]], None]


class Absence:
    """Reads back what was missed, shard by shard; `begin` starts what is done beside it."""

    def __init__(self, stage: Stage, hearing: Hearing, begin: Begin) -> None:
        self._stage = stage
        self._hearing = hearing
        self._begin = begin
        self._away: set[int] = set()
        self._known: set[int] = set()

    def begins(self, shard: int) -> None:
        """Note that a shard has connected anew: what it tells from now on waits until the rest was read."""
        self._away.add(shard)
        self._hearing.present.clear()

    async def ends(self, shard: int) -> None:
        """Bring the walls of a shard up to their stories, and hear what was said meanwhile."""
        few = asyncio.Semaphore(AT_ONCE)

        async def caught_up(place: Place) -> None:
            async with few:
                try:
                    channel = await self._stage.channel(snowflake(place.id))
                    if channel and _shard_of(channel) == shard:
                        await self._catch_up(channel, place)
                except (TroupeError, discord.DiscordException, aiohttp.ClientError, OSError) as error:
                    logger.info("what was missed at a place cannot be read: %s", error)

        try:
            async with asyncio.timeout(MOST_SECONDS):
                places = await self._stage.director.scenes.running("discord")
                await asyncio.gather(*map(caught_up, places))
        except TimeoutError:
            logger.warning("not everything that was missed could be read in time")
        finally:
            self._away.discard(shard)
            if not self._away:
                self._hearing.present.set()

    async def _catch_up(self, channel: Channel, place: Place) -> None:
        newest = await self._stage.director.messages.newest(place)
        wall = self._stage.wall(channel)
        found = await self._since(channel, newest) if newest else []
        missed = [message for message in found if self._is_line(message)][-MOST_LINES:]
        if channel.id not in self._known:
            # Posts that a run was killed over before they were noted show nothing that would not be shown anew.
            self._known.add(channel.id)
            await wall.surface.remove([id_of(one) for one in found if self._hearing.is_own(one)])
        await wall.tidy()
        if missed:
            told = counted(
                "I was away: one line that was said meanwhile is in the story now.",
                "I was away: {count} lines that were said meanwhile are in the story now.",
                count=len(missed),
            )
            await wall.surface.say(told)
        for message in missed:
            self._begin(self._hearing.line(channel, message))

    async def _since(self, channel: Channel, newest: str) -> list[discord.Message]:
        """Return what was posted behind a message, the oldest first, but not all where that is a lot."""
        after = discord.Object(snowflake(newest))
        found = [one async for one in channel.history(limit=2 * MOST_LINES, after=after, oldest_first=False)]
        return found[::-1]

    def _is_line(self, message: discord.Message) -> bool:
        is_person = not (message.author.bot or message.webhook_id)
        is_aside = is_command(message.content) or is_out_of_character(message.content)
        return is_person and message.type in WRITTEN and not is_aside


def _shard_of(channel: Channel) -> int:
    """Return the shard that tells of a channel."""
    return 0 if isinstance(channel, discord.DMChannel) else channel.guild.shard_id
