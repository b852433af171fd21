"""The play at this machine: in a terminal, or line by line where standard input or output is none."""

import asyncio
import os
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager

from bot.platforms.config import TerminalSettings
from bot.platforms.terminal import interactive, plain
from bot.platforms.terminal.cards import find_cards
from bot.platforms.terminal.seat import PLACE, local_account, take_seat
from bot.roleplay.director import Director
from bot.words import Languages
from characters import CardFile

__all__ = ["PLACE", "find_cards", "local_account", "note", "play", "working"]

PATIENCE_SECONDS = 2.0


async def play(
    director: Director, settings: TerminalSettings, languages: Languages, *, cards: Sequence[CardFile], is_demo: bool
) -> int:
    """Play the story at this machine and return the exit code. `is_demo`: only the demo model plays.

    Where cards are given and others are present, a new scene opens. Raises PlayError, CardError.
    """
    screen = _screen()
    player = await take_seat(director, screen, languages, name=settings.name, language=settings.language, cards=cards)
    if is_demo:
        await player.note("This is the demo model, a small one for trying things out: --model takes any GGUF file.")
    if isinstance(screen, interactive.LiveScreen):
        return await interactive.play(player, screen, cards)
    return await plain.play(player, cards)


def note(what: str) -> None:
    """Tell whoever sits at this machine something before the play begins."""
    _screen().tell(what)


@contextmanager
def working(what: str) -> Generator[None]:
    """Say what is being done: at once in a terminal, elsewhere once it takes long."""
    screen = _screen()
    delay = PATIENCE_SECONDS if isinstance(screen, plain.PlainScreen) else 0
    telling = asyncio.get_running_loop().call_later(delay, screen.tell, what)
    try:
        yield
    finally:
        telling.cancel()


def _screen() -> interactive.LiveScreen | plain.PlainScreen:
    """Choose by whether a person sits at a terminal that can move its cursor."""
    ends = (sys.stdin, sys.stdout)
    is_terminal = all(end is not None and end.isatty() for end in ends) and os.environ.get("TERM") != "dumb"
    return interactive.LiveScreen() if is_terminal else plain.PlainScreen()
