"""Entries as the matching sees them: defaults and decorators worked in, keys numbered. It knows no story."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import regex

from characters.errors import PatternError
from characters.lore.book import Book, Entry, Logic
from characters.lore.decorators import Decorators, split_decorators
from characters.lore.moment import EXTRAS, Extra
from characters.lore.patterns import compile_regex, is_regex
from characters.lore.words import Word, word_of

LIMIT_SCAN_DEPTH_MESSAGES = 1_000
LIMIT_GROUPS = 100

Expand = Callable[[str, str], str]
"""Expands the macros in a text of a book; the book's name comes first."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What counts where neither entry nor book says. Depths are in messages, steps in rounds of scanning."""

    scan_depth: int = 2
    case_sensitive: bool = False
    whole_words: bool = False
    group_scoring: bool = False
    recursive_scanning: bool = True
    recursion_steps: int = 10


@dataclass(frozen=True, slots=True)
class Key:
    """A key as it is written, and the number that it is looked for under; None if it can never be found."""

    text: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Condition:
    """Keys of which any, all, none or not all have to be found as well."""

    logic: Logic
    keys: tuple[Key, ...]

    @property
    def is_broken(self) -> bool:
        """Whether one of the keys can never be found, so that nobody can say if the condition holds."""
        return any(key.number is None for key in self.keys)


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """An entry ready for matching.

    `place` is where it stands among all; by `rank` entries are considered, by `importance` they find room, the lowest
    of both first. `is_remembered` where it matters later that the entry has come in.
    """

    ref: str
    book: str
    place: int
    rank: tuple[float, int]
    importance: tuple[bool, bool, float]
    entry: Entry
    content: str
    decorators: Decorators
    keys: tuple[Key, ...]
    secondary: Condition | None
    conditions: tuple[Condition, ...]
    scan_depth: int
    extras: frozenset[Extra]
    groups: tuple[str, ...]
    is_recursive: bool
    has_scoring: bool
    is_remembered: bool


class Index:
    """The keys of some books, each under one number."""

    def __init__(self) -> None:
        self.words: dict[Word, int] = {}
        self.patterns: dict[int, tuple[str, regex.Pattern[str]]] = {}
        self._expressions: dict[str, int | None] = {}

    def key(self, written: str, *, exact: bool, whole: bool) -> Key:
        """Number a key that is not blank."""
        if is_regex(written):
            if written not in self._expressions:
                self._expressions[written] = self._expression(written)
            return Key(written, self._expressions[written])
        word = word_of(written, exact=exact, whole=whole)
        return Key(written, self.words.setdefault(word, self._next))

    @property
    def _next(self) -> int:
        return len(self.words) + len(self.patterns)

    def _expression(self, written: str) -> int | None:
        try:
            pattern = compile_regex(written)
        except PatternError:
            return None
        number = self._next
        self.patterns[number] = (written, pattern)
        return number


def rules_of(books: Mapping[str, Book], defaults: Defaults, expand: Expand, index: Index) -> list[Rule]:
    """Make the rules of all enabled entries, in the order in which they are considered."""
    pairs = [(name, entry) for name, book in books.items() for entry in book.entries if entry.enabled]
    rules = [
        _rule(name, books[name], entry, place, defaults, expand, index) for place, (name, entry) in enumerate(pairs)
    ]
    return sorted(rules, key=lambda rule: rule.rank)


def _rule(name: str, book: Book, entry: Entry, place: int, defaults: Defaults, expand: Expand, index: Index) -> Rule:
    exact = _first(entry.case_sensitive, defaults.case_sensitive)
    whole = _first(entry.whole_words, defaults.whole_words)

    def keys_of(written: tuple[str, ...]) -> tuple[Key, ...]:
        expanded = (expand(name, key) for key in written)
        return tuple(index.key(key, exact=exact, whole=whole) for key in expanded if key.strip())

    decorators, content = split_decorators(entry.content)
    secondary = Condition(entry.logic, keys_of(entry.secondary_keys)) if entry.selective else None
    more = (Condition("any", keys_of(decorators.additional_keys)), Condition("none", keys_of(decorators.exclude_keys)))
    recursive = _first(book.recursive_scanning, defaults.recursive_scanning)
    return Rule(
        ref=f"{name}/{entry.uid}",
        book=name,
        place=place,
        rank=(-entry.insertion_order, place),
        importance=_importance(entry, decorators),
        entry=entry,
        content=content,
        decorators=decorators,
        keys=keys_of(entry.keys),
        secondary=secondary if secondary and secondary.keys else None,
        conditions=tuple(condition for condition in (secondary, *more) if condition and condition.keys),
        scan_depth=_depth(decorators.scan_depth, entry.scan_depth, book.scan_depth, defaults.scan_depth),
        groups=entry.groups[:LIMIT_GROUPS],
        extras=frozenset(extra for extra in EXTRAS if getattr(entry, f"match_{extra}")),
        is_recursive=recursive and not entry.exclude_recursion,
        has_scoring=_first(entry.group_scoring, defaults.group_scoring),
        is_remembered=_is_remembered(entry, decorators),
    )


def _importance(entry: Entry, decorators: Decorators) -> tuple[bool, bool, float]:
    priority = entry.insertion_order if entry.priority is None else entry.priority
    return decorators.ignore_on_max_context, not entry.ignore_budget, -priority


def _is_remembered(entry: Entry, decorators: Decorators) -> bool:
    lasting = decorators.keep_activate_after_match or decorators.dont_activate_after_match
    return lasting or entry.sticky > 0 or entry.cooldown > 0


def _first(chosen: bool | None, default: bool) -> bool:
    return default if chosen is None else chosen


def _depth(*choices: int | None) -> int:
    return min(next(depth for depth in choices if depth is not None), LIMIT_SCAN_DEPTH_MESSAGES)
