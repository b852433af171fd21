"""Everything that people can ask for, on every platform. All commands are brought together here."""

import logging

from bot.errors import TroupeError
from bot.platforms.commands import (
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
    settings,
    story,
    turns,
    writing,
)
from bot.platforms.commands.table import Attached, Command, Given, Kind, Option
from bot.platforms.player import Player
from characters import CardError
from engine import EngineError

__all__ = ["COMMANDS", "Attached", "Command", "Given", "Kind", "Option", "attempt"]

logger = logging.getLogger(__name__)


async def attempt(player: Player, command: Command, given: Given) -> bool:
    """Do what a command asks for. Return False where it was refused, with the reason on the player's screen."""
    try:
        command.check(given)
        await player.look()
        await command.act(player, given)
    except (TroupeError, EngineError, CardError) as error:
        await player.fail(error)
        return False
    except BrokenPipeError:  # whoever was to read the answer has gone
        raise
    except Exception:
        logger.exception("/%s could not be done", command.name)
        await player.fail(
            TroupeError("Something went wrong inside Troupe: logs/troupe.log in the data folder says what.")
        )
        return False
    return True


async def _status(player: Player, given: Given) -> None:
    await player.screen.answer(player.status())


COMMANDS: tuple[Command, ...] = (
    *play.COMMANDS,
    *cast.COMMANDS,
    *turns.COMMANDS,
    *branches.COMMANDS,
    *scene.COMMANDS,
    *story.COMMANDS,
    *settings.COMMANDS,
    *writing.COMMANDS,
    *people.COMMANDS,
    *cards.COMMANDS,
    *memory.COMMANDS,
    *knowledge.COMMANDS,
    *safety.COMMANDS,
    *lore.COMMANDS,
    *after.COMMANDS,
    Command(("status",), "show what the model is doing", _status),
)
