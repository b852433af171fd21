"""A grammar in GBNF, checked before llama.cpp reads it. Pure: it knows no model and draws nothing.

llama.cpp refuses a faulty grammar in most cases, but some end its process or keep it busy for ever: a repetition
whose end is less than its beginning, recursion to the left by way of a rule that may be empty, groups nested by the
thousand, rules that lead to exponentially many others. What passes here is read by llama.cpp in the same way.
"""

import re
from collections import defaultdict
from graphlib import CycleError, TopologicalSorter

MOST_CHARACTERS = 65_536
MOST_ELEMENTS = 10_000
"""Characters and references, with all repetitions written out."""
MOST_REPETITIONS = 2_000
"""llama.cpp's own limit."""
MOST_NESTED = 64
MOST_DEPTH = 1_000
MOST_WAYS = 2_000
"""In how many ways a rule may begin: llama.cpp follows all of them at once."""

ESCAPE = r'\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[trn\\"\[\]-])'
IN_LITERAL = re.compile(rf'{ESCAPE}|[^"\\]')
IN_CLASS = rf"(?:{ESCAPE}|[^\]\\])"
LITERAL = re.compile(rf'"((?:{IN_LITERAL.pattern})*)"')
CLASS = re.compile(rf"\.|\[(?:\^{IN_CLASS}+|(?!\^){IN_CLASS}+)\]")
NAME = re.compile(r"[A-Za-z0-9-]+")
DEFINED_AS = re.compile(r"::=")
OPEN = re.compile(r"\(")
CLOSE = re.compile(r"\)")
OR = re.compile(r"\|")
REPEAT = re.compile(r"[*+?]|\{[ \t]*(?P<least>\d{1,4})[ \t]*(?P<open>,[ \t]*(?P<most>\d{1,4})?[ \t]*)?\}")
TOKEN = re.compile(r"[<!]")
END_OF_RULE = re.compile(r"\r\n?|\n|\Z")
BLANKS = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
BLANKS_AND_LINES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")

Alternative = list[str | None]
"""The names of rules, and None for any one character."""
Rules = dict[str, list[Alternative]]


def check_grammar(grammar: str) -> None:
    """Raise ValueError, with a phrase that says why, where llama.cpp could not follow a grammar safely."""
    if len(grammar) > MOST_CHARACTERS:
        raise ValueError(f"it is longer than {MOST_CHARACTERS:,} characters")
    if "\0" in grammar or re.search("[\ud800-\udfff]", grammar):
        raise ValueError("it holds a character that cannot be written in UTF-8 text")
    rules = _Reader(grammar).read()
    if "root" not in rules:
        raise ValueError("there is no rule named root")
    _check_beginnings(rules)


class _Reader:
    """Reads rules as llama.cpp does, groups and repetitions rewritten into rules of their own."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._rules: Rules = {}
        self._mentioned: dict[str, None] = {}
        self._elements = 0

    def read(self) -> Rules:
        self._skip(lines=True)
        while self._at < len(self._text):
            name = self._expect(NAME, "the name of a rule")[0]
            if name in self._rules:
                raise ValueError(f"the rule {name} is defined twice")
            self._rules[name] = []
            self._skip(lines=False)
            self._expect(DEFINED_AS, "::=")
            self._skip(lines=True)
            self._rules[name] = self._alternatives(name, depth=0)
            self._expect(END_OF_RULE, "the end of the rule")
            self._skip(lines=True)
        for name in self._mentioned:
            if name not in self._rules:
                raise ValueError(f"the rule {name} is not defined")
        return self._rules

    def _alternatives(self, name: str, *, depth: int) -> list[Alternative]:
        if depth > MOST_NESTED:
            raise ValueError(f"groups are nested more than {MOST_NESTED} deep")
        found = [self._sequence(name, depth)]
        while self._take(OR):
            self._skip(lines=True)
            found.append(self._sequence(name, depth))
        return found

    def _sequence(self, name: str, depth: int) -> Alternative:
        symbols: Alternative = []
        last = 0
        while True:
            if repeat := self._take(REPEAT):
                self._repeat(name, symbols, last, repeat)
            else:
                item = self._item(name, depth)
                if item is None:
                    return symbols
                last = len(symbols)
                self._grow(symbols, item)
            self._skip(lines=depth > 0)

    def _item(self, name: str, depth: int) -> Alternative | None:
        """Read one literal, class, reference or group; None where there is none."""
        if literal := self._take(LITERAL):
            return [None for _ in IN_LITERAL.findall(literal[1])]
        if self._take(CLASS):
            return [None]
        if reference := self._take(NAME):
            self._mentioned[reference[0]] = None
            return [reference[0]]
        if self._take(OPEN):
            self._skip(lines=True)
            group = self._add(name, [])
            self._rules[group] = self._alternatives(name, depth=depth + 1)
            self._expect(CLOSE, "a closing bracket")
            return [group]
        if self._take(TOKEN):
            raise self._error("tokens (< and !) cannot be used here")
        return None

    def _repeat(self, name: str, symbols: Alternative, start: int, match: re.Match[str]) -> None:
        least, most = _bounds(match)
        item = symbols[start:]
        if not item:
            raise self._error("there is nothing to repeat")
        if least > MOST_REPETITIONS or (most is not None and most < least):
            raise self._error(f"something cannot be repeated {match[0]}")
        del symbols[start:]
        self._grow(symbols, item, times=least)
        if most is None or most > MOST_REPETITIONS:
            more = self._add(name, [])
            self._rules[more] = [[*item, more], []]
            self._grow(symbols, [more])
        elif most > least:
            more = self._add(name, [item, []])
            for _ in range(most - least - 1):
                more = self._add(name, [[*item, more], []])
            self._grow(symbols, [more])

    def _add(self, name: str, alternatives: list[Alternative]) -> str:
        """Add a rule under a name that no grammar can have."""
        added = f"{name}_{len(self._rules)}"
        self._rules[added] = alternatives
        self._count(sum(map(len, alternatives)) + 1)
        return added

    def _grow(self, symbols: Alternative, item: Alternative, *, times: int = 1) -> None:
        self._count(len(item) * times)
        symbols += item * times

    def _count(self, elements: int) -> None:
        self._elements += elements
        if self._elements > MOST_ELEMENTS:
            raise ValueError(f"with its repetitions it has more than {MOST_ELEMENTS:,} elements")

    def _skip(self, *, lines: bool) -> None:
        self._take(BLANKS_AND_LINES if lines else BLANKS)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match

    def _expect(self, pattern: re.Pattern[str], what: str) -> re.Match[str]:
        match = self._take(pattern)
        if not match:
            raise self._error(f"{what} is missing")
        return match

    def _error(self, problem: str) -> ValueError:
        line = self._text.count("\n", 0, self._at) + 1
        return ValueError(f"in line {line}, {problem} at {self._text[self._at : self._at + 20]!r}")


def _bounds(match: re.Match[str]) -> tuple[int, int | None]:
    if match["least"] is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[match[0]]
    least = int(match["least"])
    if not match["open"]:
        return least, least
    return least, int(match["most"]) if match["most"] else None


def _check_beginnings(rules: Rules) -> None:
    """Refuse recursion to the left, and rules that begin in too many ways or only at the end of a long chain."""
    empty = _may_be_empty(rules)
    first = {name: [_first(one, empty) for one in alternatives] for name, alternatives in rules.items()}
    references = {name: {one for part in parts for one in part if one} for name, parts in first.items()}
    try:
        order = list(TopologicalSorter(references).static_order())
    except CycleError as error:
        names = sorted({name.partition("_")[0] for name in error.args[1]})
        raise ValueError(f"the rule {names[0]} begins with itself") from error
    depth: dict[str, int] = {}
    ways: dict[str, int] = {}
    for name in order:
        depth[name] = 1 + max((depth[one] for one in references[name]), default=0)
        ways[name] = 1 + sum(ways[one] if one else 1 for part in first[name] for one in part)
        if depth[name] > MOST_DEPTH or ways[name] > MOST_WAYS:
            raise ValueError(f"the rule {name.partition('_')[0]} begins in too many ways")


def _first(alternative: Alternative, empty: set[str]) -> Alternative:
    """Return the symbols with which an alternative may begin."""
    for index, symbol in enumerate(alternative):
        if symbol not in empty:
            return alternative[: index + 1]
    return alternative


def _may_be_empty(rules: Rules) -> set[str]:
    waiting = [(name, one) for name, alternatives in rules.items() for one in alternatives if None not in one]
    missing = [len(set(alternative)) for _, alternative in waiting]
    users: dict[str | None, list[int]] = defaultdict(list)
    for index, (_, alternative) in enumerate(waiting):
        for symbol in set(alternative):
            users[symbol].append(index)
    found: set[str] = set()
    pending = [name for name, alternative in waiting if not alternative]
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        for index in users[name]:
            missing[index] -= 1
            if not missing[index]:
                pending.append(waiting[index][0])
    return found
