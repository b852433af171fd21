"""Bytes to a JSON object, within bounds. It knows no card."""

import json
import math
from collections import Counter
from typing import NoReturn, cast

from characters.errors import CardError, Clause, clause, quote

LIMIT_BYTES = 8 * 1024 * 1024
LIMIT_NESTING = 64


class NotJSON(CardError):
    """A text is no JSON; `what` is the matter at a `column`, from 1, of one of its lines."""

    def __init__(self, source: str, what: Clause, *, line: int, column: int) -> None:
        super().__init__(
            source,
            clause("it is not valid JSON ({what}, line {line}, column {column})", what=what, line=line, column=column),
        )
        self.what = what
        self.column = column


def plain(data: bytes) -> str:
    """Decode text in UTF-8, or in UTF-16 or UTF-32 as Windows writes it, without its byte order mark.

    Without a mark the zeros beside its first letters tell. Raises `UnicodeDecodeError`.
    """
    return data.decode("utf-8-sig" if (encoding := json.detect_encoding(data)) == "utf-8" else encoding)


def decode(data: bytes, source: str) -> str:
    """Decode text as `plain` does, at most `LIMIT_BYTES` of it. Raises `CardError`."""
    if len(data) > LIMIT_BYTES:
        raise CardError(source, clause("its JSON is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    try:
        return plain(data)
    except UnicodeDecodeError as error:
        raise CardError(
            source, clause("its text is neither UTF-8 nor UTF-16 (byte {byte:,})", byte=error.start)
        ) from error


def parse(text: str, source: str) -> dict[str, object]:
    """Parse one JSON object that nests at most `LIMIT_NESTING` deep. Raises `CardError`."""

    def refuse_constant(name: str) -> NoReturn:
        raise CardError(source, clause("it is not valid JSON ({name} is no JSON number)", name=name))

    def finite(written: str) -> float:
        value = float(written)
        if math.isinf(value):
            raise CardError(source, clause("the number {number} in its JSON is too large", number=quote(written)))
        return value

    try:
        value = json.loads(text, parse_constant=refuse_constant, parse_float=finite)
    except json.JSONDecodeError as error:
        raise NotJSON(source, clause(error.msg), line=error.lineno, column=error.colno) from error
    except ValueError as error:
        raise CardError(source, clause("a number in its JSON is too long")) from error
    except RecursionError as error:
        raise CardError(source, _TOO_DEEP) from error
    if not isinstance(value, dict):
        raise CardError(source, clause("its JSON is not an object"))
    root = cast("dict[str, object]", value)
    _check_nesting(root, source)
    return root


def refuse_repeats(text: str, source: str) -> None:
    """Raise `CardError` if a name stands twice in one object of JSON that can be parsed: one value would be lost."""

    def distinct(pairs: list[tuple[str, object]]) -> None:
        name, count = Counter(name for name, _ in pairs).most_common(1)[0] if pairs else ("", 1)
        if count > 1:
            raise CardError(
                source,
                clause(
                    "field {field} stands twice in one object of its JSON, where one was expected", field=quote(name)
                ),
            )

    json.loads(text, object_pairs_hook=distinct)


_TOO_DEEP = clause("its JSON is nested deeper than {most} levels", most=LIMIT_NESTING)


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
