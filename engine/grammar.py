"""A grammar that is followed character by character. Pure: it knows no tokens and no model.

llama.cpp's own would not do: it ends the process on a token that does not fit, and a grammar with many readings, or
one that begins with itself by way of something empty, keeps it busy for ever. This one counts its steps.
"""

from dataclasses import dataclass

from engine.errors import GrammarError
from engine.gbnf import Alternative, Characters, Rules, Symbol

MOST_STEPS = 1_000_000
"""In all; a reply in JSON takes some thousands. They are about a microsecond each."""
MOST_READINGS = 5_000
"""How many rules may be entered at one place."""
MOST_REMEMBERED = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """A place in front of a symbol of a rule, and where to go on behind that rule; None is the end of it all."""

    alternative: Alternative
    index: int
    behind: "Place | None"

    @property
    def symbol(self) -> Symbol:
        return self.alternative[self.index]


State = frozenset[Place | None]
"""Every place in front of a character to which a text may have led; None is among them where it may end here."""


class Grammar:
    """Rules to be followed from the one named root on, and the states that were met.

    Raises GrammarError where a rule begins with itself, and later where too many ways lead on.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._steps = 0
        self._places: dict[tuple[int, int, Place | None], Place] = {}
        self._known: dict[tuple[State, str], State] = {}
        for name in rules:
            self._enter(name)
        self.start = self._enter("root")

    def step(self, state: State, character: str) -> State:
        """Return where a character leads to; no place at all where it may not come."""
        known = self._known.get((state, character))
        if known is None:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
                self._places.clear()
            known = self._expand([self._next(place) for place in state if place and _is_at(place, ord(character))])
            self._known[state, character] = known
        return known

    def step_through(self, state: State, text: str) -> State:
        """Return where a text leads to."""
        for character in text:
            if not state:
                break
            state = self.step(state, character)
        return state

    def _enter(self, name: str) -> State:
        try:
            entered = self._expand([self._place(alternative, 0, None) for alternative in self._rules[name]])
        except GrammarError:
            entered = None
        if not entered:
            raise GrammarError("the rule {name} begins with itself, or in too many ways", name=name.partition("_")[0])
        return entered

    def _expand(self, pending: list[Place | None]) -> State:
        """Enter the rules in front of which some places are, and theirs, until only characters can come."""
        found: set[Place | None] = set()
        seen: set[Place | None] = set()
        while pending:
            place = pending.pop()
            if place in seen:
                continue
            seen.add(place)
            self._steps += 1
            if len(seen) > MOST_READINGS or self._steps > MOST_STEPS:
                raise GrammarError("too many ways lead on")
            if place is None or isinstance(place.symbol, Characters):
                found.add(place)
            else:
                behind = self._next(place)
                pending += [self._place(alternative, 0, behind) for alternative in self._rules[place.symbol]]
        return frozenset(found)

    def _next(self, place: Place) -> Place | None:
        return self._place(place.alternative, place.index + 1, place.behind)

    def _place(self, alternative: Alternative, index: int, behind: Place | None) -> Place | None:
        """Return the one object for a place; behind the last symbol that is the place behind the rule."""
        if index == len(alternative):
            return behind
        key = (id(alternative), index, behind)
        return self._places.get(key) or self._places.setdefault(key, Place(alternative, index, behind))


def _is_at(place: Place, code: int) -> bool:
    return isinstance(place.symbol, Characters) and place.symbol.has(code)
