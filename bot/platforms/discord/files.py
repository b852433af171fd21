"""Files that people attach, as commands take them."""

import aiohttp
import discord

from bot.errors import PlayError
from bot.platforms.commands import Attached


def attached(attachment: discord.Attachment) -> Attached:
    """Return a file by its name; its bytes are fetched when they are asked for, unless there are too many."""

    async def read(most: int) -> bytes:
        if attachment.size > most:
            raise PlayError(
                "{name} is too large: {mib:.0f} MiB are the most.", name=attachment.filename[:80], mib=most / (1 << 20)
            )
        try:
            return await attachment.read()
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise PlayError("{name} cannot be fetched from Discord any more.", name=attachment.filename[:80]) from error

    return Attached(attachment.filename, read)
