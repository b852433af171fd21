"""Reads the fields of one JSON object by type. It knows no dialect of cards."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from characters.errors import CardError, Clause, clause

LIMIT_TEXT_CHARS = 1_000_000
LIMIT_NAME_CHARS = 200

_SURROGATE = re.compile("[\ud800-\udfff]")
_CONTROLS = dict.fromkeys([*range(32), *range(127, 160)])
_KEPT_CONTROLS = {ord("\n"): "\n", ord("\t"): "\t"}
_JOINERS = "\u200c\u200d"
_FLAGS = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a card file; `path` stands before the names of its fields in messages, as in `data.name`."""

    values: Mapping[str, object]
    source: str
    path: str = ""

    def text(self, name: str) -> str:
        """Read a text; missing and null are "". Raises `CardError` for anything else."""
        value = self.values.get(name)
        if value is None:
            return ""
        return self._text(name, value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Read a list of texts; missing and null are empty, one text alone is a list of it. Raises `CardError`."""
        value = self.values.get(name)
        if value is None or value == "":
            return ()
        if isinstance(value, str):
            return (self._text(name, value),)
        if not isinstance(value, list):
            raise self._unexpected(name, value, clause("a list of texts"))
        items = enumerate(cast("list[object]", value))
        return tuple(self._text(f"{name}[{place}]", item) for place, item in items if item is not None)

    def version(self, name: str) -> str:
        """Read a text that some programs write as a number. Raises `CardError`."""
        value = self.values.get(name)
        return str(value) if _is_number(value) else self.text(name)

    def name(self, name: str) -> str:
        """Read a name as one line without control characters, "" where there is none. Raises `CardError`."""
        value = self.values.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._unexpected(name, value, clause("a name"))
        if len(value) > LIMIT_NAME_CHARS:
            raise self._too_long(name, value, LIMIT_NAME_CHARS)
        return _one_line(value)

    def number(self, name: str) -> float | None:
        """Read a number that may be written as text; missing, null and "" are None. Raises `CardError`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        read = number(value)
        if read is None:
            raise self._unexpected(name, value, clause("a number"))
        return int(read) if read.is_integer() else read

    def whole(self, name: str) -> int | None:
        """Read a whole number that may be written as text; missing, null and "" are None. Raises `CardError`."""
        read = self.number(name)
        if isinstance(read, float):
            raise self.problem(name, 'field "{field}" is {value:g}, where a whole number was expected', value=read)
        return read

    def flag(self, name: str) -> bool | None:
        """Read true or false, also written as text or number; missing, null and "" are None. Raises `CardError`."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int | float):
            return bool(value)
        read = _FLAGS.get(value.strip().lower()) if isinstance(value, str) else None
        if read is None:
            raise self._unexpected(name, value, clause("true or false"))
        return read

    def part(self, name: str) -> "Fields":
        """Read an object inside this one; missing, null and empty ones have no fields. Raises `CardError`."""
        value = self.values.get(name) or dict[str, object]()
        if not isinstance(value, dict):
            raise self._unexpected(name, value, clause("an object"))
        return Fields(cast("dict[str, object]", value), self.source, f"{self.path}{name}.")

    def problem(self, name: str, problem: str, /, **facts: object) -> CardError:
        """Build the error about a field of this object, of which `problem` is a clause with a place for the `field`."""
        return CardError(self.source, clause(problem, field=f"{self.path}{name}", **facts))

    def _text(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise self._unexpected(name, value, clause("text"))
        if len(value) > LIMIT_TEXT_CHARS:
            raise self._too_long(name, value, LIMIT_TEXT_CHARS)
        return _readable(value)

    def _unexpected(self, name: str, value: object, expected: Clause) -> CardError:
        return self.problem(
            name, 'field "{field}" is {kind}, where {expected} was expected', kind=_kind(value), expected=expected
        )

    def _too_long(self, name: str, value: str, limit: int) -> CardError:
        return self.problem(
            name,
            'field "{field}" is {count:,} characters long, where at most {most:,} were expected',
            count=len(value),
            most=limit,
        )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def number(value: object) -> float | None:
    """Read a number that may be written as a string; None where there is no finite one."""
    if not isinstance(value, int | float | str) or isinstance(value, bool):
        return None
    try:
        result = float(value)
    except (ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None


def _readable(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", lines).translate(_CONTROLS | _KEPT_CONTROLS)


def _one_line(text: str) -> str:
    spaced = _SURROGATE.sub("\ufffd", " ".join(text.split()))
    visible = "".join(char for char in spaced if char in _JOINERS or unicodedata.category(char) not in {"Cc", "Cf"})
    return " ".join(visible.split()).strip(_JOINERS)


def _kind(value: object) -> Clause:
    match value:
        case None:
            return clause("null")
        case bool():
            return clause("true or false")
        case int() | float():
            return clause("a number")
        case str():
            return clause("text")
        case list():
            return clause("a list")
        case _:
            return clause("an object")
