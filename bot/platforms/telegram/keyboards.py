"""Inline keyboards: those of the wall, and any other of labels and what is kept with them. They survive a restart."""

from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.platforms.controls import FACES, REST, Button, data_of
from bot.words import Words

DATA_BYTES = 64
LABEL_CHARACTERS = 40
REST_COLUMNS = 3
REMOVE_ALL = "w:remove"
KEEP_ALL = "w:keep"
BACK = "w:back"

PROMPT = "↩"
"""Begins the second line of a message that wants an answer; its first line is the command that the answer ends."""

Labelled = tuple[str, str]
"""What stands on a button, and what is kept with it."""


def keyboard(rows: Iterable[Sequence[Labelled]]) -> InlineKeyboardMarkup:
    """Return a keyboard of these rows."""
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(label[:LABEL_CHARACTERS], callback_data=data) for label, data in row] for row in rows]
    )


def row(buttons: Sequence[tuple[Button, str]], turn: int) -> InlineKeyboardMarkup | None:
    """Return the row under the newest reply; None without buttons."""
    return keyboard([[(label, data_of(button, turn)) for button, label in buttons]]) if buttons else None


def rest(turn: int, words: Words) -> InlineKeyboardMarkup:
    """Return what stands behind ⋯, with a way back to the row."""
    buttons = [(f"{FACES[one].sign} {words.say(FACES[one].words)}", data_of(one, turn)) for one in REST]
    rows = [buttons[at : at + REST_COLUMNS] for at in range(0, len(buttons), REST_COLUMNS)]
    return keyboard([*rows, [("◀", f"{BACK}:{turn}")]])


def prompt(begun: str, asked: str) -> str:
    """Return a message that wants an answer: whoever answers it goes on with this command."""
    return f"{begun}\n{PROMPT} {asked}"


def begun(text: str) -> str:
    """Return the command, without its slash, that a message wants the end of; empty where it wants none."""
    first, _, rest = text.partition("\n")
    return first[1:] if first.startswith("/") and rest.startswith(PROMPT) else ""


def columns(buttons: Sequence[Labelled], count: int) -> list[Sequence[Labelled]]:
    """Return buttons in rows of so many, without those that would keep more than Telegram takes."""
    fitting = [one for one in buttons if len(one[1].encode()) <= DATA_BYTES]
    return [fitting[at : at + count] for at in range(0, len(fitting), count)]
