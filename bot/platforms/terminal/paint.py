"""Turns in colour, wrapped to the terminal's width. It knows no story; its fragments are prompt_toolkit's."""

import re
from collections.abc import Iterator, Sequence
from zlib import crc32

from prompt_toolkit.utils import get_cwidth

from bot.platforms.terminal.text import INDENT, clean, one_line

Fragment = tuple[str, str]
Fragments = list[Fragment]

DIM = "fg:#888888"
ALARM = "fg:#d75f5f"
ACTION = "italic"

# Of middling brightness, so that each can be read on black and on white.
PALETTE = (
    "#d7875f",
    "#5fafaf",
    "#af87d7",
    "#87af5f",
    "#d787af",
    "#5f87d7",
    "#af875f",
    "#5faf87",
    "#d75f87",
    "#8787d7",
)

_given: dict[str, str] = {}

# An action that has only begun is one already, so that it does not jump when its other asterisk arrives.
ACTIONS = re.compile(r"\*(?=\S)([^*\n]+)(?:\*|$)", re.MULTILINE)


def colour(name: str) -> str:
    """Return the style of a name: one of its own as long as there are colours left, and the same while we run."""
    name = name.casefold()
    if name not in _given:
        own = crc32(name.encode()) % len(PALETTE)
        turned = (*PALETTE[own:], *PALETTE[:own])
        _given[name] = next((one for one in turned if one not in _given.values()), turned[0])
    return f"bold fg:{_given[name]}"


def paint(name: str, text: str) -> Fragments:
    """Colour a turn: its name, where it has one, and in italics what stands between asterisks."""
    if not name:
        return [*_actions(clean(text).strip())]
    shown = one_line(name)
    return [(colour(shown), f"{shown}:"), ("", " "), *_actions(clean(text).strip())]


def wrap(fragments: Sequence[Fragment], width: int) -> list[Fragments]:
    """Break fragments into lines of at most `width` columns, at spaces where there are any, further lines indented."""
    lines = [Fragments()]
    for style, char in ((style, char) for style, text in fragments for char in text):
        if char == "\n":
            lines.append([("", INDENT)])
            continue
        if _columns(lines[-1]) + get_cwidth(char) > width and char != " ":
            kept, carried = _break(lines[-1])
            lines[-1] = kept
            lines.append([("", INDENT), *carried])
        lines[-1].append((style, char))
    return lines


def _break(line: Fragments) -> tuple[Fragments, Fragments]:
    """Split a full line behind its last space, or at its end where the word is as long as the line."""
    spaces = [at for at, (_, char) in enumerate(line) if char == " "]
    if not spaces:
        return line, []
    return line[: spaces[-1]], line[spaces[-1] + 1 :]


def _columns(line: Fragments) -> int:
    return sum(get_cwidth(text) for _, text in line)


def _actions(text: str) -> Iterator[Fragment]:
    end = 0
    for action in ACTIONS.finditer(text):
        yield "", text[end : action.start()]
        yield ACTION, action[1]
        end = action.end()
    yield "", text[end:]
