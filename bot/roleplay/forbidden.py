"""Words and patterns that must not be said: found in texts, also in one that is still being written. Pure.

A pattern comes from a stranger: its length, its compilation (`characters.lore.patterns`) and its searches are bounded.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import regex

from bot.errors import PlayError
from characters.errors import PatternError
from characters.lore.patterns import compile_regex, is_regex

MOST_CHARACTERS = 200
SEARCH_SECONDS = 0.05
HELD_CHARACTERS = 300
"""What a pattern may have held back: one that could go on for ever would hold the whole reply."""

CONTEXT_CHARACTERS = 300

_UNSPACED = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u30fc]"
)
_CLUSTER = regex.compile(r"\X")
_PROBES = ("a" * 2_000, "ab " * 700, "1" * 2_000, " " * 2_000)

Span = tuple[int, int]


class Side(StrEnum):
    """Whom a rule is for: what people say, what characters say, or both."""

    BOTH = "both"
    INPUT = "in"
    OUTPUT = "out"


@dataclass(frozen=True, slots=True)
class Rule:
    """A word, some words in a row, or a pattern written `/like this/i`, that must not be said."""

    text: str
    side: Side = Side.BOTH


def read_rule(text: str, side: Side) -> Rule:
    """Check what somebody wants to forbid. Raises PlayError."""
    text = " ".join(text.split())
    if not 1 <= len(text) <= MOST_CHARACTERS:
        raise PlayError("What is to be forbidden has from 1 to {most} characters.", most=MOST_CHARACTERS)
    if is_regex(text):
        _probe(text)
    elif not _folded(text)[0].strip():
        raise PlayError("The filter {text} has nothing that could be found.", text=text)
    return Rule(text, side)


def _probe(text: str) -> None:
    try:
        pattern = compile_regex(text)
    except PatternError as error:
        raise PlayError(
            "The pattern {pattern} cannot be used: {problem}.", pattern=text, problem=error.problem
        ) from error
    if pattern.search(""):
        raise PlayError("The pattern {pattern} would be found in every text.", pattern=text)
    letters = "".join(filter(str.isalnum, text))
    try:
        for probe in (*_PROBES, letters * 50 + "!"):
            pattern.search(probe, timeout=SEARCH_SECONDS)
    except TimeoutError as error:
        raise PlayError("The pattern {pattern} takes too long to be looked for.", pattern=text) from error


class Forbidden:
    """Words and patterns, made ready to be found."""

    def __init__(self, texts: Sequence[str] = ()) -> None:
        self._words = [_folded(text)[0].strip() for text in texts if not is_regex(text)]
        self._patterns = [compile_regex(text) for text in texts if is_regex(text)]

    @property
    def is_empty(self) -> bool:
        return not (self._words or self._patterns)

    @property
    def may_be_slow(self) -> bool:
        """Whether to look for them can take longer than a moment."""
        return bool(self._patterns)

    def matches(self, text: str, slow: set[str], *, start: int = 0) -> Iterator[Span]:
        """Yield from where to where something forbidden stands in a text, which is looked through from `start` on.

        A pattern that takes too long is out, and goes into `slow`.
        """
        folded, places = _folded(text[start:])
        for word in self._words:
            for at in _starts(folded, word):
                yield start + places[at], start + places[at + len(word)]
        for pattern in self._patterns:
            yield from _found(pattern, text, slow, start=start)

    def open_from(self, text: str, slow: set[str], *, start: int = 0) -> int:
        """Return where something forbidden may begin that goes on behind a text; its length where nothing does."""
        folded, places = _folded(text[start:])
        at = len(text)
        for word in self._words:
            length = next((n for n in range(len(word), 0, -1) if _may_begin(folded, word[:n])), 0)
            at = min(at, start + places[len(folded) - length])
        for pattern in self._patterns:
            spans = _found(pattern, text, slow, start=start, is_partial=True)
            begun = next((begin for begin, end in spans if end == len(text)), len(text))
            at = min(at, max(begun, len(text) - HELD_CHARACTERS))
        return at


NOTHING = Forbidden()


@lru_cache(maxsize=64)
def forbidden(texts: tuple[str, ...]) -> Forbidden:
    """Make texts ready to be found; those of the last servers stay so."""
    return Forbidden(texts)


def is_said(what: Forbidden, text: str, slow: set[str] | None = None) -> bool:
    """Tell whether a whole text says anything forbidden."""
    return any(True for _ in what.matches(text, set() if slow is None else slow))


class Screen:
    """One reply on its way out, `behind` what was said. `is_hit` where something forbidden would follow."""

    def __init__(self, what: Forbidden, behind: str = "") -> None:
        self.what = what
        self._text = behind
        self._passed = len(behind)
        self.slow: set[str] = set()
        self.is_hit = False

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        if self.what.is_empty:
            return chunk
        self._text += chunk
        return self._pass(self.what.open_from(self._text, self.slow, start=self._start), certain=len(self._text))

    def finish(self) -> str:
        """Return what was held back, once nothing more comes."""
        return self._pass(len(self._text), certain=len(self._text) + 1)

    @property
    def _start(self) -> int:
        return max(0, self._passed - CONTEXT_CHARACTERS)

    def _pass(self, end: int, *, certain: int) -> str:
        """Pass on up to `end`, or to where something forbidden begins; what ends at `certain` may go on otherwise."""
        found = self.what.matches(self._text, self.slow, start=self._start)
        starts = [start for start, stop in found if self._passed < stop and (stop < certain or start < end)]
        if starts:
            self.is_hit = True
            end = min(starts)
        # White space waits for what follows it: a reply that is cut ends without any.
        shown = self._text[self._passed : end].rstrip()
        self._passed += len(shown)
        return shown


def _found(
    pattern: "regex.Pattern[str]", text: str, slow: set[str], *, start: int, is_partial: bool = False
) -> Iterator[Span]:
    if pattern.pattern in slow:
        return
    try:
        for found in pattern.finditer(text, start, partial=is_partial, timeout=SEARCH_SECONDS, concurrent=True):
            if found.start() < len(text):
                yield found.start(), len(text) if found.partial else found.end()
    except TimeoutError:
        slow.add(pattern.pattern)


def _starts(folded: str, word: str) -> Iterator[int]:
    start = folded.find(word)
    while start >= 0:
        end = start + len(word)
        if _is_border(folded, start, word[0]) and _is_border(folded, end, word[-1]):
            yield start
        start = folded.find(word, start + 1)


def _may_begin(folded: str, beginning: str) -> bool:
    return folded.endswith(beginning) and _is_border(folded, len(folded) - len(beginning), beginning[0])


def _is_border(text: str, place: int, inside: str) -> bool:
    """Tell whether a word may begin or end at a place; `inside` is its own letter there."""
    before, after = text[max(place - 1, 0) : place], text[place : place + 1]
    return not (_joins(inside) and _joins(before) and _joins(after))


def _joins(char: str) -> bool:
    return (char.isalnum() or char == "_" or unicodedata.category(char or " ")[0] == "M") and not _UNSPACED.match(char)


def _folded(text: str) -> tuple[str, list[int]]:
    """Write a text as it is compared, and for each letter of that, and its end, where it stands in the text.

    Capitals, wide and composed letters are as others; what cannot be seen is left out, white space is one space.
    """
    folded, places = list[str](), list[int]()
    for cluster in _CLUSTER.finditer(text):
        for char in _folded_cluster(cluster[0]):
            if char != " " or folded[-1:] != [" "]:
                folded.append(char)
                places.append(cluster.start())
    return "".join(folded), [*places, len(text)]


@lru_cache(maxsize=4_096)
def _folded_cluster(cluster: str) -> str:
    visible = "".join(char for char in cluster if unicodedata.category(char) != "Cf")
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", visible).casefold())
    return "".join(" " if char.isspace() else char for char in folded)
