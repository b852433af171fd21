"""What a line typed at the terminal does: it is said, or it is a command. All commands are brought together here."""

import logging
from difflib import get_close_matches

from bot.errors import PlayError, TroupeError
from bot.platforms.terminal.commands import (
    after,
    branches,
    cast,
    files,
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
from bot.platforms.terminal.commands.table import Command, Leave, usage
from bot.platforms.terminal.player import Player
from bot.platforms.terminal.text import clean
from bot.roleplay.typed import Line, check_length, is_out_of_character, read_line
from bot.words import Sentence, sentence
from characters import CardError
from engine import EngineError

__all__ = ["COMMANDS", "Leave", "is_said", "take"]

HINTS = sentence(
    "+ alone is /retry, and +++ is /continue; -temp=1.2 or -top_p=0.5 at either end of a line count for its answer.\n"
    "A line that begins with // or stands in ((double brackets)) stays out of the story.\n"
    "Ctrl-C stops the reply and keeps what was said. Ctrl-D leaves."
)

logger = logging.getLogger(__name__)


async def take(player: Player, line: str) -> bool:
    """Do what a line asks for. Return False where it was refused, with the reason on the screen. Raises Leave."""
    text = clean(line).strip()
    try:
        if text:
            await _act(player, text)
    except (TroupeError, EngineError, CardError) as error:
        player.fail(error)
        return False
    except (Leave, BrokenPipeError):
        raise
    except Exception:
        logger.exception("a line could not be handled")
        player.fail(TroupeError("Something went wrong inside Troupe: logs/troupe.log in the data folder says what."))
        return False
    return True


def is_said(line: str) -> bool:
    """Tell whether a line goes into the story."""
    try:
        return not line.strip().startswith("/") and isinstance(read_line(line.strip()), Line)
    except (PlayError, EngineError):
        return False


async def _act(player: Player, text: str) -> None:
    check_length(text)
    if is_out_of_character(text):
        player.note("That stays out of the story.")
    elif text.startswith("/"):
        name, _, argument = text[1:].partition(" ")
        await _named(name.lower()).act(player, argument.strip())
    else:
        await player.say(text)


def _named(name: str) -> Command:
    for command in COMMANDS:
        if command.name == name:
            return command
    near = get_close_matches(name, [command.name for command in COMMANDS], n=1)
    if near:
        raise PlayError("There is no command /{name}: did you mean /{near}?", name=name[:40], near=near[0])
    raise PlayError("There is no command /{name}: /help lists the commands.", name=name[:40])


async def _help(player: Player, argument: str) -> None:
    calls = {usage(command, player.words): command.help for command in COMMANDS}
    width = max(map(len, calls))
    told = (f"{call:{width}}  {player.words.say(Sentence(help))}" for call, help in calls.items())
    player.screen.answer("\n".join([*told, player.words.say(HINTS)]))


async def _status(player: Player, argument: str) -> None:
    player.screen.answer(player.status())


async def _quit(player: Player, argument: str) -> None:
    raise Leave


COMMANDS: tuple[Command, ...] = (
    Command("help", "", "show this list", _help),
    *play.COMMANDS,
    *cast.COMMANDS,
    *turns.COMMANDS,
    *branches.COMMANDS,
    *story.COMMANDS,
    *scene.COMMANDS,
    *settings.COMMANDS,
    *writing.COMMANDS,
    *files.COMMANDS,
    *people.COMMANDS,
    *memory.COMMANDS,
    *knowledge.COMMANDS,
    *safety.COMMANDS,
    *lore.COMMANDS,
    *after.COMMANDS,
    Command("status", "", "show what the model is doing", _status),
    Command("quit", "", "leave; the story goes on where it was left", _quit),
)
