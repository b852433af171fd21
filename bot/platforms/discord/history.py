"""What was written in a channel before there was a story, as a file that one can be read from."""

import json
from collections.abc import AsyncIterator

import aiohttp
import discord

from bot.errors import PlayError
from bot.platforms.commands import Attached
from bot.platforms.discord.hearing import WRITTEN
from bot.platforms.discord.proxies import is_command
from bot.platforms.discord.reading import Channel, text_of
from bot.roleplay.typed import is_out_of_character

MOST_MESSAGES = 2_000
"""Discord tells a hundred at a request, so it takes some ten seconds."""
PROXIES = (466378653216014359, 431544605209788416)
"""The applications of PluralKit and Tupperbox: what their webhooks say, people say."""


def history(channel: Channel, first: discord.Message, *, bot: int) -> Attached:
    """Return what was written in a channel from a message on, as DiscordChatExporter would write it.

    Webhooks are characters, but for those of proxies; other bots, and asides, are no part of it.
    """

    async def read(most: int) -> bytes:
        try:
            messages = [message async for message in _told(channel, first, bot)]
        except (discord.HTTPException, aiohttp.ClientError) as error:
            raise PlayError("What was written here cannot be read: I may not read the message history.") from error
        if len(messages) > MOST_MESSAGES:
            raise PlayError("More than {most:,} messages follow: choose a later one.", most=MOST_MESSAGES)
        return json.dumps({"channel": {"name": str(channel)}, "messages": messages}).encode()

    return Attached(f"#{channel}", read)


async def _told(channel: Channel, first: discord.Message, bot: int) -> AsyncIterator[dict[str, object]]:
    after = discord.Object(first.id - 1)
    async for message in channel.history(limit=MOST_MESSAGES + 1, after=after, oldest_first=True):
        is_somebody = message.webhook_id or not message.author.bot
        is_aside = is_command(message.content) or is_out_of_character(message.content)
        if is_somebody and message.type in WRITTEN and not is_aside:
            is_character = message.webhook_id is not None and message.application_id not in PROXIES
            yield {
                "timestamp": message.created_at.isoformat(),
                "content": text_of(message, bot=bot),
                "author": {"name": message.author.display_name, "isBot": is_character},
            }
