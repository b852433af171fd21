"""What was missed while the bot was away, read back from the channels where something is played."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
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
from bot.words import Sentence, counted, sentence

logger = logging.getLogger(__name__)

MOST_LINES = 50
"""Of each channel, the newest."""
MOST_MESSAGES = 100
"""Of each channel, the newest: what Discord tells at one request."""
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
        known = await self._stage.director.messages.newest(place, last=MOST_MESSAGES)
        if not known:
            await self._stage.wall(channel).tidy()
            return
        recent = [one async for one in channel.history(limit=MOST_MESSAGES)]
        await self._revise(channel, recent, known)
        found = [one for one in reversed(recent) if one.id > snowflake(known[0])]
        wall = self._stage.wall(channel)
        if channel.id not in self._known:
            # Posts that a run was killed over before they were noted show nothing that would not be shown anew.
            self._known.add(channel.id)
            await wall.surface.remove([id_of(one) for one in found if self._hearing.is_own(one)])
        await wall.tidy()
        missed = [message for message in found if self._is_line(message)]
        if missed:
            is_all = len(missed) <= MOST_LINES and len(found) < MOST_MESSAGES
            missed = missed[-MOST_LINES:]
            if count := sum(map(self._hearing.says, missed)):  # voices and files are no lines
                await wall.surface.say(_told(count, is_all=is_all))
        for message in missed:
            self._begin(self._hearing.line(channel, message))

    async def _revise(self, channel: Channel, recent: Sequence[discord.Message], known: Sequence[str]) -> None:
        """Let the story say what was edited meanwhile, and forget what was deleted.

        `recent` is the end of the channel's history, the newest first; nothing is known of what stands above it. It is
        empty where the bot may not read it.
        """
        there = {id_of(one) for one in recent}
        for message in recent:
            if id_of(message) in known:
                await self._hearing.edited(channel, message)
        oldest = recent[-1].id if len(recent) == MOST_MESSAGES else 0
        gone = [snowflake(id) for id in known if recent and id not in there and snowflake(id) > oldest]
        if gone:
            await self._hearing.deletions(channel.id, sorted(gone))

    def _is_line(self, message: discord.Message) -> bool:
        is_person = not (message.author.bot or message.webhook_id)
        is_aside = is_command(message.content) or is_out_of_character(message.content)
        return is_person and message.type in WRITTEN and not is_aside


def _told(count: int, *, is_all: bool) -> Sentence:
    if not is_all:
        return sentence(
            "I was away: of what was said meanwhile, the newest {count} lines are in the story now.", count=count
        )
    return counted(
        "I was away: one line that was said meanwhile is in the story now.",
        "I was away: {count} lines that were said meanwhile are in the story now.",
        count=count,
    )


def _shard_of(channel: Channel) -> int:
    """Return the shard that tells of a channel."""
    return 0 if isinstance(channel, discord.DMChannel) else channel.guild.shard_id
