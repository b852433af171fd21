"""Everything that people can ask for, on every platform. All commands are brought together here."""

import logging
from collections.abc import Awaitable, Callable

from bot.errors import TroupeError
from bot.platforms.commands import (
    about,
    after,
    branches,
    cards,
    cast,
    knowledge,
    lore,
    memory,
    people,
    play,
    safety,
    scene,
    server,
    settings,
    status,
    story,
    turns,
    writing,
)
from bot.platforms.commands.table import Attached, Command, Given, Kind, Option
from bot.platforms.player import Player
from characters import CardError
from engine import EngineError

__all__ = ["COMMANDS", "Attached", "Command", "Given", "Kind", "Option", "attempt", "done"]

logger = logging.getLogger(__name__)


async def attempt(player: Player, command: Command, given: Given) -> bool:
    """Do what a command asks for. Return False where it was refused, with the reason on the player's screen."""

    async def act(player: Player) -> None:
        command.check(given)
        await player.look()
        await command.act(player, given)

    return await done(player, command.name, act)


async def done(player: Player, what: str, act: Callable[[Player], Awaitable[None]]) -> bool:
    """Do something for a player. Return False where it was refused, with the reason on the player's screen."""
    try:
        await act(player)
    except (TroupeError, EngineError, CardError) as error:
        await player.fail(error)
        return False
    except BrokenPipeError:  # whoever was to read the answer has gone
        raise
    except Exception:
        logger.exception("/%s could not be done", what)
        await player.fail(
            TroupeError("Something went wrong inside Troupe: logs/troupe.log in the data folder says what.")
        )
        return False
    return True


COMMANDS: tuple[Command, ...] = (
    *play.COMMANDS,
    *cast.COMMANDS,
    *turns.COMMANDS,
    *branches.COMMANDS,
    *scene.COMMANDS,
    *story.COMMANDS,
    *settings.COMMANDS,
    *server.COMMANDS,
    *writing.COMMANDS,
    *people.COMMANDS,
    *cards.COMMANDS,
    *memory.COMMANDS,
    *knowledge.COMMANDS,
    *safety.COMMANDS,
    *lore.COMMANDS,
    *after.COMMANDS,
    *status.COMMANDS,
    *about.COMMANDS,
)
