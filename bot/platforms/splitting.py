"""A long text cut into posts: at paragraphs, lines, sentences, words; never inside emphasis or code. Pure.

Where a post ends depends only on the text up to there, so posts stay as they are while the text grows.
"""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator

Length = Callable[[str], int]

ENDS = (
    re.compile(r"\n\s*\n"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?…。！？])[\"'”’»)*_]*(?:\s+|(?<=[。！？]))"),
    re.compile(r"\s+"),
)
"""Where a post may end, the best first."""

LEAST_FULL = 0.5
LEAST_WORDS_FULL = 0.25
"""How full a post has to be for one of the better ends, and to end at a word."""

MARKS = re.compile(r"\\.|```|`|\*{1,3}|__|(?<!\w)_|_(?!\w)|~~|\|\|", re.DOTALL)
RESERVE = 12
"""Characters kept free for the marks that are closed at the end of a post."""


def split(text: str, limit: int, *, length: Length = len) -> list[str]:
    """Cut a text into posts of at most `limit` units, as `length` counts them; what it is cut at is left out."""
    posts: list[str] = []
    begun = ""
    text = text.strip()
    while length(begun + text) > limit:
        end, onward = _end(text, limit - length(begun) - RESERVE, length)
        post = begun + text[:end].rstrip()
        marks = open_marks(post)
        posts.append(post + "".join(_closing(mark) for mark in reversed(marks)))
        begun, text = "".join(marks), text[onward:].lstrip()
    return [*posts, begun + text] if text else posts


def open_marks(text: str) -> tuple[str, ...]:
    """Return the marks of Markdown that are open at the end of a text, outermost first."""
    marks: list[str] = []
    for found in MARKS.finditer(text):
        mark = found[0]
        if mark.startswith("\\"):
            continue
        if marks and marks[-1].startswith("`"):  # in code everything else is text
            if mark == marks[-1].rstrip("\n"):
                marks.pop()
        elif mark in marks:
            del marks[marks.index(mark) :]
        elif not text[found.end() : found.end() + 1].isspace() or mark == "```":
            marks.append(mark + "\n" if mark == "```" else mark)
    return tuple(marks)


def _closing(mark: str) -> str:
    return f"\n{mark.strip()}" if mark.endswith("\n") else mark


def _end(text: str, room: int, length: Length) -> tuple[int, int]:
    """Return where a post ends that has so much room, and where the next begins."""
    most = max(1, bisect_right(range(len(text) + 1), room, key=lambda end: length(text[:end])) - 1)
    found = list(_ends(text, most))
    for end in found:
        if not open_marks(text[: end[0]]):
            return end
    return found[0] if found else (most, most)


def _ends(text: str, most: int) -> Iterator[tuple[int, int]]:
    """Yield where a post may end and the next begin, best first."""
    for kind in ENDS:
        found = [match for match in kind.finditer(text, 0, most + 1) if 0 < match.start() <= most]
        least = most * (LEAST_WORDS_FULL if kind is ENDS[-1] else LEAST_FULL)
        yield from (
            (match.end() if match[0].strip() else match.start(), match.end())
            for match in reversed(found)
            if match.start() >= least
        )
