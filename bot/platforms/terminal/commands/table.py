"""What a command is, and how its arguments are read. It knows no command."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import PlayError
from bot.platforms.terminal.player import Player


class Leave(Exception):
    """The player wants to go."""


@dataclass(frozen=True, slots=True)
class Command:
    """Something that can be typed after a slash. `argument` is how /help writes what may follow."""

    name: str
    argument: str
    help: str
    act: Callable[[Player, str], Awaitable[None]]


def number(name: str, argument: str, *, most: int = 1_000_000) -> int:
    """Read a whole number from 1 on. Raises PlayError."""
    if argument.isascii() and argument.isdecimal() and 1 <= int(argument[:10]) <= most:
        return int(argument)
    raise PlayError("/{name} takes a whole number from 1 to {most:,}, as in /{name} 2.", name=name, most=most)
