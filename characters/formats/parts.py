"""JSON objects taken apart and put together again, each value as it was written. It knows no card.

`json` would read 1e3 and write 1000.0; what nobody has changed goes out by the bytes that it came in with.
"""

import json
from typing import cast

Parts = dict[str, str]
"""The members of one object in their order: their names, and their values as JSON text."""

_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder()


def parts_of(text: str) -> Parts:
    """Take one object of valid JSON apart; of names that stand twice the last counts, as everywhere."""
    found: Parts = {}
    at = _skip(text, _skip(text, 0) + 1)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        start = _skip(text, _skip(text, at) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found[name] = text[start:end]
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def items_of(text: str) -> list[str]:
    """Take one list of valid JSON apart."""
    found: list[str] = []
    at = _skip(text, 1)
    while text[at] != "]":
        _, end = _DECODER.raw_decode(text, at)
        found.append(text[at:end])
        at = _skip(text, end)
        if text[at] == ",":
            at = _skip(text, at + 1)
    return found


def list_of(items: list[str]) -> str:
    """Put a list together."""
    return f"[{', '.join(items)}]"


def is_object(text: str) -> bool:
    """Tell whether a value, as it was written, is an object."""
    return text.startswith("{")


def object_of(parts: Parts) -> str:
    """Put an object together."""
    return "{" + ",".join(f"\n{written(name)}: {value}" for name, value in parts.items()) + "\n}"


def written(value: object) -> str:
    """Write a value as JSON that can be encoded in UTF-8, also where a half of a surrogate pair stands in it."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    return text if text.isascii() or _is_encodable(text) else json.dumps(value, allow_nan=False)


def read_value(text: str) -> object:
    """Read a value as it was written."""
    return cast("object", json.loads(text))


def _skip(text: str, at: int) -> int:
    while text[at] in _SPACE:
        at += 1
    return at


def _is_encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
