"""What a line typed at the terminal does: it is said, or it is a command. One table holds every command."""

import logging
import shlex
from asyncio import to_thread
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from difflib import get_close_matches

from bot.errors import LineTooLong, PlayError, TroupeError
from bot.platforms.terminal.cards import find_cards
from bot.platforms.terminal.player import PLACE, Player, listed
from bot.platforms.terminal.text import clean
from bot.roleplay.director import MAX_LINE_CHARACTERS, is_out_of_character
from characters import CardError
from engine import EngineError

MOST_SUGGESTIONS = 9
AGAIN = "+"

HINTS = """\
+ alone is /retry. A line that begins with // or stands in ((double brackets)) stays out of the story.
Ctrl-C stops the reply and keeps what was said. Ctrl-D leaves."""

logger = logging.getLogger(__name__)


class Leave(Exception):
    """The player wants to go."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be typed after a slash. `argument` is how /help writes what may follow."""

    name: str
    argument: str
    help: str
    act: Callable[[Player, str], Awaitable[None]]


async def take(player: Player, line: str) -> bool:
    """Do what a line asks for. Return False where it was refused, with the reason on the screen. Raises Leave."""
    text = clean(line).strip()
    try:
        if text:
            await _act(player, text)
    except (TroupeError, EngineError, CardError) as error:
        player.screen.fail(str(error))
        return False
    except (Leave, BrokenPipeError):
        raise
    except Exception:
        logger.exception("a line could not be handled")
        player.screen.fail("Something went wrong inside Troupe: logs/troupe.log in the data folder says what.")
        return False
    return True


def is_said(line: str) -> bool:
    """Tell whether a line goes into the story."""
    text = line.strip()
    is_order = text == AGAIN or text.startswith("/") or is_out_of_character(text)
    return not is_order and len(text) <= MAX_LINE_CHARACTERS


async def _act(player: Player, text: str) -> None:
    if len(text) > MAX_LINE_CHARACTERS:
        raise LineTooLong(len(text), MAX_LINE_CHARACTERS)
    if is_out_of_character(text):
        player.screen.note("That stays out of the story.")
    elif text == AGAIN:
        await _retry(player, "")
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
    meant = f"did you mean /{near[0]}?" if near else "/help lists the commands."
    raise PlayError(f"There is no command /{name[:40]}: {meant}")


async def _help(player: Player, argument: str) -> None:
    calls = {f"/{command.name} {command.argument}": command.help for command in COMMANDS}
    width = max(map(len, calls))
    player.screen.answer("\n".join([*(f"{call:{width}}  {help}" for call, help in calls.items()), HINTS]))


async def _retry(player: Player, argument: str) -> None:
    await player.follow(player.director.retry(PLACE, player.account))


async def _undo(player: Player, argument: str) -> None:
    gone = await player.director.undo(PLACE, count=_number("undo", argument or "1"))
    player.screen.answer(f"Taken back: {'the last turn' if len(gone) == 1 else f'the last {len(gone)} turns'}.")
    player.show((await player.story())[-1:])


async def _narrate(player: Player, argument: str) -> None:
    await player.follow(player.director.narrate(PLACE, player.account, hint=argument))


async def _suggest(player: Player, argument: str) -> None:
    count = _number("suggest", argument or "3", most=MOST_SUGGESTIONS)
    suggestions = await player.director.suggest(PLACE, player.account, count=count)
    player.screen.answer("\n".join(f"- {suggestion}" for suggestion in suggestions))


async def _stop(player: Player, argument: str) -> None:
    if not player.director.stop(PLACE):
        raise PlayError("Nobody is speaking.")


async def _cast(player: Player, argument: str) -> None:
    scene = await player.director.scene(PLACE)
    names = [member.name for member in scene.members] if scene else []
    player.screen.answer(f"Present: {listed([*names, player.name])}.")


async def _story(player: Player, argument: str) -> None:
    told = await player.story()
    player.show(told[-_number("story", argument) :] if argument else told)


async def _new(player: Player, argument: str) -> None:
    try:
        names = shlex.split(argument)
    except ValueError as error:
        raise PlayError("A quotation mark in the names of the cards is not closed.") from error
    await player.open(await to_thread(find_cards, names) if names or not player.cards else player.cards)
    player.show(await player.story())


async def _status(player: Player, argument: str) -> None:
    player.screen.answer(player.status())


async def _quit(player: Player, argument: str) -> None:
    raise Leave


def _number(name: str, argument: str, *, most: int = 1_000_000) -> int:
    if argument.isascii() and argument.isdecimal() and 1 <= int(argument[:10]) <= most:
        return int(argument)
    raise PlayError(f"/{name} takes a whole number from 1 to {most:,}, as in /{name} 2.")


COMMANDS = (
    Command("help", "", "show this list", _help),
    Command("retry", "", "let the last reply be spoken anew", _retry),
    Command("undo", "[N]", "take back the last turn, or the last N", _undo),
    Command("narrate", "[hint]", "let a narrator tell what happens next", _narrate),
    Command("suggest", "[N]", "suggest lines that you could say", _suggest),
    Command("stop", "", "stop the reply and keep what was said", _stop),
    Command("cast", "", "show who is present", _cast),
    Command("story", "[N]", "show the story so far, or its last N turns", _story),
    Command("new", "[CARD...]", "open a new scene with these characters", _new),
    Command("status", "", "show what the model is doing", _status),
    Command("quit", "", "leave; the story goes on where it was left", _quit),
)
