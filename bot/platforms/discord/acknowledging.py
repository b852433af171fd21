"""The first answer to an interaction, due within three seconds; one that comes too late or twice changes nothing."""

import logging
from collections.abc import Awaitable
from typing import Any

import aiohttp
import discord

from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY

logger = logging.getLogger(__name__)


async def acknowledged(answer: Awaitable[Any]) -> bool:
    """Give the first answer; False where it was not taken: then what was asked for is not done either."""
    try:
        await answer
    except (discord.HTTPException, discord.InteractionResponded, aiohttp.ClientError, OSError, TimeoutError) as error:
        logger.info("an interaction could not be answered: %s", error)
        return False
    return True


async def refuse(interaction: discord.Interaction, sentence: str) -> None:
    """Say privately, at once, why something is not done."""
    response = interaction.response
    await acknowledged(
        response.send_message(
            sentence[:LIMIT_CHARACTERS], ephemeral=True, allowed_mentions=NOBODY, suppress_embeds=True
        )
    )
