"""What a line that somebody typed is: an aside, a shorthand, or a line of the story. It knows no story. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from bot.errors import LineTooLong, PlayError
from engine import Sampling

MAX_LINE_CHARACTERS = 8_000
"""Twice what Telegram or Discord let a person send at once, and about half of the default window."""

RETRY = "+"
CONTINUE = "+++"
TEXT = "text"
MOST_BRACKETS_CHARACTERS = 40

NUMBERS = frozenset(field.name for field in fields(Sampling) if isinstance(field.default, int | float)) | {"seed"}
SHORT = {
    "temp": "temperature",
    "presence": "presence_penalty",
    "frequency": "frequency_penalty",
    "repeat": "repeat_penalty",
    "rep_pen": "repeat_penalty",
    "decay": "penalty_decay",
    "typical": "typical_p",
    "tokens": "max_tokens",
}
OPTION = r"--?(?P<name>[a-z][\w-]*)=(?P<value>[\w.+-]+)"
FIRST = re.compile(rf"{OPTION}(?:\s+|$)", re.IGNORECASE)
LAST = re.compile(OPTION, re.IGNORECASE)
Options = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Overrides:
    """Numbers of the sampling that count for one message, by the names that they have in Sampling."""

    values: tuple[tuple[str, int | float], ...] = ()

    def over(self, sampling: Sampling) -> Sampling:
        """Lay them over a sampling. A message may shorten its reply, but not lengthen it."""
        wanted: dict[str, Any] = dict(self.values)
        if "max_tokens" in wanted:
            wanted["max_tokens"] = min(wanted["max_tokens"], sampling.max_tokens)
        return replace(sampling, **wanted)


@dataclass(frozen=True, slots=True)
class Brackets:
    """What stands around a line to say that a persona (its id) speaks it: a prefix, a suffix, or both."""

    persona: int
    prefix: str = ""
    suffix: str = ""

    @property
    def length(self) -> int:
        return len(self.prefix) + len(self.suffix)


@dataclass(frozen=True, slots=True)
class Aside:
    """Words between the players: never stored, never read."""


@dataclass(frozen=True, slots=True)
class Retry:
    """The last reply is wanted anew."""

    overrides: Overrides = Overrides()


@dataclass(frozen=True, slots=True)
class Continue:
    """The last reply is to go on where it stopped."""

    overrides: Overrides = Overrides()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the story, without brackets and numbers. `persona` is None where no brackets name one."""

    text: str
    persona: int | None = None
    overrides: Overrides = Overrides()


Typed = Aside | Retry | Continue | Line


def read_line(text: str, brackets: Iterable[Brackets] = ()) -> Typed:
    """Read what somebody typed, as `read_typed` does. Raises LineTooLong where that is no aside."""
    if not is_out_of_character(text):
        check_length(text)
    return read_typed(text, brackets)


def check_length(text: str) -> None:
    """Raise LineTooLong where a text has more characters than a turn may have."""
    if len(text) > MAX_LINE_CHARACTERS:
        raise LineTooLong(len(text), MAX_LINE_CHARACTERS)


def read_typed(text: str, brackets: Iterable[Brackets] = ()) -> Typed:
    """Read what somebody typed; `brackets` are those of their personas, of which the longest that fit win.

    Numbers such as `-temp=1.2` count at either end, inside a persona's brackets too. Raises InvalidSampling where one
    is out of its range, and PlayError where nothing stands beside them.
    """
    if is_out_of_character(text):
        return Aside()
    rest, options = _options(text)
    shorthand = unicodedata.normalize("NFKC", rest)
    if shorthand == RETRY:
        return Retry(_overrides(options))
    if shorthand == CONTINUE:
        return Continue(_overrides(options))
    persona, rest = _persona(rest, brackets)
    if persona is not None:
        rest, inner = _options(rest)
        options += inner
    if is_out_of_character(rest):
        return Aside()
    if options and not rest:
        raise PlayError(
            "Numbers such as -{option} count for one message: write them before or behind it, "
            "or behind a {retry} to hear the last reply anew.",
            option="=".join(options[0]),
            retry=RETRY,
        )
    return Line(rest, persona, _overrides(options))


def is_out_of_character(text: str) -> bool:
    """Tell whether a line is meant for the other players: `// …`, or wholly in `((…))`; wide signs are as good.

    Single brackets are smileys to some.
    """
    line = unicodedata.normalize("NFKC", text.strip())
    between = line[line.find("))") : line.rfind("((")].strip("() \n\t")
    return line.startswith("//") or (line.startswith("((") and line.endswith("))") and not between)


def read_brackets(written: str, persona: int) -> Brackets:
    """Read a persona's brackets: `[text]`, `k: text`, `text -k`, or a prefix alone. Raises PlayError."""
    prefix, word, suffix = written.partition(TEXT)
    found = Brackets(persona, prefix.strip(), suffix.rstrip() if word else "")
    if not 1 <= found.length <= MOST_BRACKETS_CHARACTERS or "\n" in written:
        raise PlayError(
            "A persona's brackets are from 1 to {most} characters around the word “{word}”, "
            "on one line, for example k: {word}.",
            most=MOST_BRACKETS_CHARACTERS,
            word=TEXT,
        )
    sample = f"{found.prefix}{TEXT}{found.suffix}"
    if found.prefix.startswith("/") or is_out_of_character(sample) or _options(sample)[1]:
        raise PlayError(
            "A persona's brackets cannot be {sample}: a line that looks like this means something else.", sample=sample
        )
    return found


def _persona(text: str, brackets: Iterable[Brackets]) -> tuple[int | None, str]:
    """Return whose brackets stand around a text, and what is in them. Capitals count only where both fit."""
    fitting = [one for one in brackets if _fits(text, one)]
    best = max(
        fitting, key=lambda one: (one.length, text.startswith(one.prefix), text.endswith(one.suffix)), default=None
    )
    return (best.persona, _inside(text, best)) if best else (None, text)


def _fits(text: str, one: Brackets) -> bool:
    start, end = len(one.prefix), len(text) - len(one.suffix)
    if not _inside(text, one) or not one.length:
        return False
    if text[:start].casefold() != one.prefix.casefold() or text[end:].casefold() != one.suffix.casefold():
        return False
    return not (_is_inside_word(text, start) or _is_inside_word(text, end))


def _inside(text: str, one: Brackets) -> str:
    return text[len(one.prefix) : len(text) - len(one.suffix)].strip()


def _is_inside_word(text: str, place: int) -> bool:
    return text[max(place - 1, 0) : place].isalnum() and text[place : place + 1].isalnum()


def _options(text: str) -> tuple[str, Options]:
    """Take known numbers off both ends: the text between, and their names and values in order."""
    rest, front, back = text.strip(), Options(), Options()
    while (found := FIRST.match(rest)) and (name := _name(found["name"])):
        front.append((name, found["value"]))
        rest = rest[found.end() :]
    while rest and (found := LAST.fullmatch(rest.split()[-1])) and (name := _name(found["name"])):
        back.append((name, found["value"]))
        rest = rest.removesuffix(found[0]).rstrip()
    return rest, front + back[::-1]


def _overrides(options: Options) -> Overrides:
    values: dict[str, Any] = {name: _number(value) for name, value in options}
    replace(Sampling(), **values)
    return Overrides(tuple(values.items()))


def _name(written: str) -> str | None:
    name = written.lower().replace("-", "_")
    name = SHORT.get(name, name)
    return name if name in NUMBERS else None


def _number(written: str) -> int | float | str:
    """Return a number, or what is none as it stands, for Sampling to refuse."""
    for kind in (int, float):
        try:
            return kind(written)
        except ValueError:
            continue
    return written
