"""What Discord refuses, as the walls know it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.platforms.delivery import Stuck, Unreachable, Unsteady

UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
TOO_LATE_TO_EDIT = 30046
NOT_OURS = 50005
UNCHANGEABLE = (UNKNOWN_MESSAGE, UNKNOWN_WEBHOOK, TOO_LATE_TO_EDIT, NOT_OURS)


@asynccontextmanager
async def translated() -> AsyncGenerator[None]:
    """Let what Discord refuses come as Unreachable where that stays so, and as Unsteady where it may not.

    A post that cannot be changed any more is Stuck.
    """
    try:
        yield
    except discord.HTTPException as error:
        reason = error.text or "no reason given"
        if error.code in UNCHANGEABLE:
            raise Stuck("That post cannot be changed any more: {reason}.", reason=reason) from error
        if isinstance(error, (discord.Forbidden, discord.NotFound)):
            raise Unreachable("Discord does not let me write here any more: {reason}.", reason=reason) from error
        raise Unsteady("Discord did not take that: {reason}.", reason=reason) from error
    except (aiohttp.ClientError, OSError, TimeoutError) as error:
        raise Unsteady("Discord did not take that: {reason}.", reason=type(error).__name__) from error
