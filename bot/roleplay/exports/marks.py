"""What a story's text shows of itself: *actions*, **stress** and “speech”. It knows no format. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["action", "stress", "speech"]

MARK = re.compile(r"(\*+|[\"“”„«»「」『』])")
CLOSING = {'"': '"', "“": "”", "„": "“", "«": "»", "»": "«", "「": "」", "『": "』"}


@dataclass(frozen=True, slots=True)
class Marked:
    """A part of a text that is shown in some way, quotes included and asterisks not."""

    kind: Kind
    parts: tuple["str | Marked", ...]


@dataclass(slots=True)
class _Open:
    """A mark that waits for the one that closes it, and what stands behind it so far."""

    mark: str
    parts: list[str | Marked] = field(default_factory=list[str | Marked])


def paragraphs(text: str) -> Iterator[tuple[str | Marked, ...]]:
    """Read a text paragraph by paragraph; a mark that is not closed in its own is a plain sign."""
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if paragraph:
            yield _read(paragraph)


def _read(paragraph: str) -> tuple[str | Marked, ...]:
    pieces = MARK.split(paragraph)
    stack = [_Open("")]
    for place in range(1, len(pieces), 2):
        stack[-1].parts.append(pieces[place - 1])
        before, behind = pieces[place - 1][-1:], pieces[place + 1][:1]
        for mark in _marks(pieces[place], stack):
            _take(mark, stack, opens=not behind.isspace() and behind != "", closes=not before.isspace())
    stack[-1].parts.append(pieces[-1])
    while len(stack) > 1:
        _give_up(stack)
    return tuple(part for part in stack[0].parts if part)


def _marks(signs: str, stack: list[_Open]) -> list[str]:
    """Split three asterisks into the two marks that they open or, the other way round, close."""
    if signs != "***":
        return [signs]
    waiting = [one.mark for one in reversed(stack) if one.mark in ("*", "**")]
    return waiting if len(waiting) == 2 else ["**", "*"]


def _take(mark: str, stack: list[_Open], *, opens: bool, closes: bool) -> None:
    is_quote = mark[0] != "*"
    depth = next((place for place in range(len(stack) - 1, 0, -1) if _closes(mark, stack[place].mark)), 0)
    if depth and (is_quote or closes):
        while len(stack) > depth + 1:
            _give_up(stack)
        stack[-2].parts.append(_marked(stack.pop(), mark))
    elif all(one.mark != mark for one in stack) and (mark in CLOSING if is_quote else opens and len(mark) < 3):
        stack.append(_Open(mark))
    else:
        stack[-1].parts.append(mark)


def _closes(mark: str, opened: str) -> bool:
    return mark == CLOSING.get(opened, opened)


def _marked(closed: _Open, mark: str) -> Marked:
    parts = tuple(part for part in closed.parts if part)
    if mark[0] == "*":
        return Marked("action" if mark == "*" else "stress", parts)
    return Marked("speech", (closed.mark, *parts, mark))


def _give_up(stack: list[_Open]) -> None:
    unclosed = stack.pop()
    stack[-1].parts += [unclosed.mark, *unclosed.parts]
