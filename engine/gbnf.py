"""Grammars in GBNF, llama.cpp's notation, read into rules. Pure: it follows no grammar and knows no model.

Groups and repetitions become rules of their own, as in llama.cpp. Its references to tokens are not understood.
"""

import re
from dataclasses import dataclass

from engine.errors import Clause, GrammarError, clause

MOST_CHARACTERS = 65_536
MOST_SYMBOLS = 10_000
"""With all repetitions written out."""
MOST_REPETITIONS = 2_000
MOST_NESTED = 64

ESCAPE = r'\\(?:x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[trn\\"\[\]-])'
IN_LITERAL = re.compile(rf'{ESCAPE}|[^"\\]')
IN_CLASS = re.compile(rf"{ESCAPE}|[^\]\\]")
LITERAL = re.compile(rf'"((?:{IN_LITERAL.pattern})*)"')
CLASS = re.compile(rf"\[(?P<not>\^?+)(?P<characters>(?:{IN_CLASS.pattern})+)\]")
ANY = re.compile(r"\.")
NAME = re.compile(r"[A-Za-z0-9-]+")
DEFINED_AS = re.compile(r"::=")
OPEN = re.compile(r"\(")
CLOSE = re.compile(r"\)")
OR = re.compile(r"\|")
REPEAT = re.compile(r"[*+?]|\{[ \t]*(?P<least>\d{1,4})[ \t]*(?P<open>,[ \t]*(?P<most>\d{1,4})?[ \t]*)?\}")
END_OF_RULE = re.compile(r"\r\n?|\n|\Z")
BLANKS = re.compile(r"(?:[ \t]|#[^\r\n]*)*")
BLANKS_AND_LINES = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
UNWRITABLE = re.compile("[\0\ud800-\udfff]")
NAMED_ESCAPES = {"t": "\t", "r": "\r", "n": "\n"}


@dataclass(frozen=True, slots=True)
class Characters:
    """One character from some ranges of code points, both ends included, or one from none of them."""

    ranges: tuple[tuple[int, int], ...]
    negated: bool = False

    def has(self, code: int) -> bool:
        """Tell whether a code point is meant."""
        return any(low <= code <= high for low, high in self.ranges) != self.negated

    def meets(self, low: int, high: int) -> bool:
        """Tell whether one of the code points from `low` to `high` may be meant."""
        if self.negated:
            return not any(first <= low and high <= last for first, last in self.ranges)
        return any(first <= high and low <= last for first, last in self.ranges)


Symbol = str | Characters
Alternative = tuple[Symbol, ...]
"""Characters and the names of rules, one behind the other."""
Rules = dict[str, list[Alternative]]

ANYTHING = Characters((), negated=True)


def read_gbnf(text: str) -> Rules:
    """Read a grammar's rules; the one named root is there. Raises GrammarError."""
    if len(text) > MOST_CHARACTERS:
        raise GrammarError("it is longer than {most:,} characters", most=MOST_CHARACTERS)
    if UNWRITABLE.search(text):
        raise GrammarError("it holds a character that no text can hold")
    return _Reader(text).read()


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._symbols = 0
        self._rules: Rules = {}
        self._mentioned = {"root": None}

    def read(self) -> Rules:
        self._skip(lines=True)
        while self._at < len(self._text):
            name = self._expect(NAME, clause("the name of a rule is missing"))[0]
            if name in self._rules:
                raise GrammarError("the rule {name} is defined twice", name=name)
            self._rules[name] = []
            self._skip(lines=False)
            self._expect(DEFINED_AS, clause("::= is missing"))
            self._skip(lines=True)
            self._rules[name] = self._alternatives(name, depth=0)
            self._expect(END_OF_RULE, clause("the end of the rule is missing"))
            self._skip(lines=True)
        for name in self._mentioned:
            if name not in self._rules:
                raise GrammarError("there is no rule {name}", name=name)
        return self._rules

    def _alternatives(self, name: str, *, depth: int) -> list[Alternative]:
        if depth > MOST_NESTED:
            raise GrammarError("groups are nested more than {most} deep", most=MOST_NESTED)
        found = [self._sequence(name, depth)]
        while self._take(OR):
            self._skip(lines=True)
            found.append(self._sequence(name, depth))
        return found

    def _sequence(self, name: str, depth: int) -> Alternative:
        symbols: Alternative = ()
        last: Alternative = ()
        while True:
            if repeat := self._take(REPEAT):
                if not last:
                    raise self._error(clause("there is nothing to repeat"))
                symbols, last = symbols[: -len(last)], self._repeated(name, last, repeat)
            else:
                item = self._item(name, depth)
                if item is None:
                    return symbols
                last = item
            symbols += last
            self._skip(lines=depth > 0)

    def _item(self, name: str, depth: int) -> Alternative | None:
        """Read a literal, characters, a name or a group; None where there is none."""
        if literal := self._take(LITERAL):
            return self._counted(tuple(map(_one, IN_LITERAL.findall(literal[1]))))
        if characters := self._take(CLASS):
            return self._counted((_class(characters),))
        if self._take(ANY):
            return self._counted((ANYTHING,))
        if reference := self._take(NAME):
            self._mentioned[reference[0]] = None
            return self._counted((reference[0],))
        if self._take(OPEN):
            self._skip(lines=True)
            alternatives = self._alternatives(name, depth=depth + 1)
            self._expect(CLOSE, clause("a closing bracket is missing"))
            return self._rule(name, *alternatives)
        return None

    def _repeated(self, name: str, item: Alternative, match: re.Match[str]) -> Alternative:
        least, most = _bounds(match)
        if least > MOST_REPETITIONS or (most is not None and not least <= most <= MOST_REPETITIONS):
            raise self._error(clause("nothing can be repeated {times}", times=match[0]))
        required = self._counted(item * least)
        if most is None:
            more = f"{name}_{len(self._rules)}"
            return required + self._rule(name, (*item, more), ())
        optional: Alternative = ()
        for _ in range(most - least):
            optional = self._rule(name, item + optional, ())
        return required + optional

    def _rule(self, name: str, *alternatives: Alternative) -> Alternative:
        """Add a rule under a name that no grammar can have."""
        added = f"{name}_{len(self._rules)}"
        self._rules[added] = list(map(self._counted, alternatives))
        return (added,)

    def _counted(self, symbols: Alternative) -> Alternative:
        self._symbols += len(symbols)
        if self._symbols > MOST_SYMBOLS:
            raise GrammarError("with its repetitions it has more than {most:,} symbols", most=MOST_SYMBOLS)
        return symbols

    def _skip(self, *, lines: bool) -> None:
        self._take(BLANKS_AND_LINES if lines else BLANKS)

    def _take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self._text, self._at)
        if match:
            self._at = match.end()
        return match

    def _expect(self, pattern: re.Pattern[str], problem: Clause) -> re.Match[str]:
        match = self._take(pattern)
        if not match:
            raise self._error(problem)
        return match

    def _error(self, problem: Clause) -> GrammarError:
        line = self._text.count("\n", 0, self._at) + 1
        rest = repr(self._text[self._at : self._at + 20])
        return GrammarError("in line {line}, {problem} at {rest}", line=line, problem=problem, rest=rest)


def _bounds(match: re.Match[str]) -> tuple[int, int | None]:
    if match["least"] is None:
        return {"*": (0, None), "+": (1, None), "?": (0, 1)}[match[0]]
    least = int(match["least"])
    if not match["open"]:
        return least, least
    return least, int(match["most"]) if match["most"] else None


def _one(character: str) -> Characters:
    return Characters(((_code(character), _code(character)),))


def _code(character: str) -> int:
    """Return the code point of a character, which may be written as an escape."""
    if len(character) == 1:
        return ord(character)
    if character[1] in "xuU":
        return int(character[2:], 16)
    return ord(NAMED_ESCAPES.get(character[1], character[1]))


def _class(match: re.Match[str]) -> Characters:
    characters: list[str] = IN_CLASS.findall(match["characters"])
    ranges: list[tuple[int, int]] = []
    while characters:
        first = last = characters.pop(0)
        if len(characters) > 1 and characters[0] == "-":
            last = characters[1]
            del characters[:2]
        ranges.append((_code(first), _code(last)))
    return Characters(tuple(ranges), negated=bool(match["not"]))
