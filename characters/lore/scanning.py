"""The texts that are looked through for one reply, and what was found in which. It knows no rule of matching."""

from dataclasses import dataclass, field

import regex

from characters.lore.moment import Extra
from characters.lore.patterns import Watch
from characters.lore.rules import Index, Key, Rule
from characters.lore.words import Dictionary

# Patterns that SillyTavern's users write find the beginning of a message by this mark before it.
MESSAGE_MARK = "\x01"


@dataclass(frozen=True, slots=True)
class Passage:
    """A text to look through: a message that lies `depth` behind the newest, an extra, or an entry's content."""

    text: str
    depth: int | None = None
    extra: Extra | None = None
    entry: str | None = None

    def is_seen_by(self, rule: Rule) -> bool:
        """Tell whether an entry looks for its keys here."""
        if self.entry is not None:
            return rule.is_recursive
        return self.extra in rule.extras if self.depth is None else self.depth < rule.scan_depth


@dataclass(slots=True)
class Scan:
    """The passages of one evaluation; each is looked through once for all words, and for a pattern when it is asked."""

    index: Index
    dictionary: Dictionary
    watch: Watch
    passages: list[Passage] = field(default_factory=list[Passage])
    _places: dict[int, list[Passage]] = field(default_factory=dict[int, list[Passage]])
    _searched: dict[tuple[int, int], bool] = field(default_factory=dict[tuple[int, int], bool])

    def add(self, passage: Passage) -> set[int]:
        """Look through one more passage; give the numbers of the words in it."""
        found = self.dictionary.found_in(passage.text)
        self.passages.append(passage)
        for number in found:
            self._places.setdefault(number, []).append(passage)
        return found

    def find(self, key: Key, rule: Rule) -> Passage | None:
        """Find the first passage that has a key, of those that the entry may see."""
        if key.number in self.index.patterns:
            written, pattern = self.index.patterns[key.number]
            seen = ((place, passage) for place, passage in enumerate(self.passages) if passage.is_seen_by(rule))
            return next((passage for place, passage in seen if self._search(key.number, place, written, pattern)), None)
        for passage in self._places.get(-1 if key.number is None else key.number, ()):
            if passage.is_seen_by(rule):
                return passage
        return None

    def _search(self, number: int, place: int, written: str, pattern: "regex.Pattern[str]") -> bool:
        if (number, place) not in self._searched:
            text = self.passages[place].text
            marked = MESSAGE_MARK + text if r"\x01" in written or MESSAGE_MARK in written else text
            self._searched[number, place] = self.watch.finds(pattern, marked, key=written)
        return self._searched[number, place]
