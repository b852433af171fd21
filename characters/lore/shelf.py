"""Some lorebooks together, made ready once to be matched against turn after turn. It knows no story."""

from collections.abc import Mapping

from characters.lore.book import Book
from characters.lore.moment import Effects
from characters.lore.rules import Defaults, Expand, Index, Rule, rules_of
from characters.lore.words import Dictionary


def as_written(_book: str, text: str) -> str:
    """Leave the macros in a text as they are."""
    return text


class Shelf:
    """Lorebooks by their names. The macros in their keys are expanded now: `expand` gets a book's name and a text."""

    def __init__(
        self, books: Mapping[str, Book], *, defaults: Defaults | None = None, expand: Expand = as_written
    ) -> None:
        self.books = dict(books)
        self.defaults = defaults or Defaults()
        self.index = Index()
        self.rules = rules_of(books, self.defaults, expand, self.index)
        self.dictionary = Dictionary(self.index.words)
        self.owners: dict[int, list[int]] = {}
        for place, rule in enumerate(self.rules):
            for key in rule.keys:
                if key.number is not None:
                    self.owners.setdefault(key.number, []).append(place)
        self.levels = sorted({level for rule in self.rules if (level := rule.entry.delay_until_recursion) > 0})
        self.scan_depth = max((rule.scan_depth for rule in self.rules), default=0)
        self.extras = frozenset(extra for rule in self.rules for extra in rule.extras)
        self.is_recursive = any(rule.is_recursive for rule in self.rules)
        self._remembered = {rule.ref: place for place, rule in enumerate(self.rules) if rule.is_remembered}
        self._always = {place for place, rule in enumerate(self.rules) if self._needs_no_word(rule)}

    def looked_at(self, effects: Effects) -> set[int]:
        """Find the rules that are to be looked at though none of their words may be found, by their places."""
        return self._always | {self._remembered[ref] for ref in effects.began if ref in self._remembered}

    def _needs_no_word(self, rule: Rule) -> bool:
        has_pattern = any(key.number in self.index.patterns for key in rule.keys)
        return has_pattern or rule.entry.constant or rule.decorators.activate
