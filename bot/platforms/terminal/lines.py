"""What a line typed at the terminal does: it is said, or it is a command."""

from asyncio import to_thread

from bot.errors import PlayError, TroupeError
from bot.platforms.commands import COMMANDS, Attached, Command, Given, Kind, Option, attempt
from bot.platforms.commands.typed import find, read
from bot.platforms.commands.usage import usage
from bot.platforms.player import Player
from bot.platforms.terminal.files import at_home
from bot.platforms.terminal.seat import say
from bot.platforms.terminal.text import clean
from bot.roleplay.intake import read_file
from bot.roleplay.typed import Line, check_length, is_out_of_character, read_line
from bot.words import Sentence, sentence
from characters.files import picture_beside
from engine import EngineError

HINTS = sentence(
    "+ alone is /retry, and +++ is /continue; -temp=1.2 or -top_p=0.5 at either end of a line count for its answer.\n"
    "What is written as name=value stands at either end of a command, in quotation marks where it has spaces.\n"
    "A line that begins with // or stands in ((double brackets)) stays out of the story.\n"
    "Ctrl-C stops the reply and keeps what was said. Ctrl-D leaves."
)


class Leave(Exception):
    """The player wants to go."""


async def take(player: Player, line: str) -> bool:
    """Do what a line asks for. Return False where it was refused, with the reason on the screen. Raises Leave."""
    text = clean(line).strip()
    try:
        check_length(text)
        command, given = _asked(text)
    except TroupeError as error:
        await player.fail(error)
        return False
    if command is QUIT:
        raise Leave
    return not text or await attempt(player, command, given)


def is_said(line: str) -> bool:
    """Tell whether a line goes into the story."""
    try:
        return not line.strip().startswith("/") and isinstance(read_line(line.strip()), Line)
    except (PlayError, EngineError):
        return False


def _asked(text: str) -> tuple[Command, Given]:
    if text.startswith("/") and not is_out_of_character(text):
        command, rest = find(HERE, text[1:])
        values = read(command, rest)
        files = {
            option.name: _on_this_machine(values[option.name])
            for option in command.options
            if option.kind is Kind.FILE and values.get(option.name)
        }
        return command, Given(values, files)
    return SAY, Given({"text": text})


def _on_this_machine(written: str) -> Attached:
    path = at_home(written.strip("\"'"))
    return Attached(path.name, lambda most: to_thread(read_file, path, most), lambda: to_thread(picture_beside, path))


async def _say(player: Player, given: Given) -> None:
    text = given.text("text")
    if is_out_of_character(text):
        await player.note("That stays out of the story.")
    else:
        await say(player, text)


async def _help(player: Player, given: Given) -> None:
    calls = {usage(command, player.words): Sentence(command.help) for command in HERE}
    width = max(len(call) for call in calls if len(call) <= WIDEST)
    told = [f"{call:{width}}  {player.words.say(help)}" for call, help in calls.items()]
    await player.screen.answer("\n".join([*told, player.words.say(HINTS)]))


async def _quit(player: Player, given: Given) -> None:
    """Leaving is no matter of the story."""


WIDEST = 44
"""Characters of what /help aligns; what is longer stands as it is."""

SAY = Command((), "say a line", _say, (Option("text", "what is said"),))
QUIT = Command(("quit",), "leave; the story goes on where it was left", _quit)
HERE = (Command(("help",), "show this list", _help), *COMMANDS, QUIT)
