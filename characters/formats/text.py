"""Bytes to a JSON object, within bounds. It knows no card."""

import json
import math
from collections import Counter
from typing import NoReturn, cast

from characters.errors import CardError, quote

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
LIMIT_BYTES = 8 * 1024 * 1024
LIMIT_NESTING = 64


def decode(data: bytes, source: str) -> str:
    """Decode UTF-8 text of at most `LIMIT_BYTES`, without its byte order mark. Raises `CardError`."""
    if len(data) > LIMIT_BYTES:
        raise CardError(source, f"its JSON is larger than {LIMIT_BYTES // 2**20} MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CardError(source, f"its JSON is not UTF-8 text (byte {error.start})") from error


def parse(text: str, source: str) -> dict[str, object]:
    """Parse one JSON object that nests at most `LIMIT_NESTING` deep. Raises `CardError`."""

    def refuse_constant(name: str) -> NoReturn:
        raise CardError(source, f"it is not valid JSON ({name} is no JSON number)")

    def finite(written: str) -> float:
        value = float(written)
        if math.isinf(value):
            raise CardError(source, f"the number {quote(written)} in its JSON is too large")
        return value

    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_float=finite)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise CardError(source, f"it is not valid JSON ({error.msg}, {place})") from error
    except ValueError as error:
        raise CardError(source, "a number in its JSON is too long") from error
    except RecursionError as error:
        raise CardError(source, _TOO_DEEP) from error
    if not isinstance(value, dict):
        raise CardError(source, "its JSON is not an object")
    root = cast("dict[str, object]", value)
    _check_nesting(root, source)
    return root


def refuse_repeats(text: str, source: str) -> None:
    """Raise `CardError` if a name stands twice in one object of JSON that can be parsed: one value would be lost."""

    def distinct(pairs: list[tuple[str, object]]) -> None:
        name, count = Counter(name for name, _ in pairs).most_common(1)[0] if pairs else ("", 1)
        if count > 1:
            raise CardError(
                source, f"field {quote(name)} stands twice in one object of its JSON, where one was expected"
            )

    json.loads(text, object_pairs_hook=distinct)


_TOO_DEEP = f"its JSON is nested deeper than {LIMIT_NESTING} levels"


def _check_nesting(value: object, source: str) -> None:
    level = [value]
    for _ in range(LIMIT_NESTING):
        level = [child for parent in level for child in _containers(parent)]
        if not level:
            return
    raise CardError(source, _TOO_DEEP)


def _containers(value: object) -> list[object]:
    children = cast("dict[str, object]", value).values() if isinstance(value, dict) else cast("list[object]", value)
    return [child for child in children if isinstance(child, dict | list)]
