"""Expands the macros in a card's texts. It knows no clock, no random source and no card of its own."""

import re
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from datetime import datetime, timedelta
from random import Random

LIMIT_NESTING = 32
LIMIT_MACROS = 10_000
LIMIT_INSERTED_CHARS = 1_000_000
LIMIT_VARIABLES = 1_000
LIMIT_VARIABLES_CHARS = 1_000_000

VALUES = frozenset(
    "char user newline time date group notchar idleduration idle_duration lastmessage persona original trim".split()
)
CALLS = frozenset("random pick roll reverse getvar setvar // comment hidden_key".split())

_TOKEN = re.compile(r"(\{\{(?!\{)|\}\}|<(?:bot|char|user)>)", re.IGNORECASE)
_MACRO = re.compile(r"\{\{(?!\{)([^{}]{1,300})\}\}")
_CALL = re.compile(r"\s*(//|\w+)(?:\s*::?|\s+)?(.*)", re.DOTALL)
_COMMA = re.compile(r"(?<!\\),")
_DICE = re.compile(r"(?:(\d{0,2})d)?(\d{1,6})([+-]\d{1,6})?", re.ASCII | re.IGNORECASE)
_TRIM = re.compile(r"(?<![\r\n])[\r\n]*(?:\{\{\s*trim\s*\}\}[\r\n]*)+", re.IGNORECASE)
_IDLE = ((60, "second"), (60, "minute"), (24, "hour"), (30, "day"), (12, "month"))
_TAGS = {"<bot>": "char", "<char>": "char", "<user>": "user"}


def expand(
    text: str,
    *,
    char: str,
    user: str,
    rng: Random,
    now: datetime,
    persona: str = "",
    original: str = "",
    seed: str = "",
    cast: Sequence[str] = (),
    last_message: str = "",
    idle: timedelta | None = None,
    variables: MutableMapping[str, str] | None = None,
) -> str:
    """Expand the macros of card format V3 and the usual ones of its programs; others stay as written.

    Names are whatever their case: char, user (and <BOT>, <CHAR>, <USER>), group (all of the `cast`), notChar (the
    others of it, and the user), persona, original, newline, trim, time and date (of `now`, in its own zone),
    lastMessage, idleDuration (how long nothing has been said, `idle`), random, pick (the same for the same `seed`),
    roll, reverse, getvar and setvar (of `variables`, which texts of one scene may share); `//`, comment and hidden_key
    leave nothing behind. Macros in `persona` and `original` are expanded, but neither within itself; names and results
    are never read again. Past 10,000 macros or 1,000,000 inserted characters they stay as written.
    """
    values = {"char": char, "user": user, "newline": "\n", "time": f"{now:%H:%M}", "date": f"{now:%Y-%m-%d}"}
    values["group"] = ", ".join(cast or (char,))
    values["notchar"] = ", ".join((*(name for name in cast if name != char), user))
    values["lastmessage"] = last_message
    values["idleduration"] = values["idle_duration"] = _lasting(idle)
    variables = {} if variables is None else variables
    for name, value in (("persona", persona), ("original", original)):
        values[name] = _Expansion(values, rng, seed, variables).run(value)
    return _TRIM.sub("", _Expansion(values, rng, seed, variables).run(text))


def unknown_macros(text: str) -> tuple[str, ...]:
    """List the macros in a text that nothing here expands, as they are written but for their arguments."""
    calls = (_CALL.fullmatch(found[1]) for found in _MACRO.finditer(text))
    names = dict.fromkeys(call[1] for call in calls if call and call[1].lower() not in VALUES | CALLS)
    return tuple(f"{{{{{name}}}}}" for name in names)


class _Expansion:
    """One reading of one text, from left to right, innermost macros first."""

    def __init__(self, values: Mapping[str, str], rng: Random, seed: str, variables: MutableMapping[str, str]) -> None:
        self._values = dict(values)
        self._seed = seed
        self._variables = variables
        self._rng = rng
        self._picks = 0
        self._macros = 0
        self._left = LIMIT_INSERTED_CHARS
        self._calls: dict[str, Callable[[str], str | None]] = {
            "random": lambda argument: rng.choice(_options(argument)),
            "pick": self._pick,
            "roll": self._roll,
            "reverse": lambda argument: argument[::-1],
            "getvar": lambda argument: self._variables.get(argument.strip(), ""),
            "setvar": self._set,
            "//": _nothing,
            "comment": _nothing,
            "hidden_key": _nothing,
        }

    def run(self, text: str) -> str:
        """Expand the whole text; a macro that is never closed stays as written."""
        open_texts: list[list[str]] = [[]]
        for token in _TOKEN.split(text):
            if token == "{{" and len(open_texts) <= LIMIT_NESTING:
                open_texts.append([])
            elif token == "}}" and len(open_texts) > 1:
                body = "".join(open_texts.pop())
                open_texts[-1].append(self._insert(self._result(body), written=f"{{{{{body}}}}}"))
            elif tag := _TAGS.get(token.lower()):
                open_texts[-1].append(self._insert(self._values[tag], written=token))
            else:
                open_texts[-1].append(token)
        return "{{".join("".join(parts) for parts in open_texts)

    def _insert(self, result: str | None, *, written: str) -> str:
        if result is None or len(result) > self._left:
            return written
        self._left -= len(result)
        return result

    def _result(self, body: str) -> str | None:
        call = _CALL.fullmatch(body)
        if call is None or self._macros == LIMIT_MACROS:
            return None
        self._macros += 1
        name, argument = call[1].lower(), call[2]
        if name in self._calls:
            return self._calls[name](argument)
        return None if argument else self._values.get(name)

    def _pick(self, argument: str) -> str:
        self._picks += 1
        return Random(f"{self._seed}\n{self._picks}\n{argument}").choice(_options(argument))

    def _set(self, argument: str) -> str | None:
        name, is_named, value = argument.partition("::")
        held = sum(map(len, self._variables.values())) + len(value)
        if not is_named or len(self._variables) >= LIMIT_VARIABLES or held > LIMIT_VARIABLES_CHARS:
            return None
        self._variables[name.strip()] = value.strip()
        return ""

    def _roll(self, argument: str) -> str | None:
        dice = _DICE.fullmatch(argument.strip())
        if dice is None or int(dice[2]) < 1:
            return None
        count, sides, bonus = int(dice[1] or 1), int(dice[2]), int(dice[3] or 0)
        return str(sum(self._rng.randint(1, sides) for _ in range(count)) + bonus)


def _options(argument: str) -> list[str]:
    if "::" in argument:
        return argument.split("::")
    return [option.strip().replace("\\,", ",") for option in _COMMA.split(argument)]


def _lasting(time: timedelta | None) -> str:
    """Say how long a time is, in the largest unit that fits."""
    if time is None:
        return "just now"
    amount, name = max(int(time.total_seconds()), 0), "year"
    for size, unit in _IDLE:
        if amount < size:
            name = unit
            break
        amount //= size
    return f"{amount} {name}{'' if amount == 1 else 's'}"


def _nothing(_argument: str) -> str:
    return ""
