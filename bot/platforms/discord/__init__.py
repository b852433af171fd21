"""The play on Discord."""

import asyncio
import logging
from collections.abc import Callable

import aiohttp
import discord

from bot.errors import PlatformError
from bot.platforms.config import DiscordSettings
from bot.platforms.discord.client import Client, intents
from bot.platforms.errands import Errands
from bot.roleplay.director import Director
from bot.words import Languages, Sentence, sentence

__all__ = ["play"]

logger = logging.getLogger(__name__)

FIRST_WAIT_SECONDS = 5.0
MOST_WAIT_SECONDS = 300.0

UNHEARD = sentence(
    "Discord: the bot may not read what people write. Switch on Message Content Intent at "
    "https://discord.com/developers/applications, under Bot, and start it anew. "
    "Until then it hears only who mentions it, commands and private messages."
)
REFUSED = sentence(
    "Discord does not take the token: copy the bot's token anew, at https://discord.com/developers/applications "
    "under Bot, into discord.token."
).text


async def play(
    director: Director, settings: DiscordSettings, languages: Languages, *, tell: Callable[[Sentence], None]
) -> None:
    """Play on Discord until cancelled; `tell` says on the console what goes on. Raises PlatformError."""
    token = settings.token.get_secret_value()
    try:
        await _play(Client(director, languages, intents(), tell=tell), token, tell)
    except discord.PrivilegedIntentsRequired:
        tell(UNHEARD)
        await _play(Client(director, languages, intents(hears_all=False), tell=tell), token, tell)


async def _play(client: Client, token: str, tell: Callable[[Sentence], None]) -> None:
    try:
        async with client, Errands() as errands:
            client.errands = errands
            await _log_in(client, token, tell)
            await client.connect()
    except discord.LoginFailure as error:
        raise PlatformError(REFUSED) from error
    except discord.ConnectionClosed as error:
        raise PlatformError("Discord has ended the connection: {reason}.", reason=error.reason or error.code) from error


async def _log_in(client: Client, token: str, tell: Callable[[Sentence], None]) -> None:
    """Log in; where Discord cannot be reached, again and again. Raises LoginFailure."""
    wait = FIRST_WAIT_SECONDS
    while True:
        try:
            return await client.login(token)
        except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError) as error:
            logger.warning("Discord cannot be reached: %s", error)
            if wait == FIRST_WAIT_SECONDS:
                tell(sentence("Discord cannot be reached: it is tried again and again."))
        await asyncio.sleep(wait)
        wait = min(2 * wait, MOST_WAIT_SECONDS)
