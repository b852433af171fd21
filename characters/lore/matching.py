"""Decides which lore is told before a reply, and why. It knows no model and no chat."""

import re
import time
from collections.abc import Callable, Sequence
from random import Random

from characters.lore.book import CERTAIN_PERCENT
from characters.lore.budget import without_room
from characters.lore.causes import cause_of, score_of
from characters.lore.effects import remembered
from characters.lore.groups import Match, winners
from characters.lore.moment import EXTRAS, Effects, Fired, Missed, Moment, Outcome, Reason
from characters.lore.patterns import Watch
from characters.lore.rules import Expand, Rule
from characters.lore.scanning import Passage, Scan
from characters.lore.shelf import Shelf, as_written
from characters.lore.telling import fired_of, in_order

_HIDDEN_KEY = re.compile(r"\{\{\s*hidden_key\s*::?([^{}]*)\}\}", re.IGNORECASE)
_CERTAIN = ("activate", "keep_activate_after_match", "sticky")


def match(
    shelf: Shelf,
    moment: Moment,
    effects: Effects,
    *,
    budget: int,
    count: Callable[[str], int],
    rng: Random,
    expand: Expand = as_written,
    clock: Callable[[], float] = time.monotonic,
) -> Outcome:
    """Decide what is told before a reply.

    `budget` is the room for all of it, in what `count` gives for a text (tokens); `expand` is for the macros in
    contents. `clock`, in seconds, bounds the regular expressions. Given the same, it decides the same, but for an
    expression that runs out of time.
    """
    scan = Scan(shelf.index, shelf.dictionary, Watch(clock))
    evaluation = _Evaluation(shelf, moment, effects, scan=scan, rng=rng)
    evaluation.read_story()
    for step in range(shelf.defaults.recursion_steps + 1):
        matches = evaluation.matches(step)
        chosen = evaluation.chosen(matches)
        lucky = evaluation.lucky(chosen)
        added = evaluation.take_in(lucky, budget, count, expand)
        if not evaluation.recurses(added):
            break
    return evaluation.outcome()


class _Evaluation:
    """One decision while it is made: what was read, what came in, what did not."""

    def __init__(self, shelf: Shelf, moment: Moment, effects: Effects, *, scan: Scan, rng: Random) -> None:
        self._shelf = shelf
        self._moment = moment
        self._effects = effects
        self._scan = scan
        self._rng = rng
        self._candidates = shelf.looked_at(effects)
        self._level = 0
        self._in: dict[Match, str] = {}
        self._tokens: dict[Match, int] = {}
        self._cut: dict[Match, Reason] = {}
        self._out: dict[Rule, Missed] = {}
        self._settled: set[Rule] = set()
        self._groups: set[str] = set()

    def read_story(self) -> None:
        """Scan the messages and the other texts that any entry looks at."""
        newest = self._moment.messages[::-1][: self._shelf.scan_depth]
        for depth, message in enumerate(newest):
            self._read(Passage(message, depth=depth))
        for extra in EXTRAS:
            if extra in self._shelf.extras and extra in self._moment.extras:
                self._read(Passage(self._moment.extras[extra], extra=extra))

    def matches(self, step: int) -> list[Match]:
        """Match the entries that are not settled yet, in the order in which they are considered."""
        rules = [self._shelf.rules[place] for place in sorted(self._candidates)]
        found: list[Match] = []
        for rule in rules:
            if rule not in self._settled:
                cause = cause_of(rule, self._scan, self._moment, self._effects, level=self._level)
                found += [Match(rule, cause, step)] if cause else []
        return found

    def chosen(self, matches: Sequence[Match]) -> list[Match]:
        """Let one of each inclusion group win."""
        chosen = winners(matches, taken=self._groups, score=lambda rule: score_of(rule, self._scan), rng=self._rng)
        won = set(chosen)
        for loser in matches:
            if loser not in won:
                self._leave_out(loser, "group")
        return chosen

    def lucky(self, matches: Sequence[Match]) -> list[Match]:
        """Try the chances of the entries that have any; who fails is out for this time."""
        lucky: list[Match] = []
        for match in matches:
            self._settled.add(match.rule)
            if self._has_luck(match):
                lucky.append(match)
            else:
                self._leave_out(match, "chance")
        return lucky

    def take_in(self, lucky: Sequence[Match], budget: int, count: Callable[[str], int], expand: Expand) -> list[Match]:
        """Take entries in; give those that there is room for so far."""
        for match in lucky:
            rule = match.rule
            self._in[match] = expand(rule.book, rule.content).strip()
            self._groups.update(rule.groups)
            self._out.pop(rule, None)
            if self._in[match]:
                self._tokens[match] = count(self._in[match])
        self._cut = without_room(self._tokens, self._shelf.books, budget)
        return [match for match in lucky if match not in self._cut]

    def recurses(self, added: Sequence[Match]) -> bool:
        """Scan what was added; tell whether others may match now."""
        has_read = False
        for match in added:
            text = "\n".join([self._in[match], *_HIDDEN_KEY.findall(match.rule.content)])
            if text.strip() and self._shelf.is_recursive and not match.rule.entry.prevent_recursion:
                self._read(Passage(text, entry=match.rule.ref))
                has_read = True
        if has_read == bool(self._level):
            return has_read
        higher = next((level for level in self._shelf.levels if level > self._level), None)
        self._level = higher or self._level
        return has_read or higher is not None

    def outcome(self) -> Outcome:
        """Put what is told in order, and remember what came in."""
        told: dict[Match, Fired] = {}
        came_in = [match.rule for match in self._in if match not in self._cut]
        for match, content in self._in.items():
            if match in self._cut or not content:
                self._leave_out(match, self._cut.get(match, "empty"))
            else:
                told[match] = fired_of(match, content, self._tokens[match], self._moment)
        return Outcome(
            fired=in_order(told),
            missed=tuple(self._out.values()),
            effects=remembered(self._effects, came_in, self._moment.count),
            slow_keys=tuple(self._scan.watch.slow),
        )

    def _read(self, passage: Passage) -> None:
        for number in self._scan.add(passage):
            self._candidates.update(self._shelf.owners.get(number, ()))

    def _leave_out(self, match: Match, reason: Reason) -> None:
        self._out[match.rule] = Missed(match.rule.ref, match.rule.entry, match.cause, reason)

    def _has_luck(self, match: Match) -> bool:
        entry = match.rule.entry
        is_certain = not entry.use_probability or entry.probability >= CERTAIN_PERCENT
        return is_certain or match.cause.kind in _CERTAIN or self._rng.random() * CERTAIN_PERCENT < entry.probability
