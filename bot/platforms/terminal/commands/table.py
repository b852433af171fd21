"""What a command is, and how its arguments are read. It knows no command."""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from bot.errors import PlayError
from bot.platforms.terminal.player import Player
from bot.words import Words, sentence


class Leave(Exception):
    """The player wants to go."""


Act = Callable[[Player, str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be typed after a slash. `argument` is how /help writes what may follow."""

    name: str
    argument: str
    help: str
    act: Act


PLACEHOLDER = re.compile(r"[A-Z]+")
PLACEHOLDERS = {
    "ACCOUNT": sentence("ACCOUNT"),
    "CARD": sentence("CARD"),
    "CHARACTER": sentence("CHARACTER"),
    "DICE": sentence("DICE"),
    "FILE": sentence("FILE"),
    "HINT": sentence("HINT"),
    "KEYS": sentence("KEYS"),
    "N": sentence("N"),
    "NAME": sentence("NAME"),
    "QUESTION": sentence("QUESTION"),
    "TEXT": sentence("TEXT"),
    "TITLE": sentence("TITLE"),
    "TURN": sentence("TURN"),
    "VALUE": sentence("VALUE"),
    "WORD": sentence("WORD"),
}
"""What stands for something else where a command is described; small letters are typed as they are."""


def usage(command: Command, words: Words) -> str:
    """Write down how a command is typed."""
    argument = PLACEHOLDER.sub(lambda found: words.say(PLACEHOLDERS[found[0]]), command.argument)
    return f"/{command.name} {argument}".rstrip()


def number(name: str, argument: str, *, most: int = 1_000_000) -> int:
    """Read a whole number from 1 on. Raises PlayError."""
    if argument.isascii() and argument.isdecimal() and 1 <= int(argument[:10]) <= most:
        return int(argument)
    raise PlayError("/{name} takes a whole number from 1 to {most:,}, as in /{name} 2.", name=name, most=most)


def sub_words(name: str, acts: Mapping[str, Act]) -> Act:
    """Make one act of a command whose argument begins with a word that says what to do; "" is for none."""

    async def act(player: Player, argument: str) -> None:
        word, _, rest = argument.partition(" ")
        chosen = acts.get(word.lower())
        if chosen is None:
            words = ", ".join(filter(None, acts))
            raise PlayError("/{name} goes on with one of these words: {words}.", name=name, words=words)
        await chosen(player, rest.strip())

    return act


def needed(name: str, argument: str, example: str) -> str:
    """Return an argument that has to be there. Raises PlayError, with the example."""
    if not argument:
        raise PlayError("/{name} needs more, for example /{name} {example}.", name=name, example=example)
    return argument
