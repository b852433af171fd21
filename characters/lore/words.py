"""Looks for many literal keys at once. It knows no entry and no regular expression."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol, cast

import ahocorasick
import regex

LIMIT_HITS = 1_000_000  # keys that hold each other can be found a thousand times at one place

_NO_SPACES = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Bopomofo}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\u30fc]"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A literal key: an `exact` one minds case, a `whole` one is found only between the borders of words."""

    text: str
    exact: bool
    whole: bool


class _Automaton(Protocol):
    def add_word(self, word: str, value: tuple[int, int, int]) -> bool: ...
    def make_automaton(self) -> None: ...
    def iter(self, text: str) -> Iterator[tuple[int, tuple[int, int, int]]]: ...


def word_of(key: str, *, exact: bool, whole: bool) -> Word:
    """Make a word of a key that is not blank.

    Where several words stand in it, or letters of a script that puts no spaces between words, it is found anywhere.
    """
    key = key.strip()
    whole = whole and len(key.split()) == 1 and not _NO_SPACES.search(key)
    return Word(_comparable(key, exact=exact), exact, whole)


class Dictionary:
    """Some words, made ready to be found in text after text."""

    def __init__(self, numbers: Mapping[Word, int]) -> None:
        exacts = sorted({word.exact for word in numbers})
        self._halves = [(exact, _automaton(numbers, exact=exact)) for exact in exacts]

    def found_in(self, text: str) -> set[int]:
        """Find the numbers of the words that are in a text."""
        found: set[int] = set()
        for exact, automaton in self._halves:
            comparable = _comparable(text, exact=exact)
            for last, (length, anywhere, whole) in islice(automaton.iter(comparable), LIMIT_HITS):
                if anywhere >= 0:
                    found.add(anywhere)
                if whole >= 0 and whole not in found and _stands_alone(comparable, last - length + 1, last + 1):
                    found.add(whole)
        return found


def _automaton(numbers: Mapping[Word, int], *, exact: bool) -> _Automaton:
    pairs: dict[str, list[int]] = {}
    for word, number in numbers.items():
        if word.exact is exact:
            pairs.setdefault(word.text, [-1, -1])[word.whole] = number
    automaton = cast("_Automaton", ahocorasick.Automaton())  # pyright: ignore[reportUnknownMemberType]
    for text, (anywhere, whole) in pairs.items():
        automaton.add_word(text, (len(text), anywhere, whole))
    automaton.make_automaton()
    return automaton


def _comparable(text: str, *, exact: bool) -> str:
    return unicodedata.normalize("NFC", text if exact else text.casefold())


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not _joins(text[start - 1 : start]) and not _joins(text[end : end + 1])


def _joins(char: str) -> bool:
    if char.isascii():
        return char.isalnum() or char == "_"
    return (char.isalnum() or unicodedata.category(char)[0] == "M") and not _NO_SPACES.match(char)
