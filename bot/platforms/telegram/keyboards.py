"""Inline keyboards: those of the wall, and any other of labels and what is kept with them. They survive a restart."""

import hashlib
from collections.abc import Iterable, Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.platforms.controls import FACES, REST, Button, data_of
from bot.words import Words

LABEL_CHARACTERS = 40
VALUE_BYTES = 40
"""Of the 64 that Telegram keeps with a button."""
REST_COLUMNS = 3
REMOVE_ALL = "w:remove"
KEEP_ALL = "w:keep"
BACK = "w:back"
DIGEST = "~"
"""Begins what stands for a long value."""

PROMPT = "↩"
"""Begins the second line of a message that wants an answer; its first line is the command that the answer ends."""

Labelled = tuple[str, str]
"""What stands on a button, and what is kept with it."""


def keyboard(rows: Iterable[Sequence[Labelled]]) -> InlineKeyboardMarkup:
    """Return a keyboard of these rows."""
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(cut(label, LABEL_CHARACTERS), callback_data=data) for label, data in row]
            for row in rows
        ]
    )


def cut(text: str, most: int) -> str:
    """Return a text of at most so many characters; one that was longer shows that."""
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


def kept(value: str) -> str:
    """Return what is kept with a button for a value: itself, or a digest where it is long."""
    written = value.encode()
    return value if len(written) <= VALUE_BYTES else f"{DIGEST}{hashlib.sha256(written).hexdigest()[:16]}"


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
    """Return buttons in rows of so many."""
    return [buttons[at : at + count] for at in range(0, len(buttons), count)]
