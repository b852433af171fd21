"""How values are kept in SQLite's strict tables. It knows no table."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Dialect, Integer, Text, TypeDecorator

Word = TypeVar("Word", bound=StrEnum)
Kept = TypeVar("Kept")


class Words(TypeDecorator[str]):
    """Text. A lone surrogate (broken input has them, and JSON escapes) becomes U+FFFD: UTF-8 cannot hold it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return value and value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class OneOf(TypeDecorator[Word]):
    """A member of an enumeration of words, kept as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[Word]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: Word | None, dialect: Dialect) -> str | None:
        return None if value is None else value.value

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Word | None:
        return None if value is None else self.words(value)


class Moment(TypeDecorator[datetime]):
    """An aware time, kept as ISO 8601 in UTC, always of the same width so that its order is the order of time."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"the time {value} has no zone")
        return value and value.astimezone(UTC).isoformat(timespec="microseconds")

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class Flag(TypeDecorator[bool]):
    """Yes or no, kept as 1 or 0."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class Fields(TypeDecorator[dict[str, Any]]):
    """An object of JSON, kept in ASCII so that every string of it survives, lone surrogates too."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: dict[str, Any] | None, dialect: Dialect) -> str | None:
        return None if value is None else json.dumps(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> dict[str, Any] | None:
        return None if value is None else json.loads(value)


class Record(TypeDecorator[Kept]):
    """A dataclass of our own, kept as a JSON object; fields that are not in it are at their defaults."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Kept]) -> None:
        super().__init__()
        self.kind = kind
        self._adapter = TypeAdapter(kind)

    def process_bind_param(self, value: Kept | None, dialect: Dialect) -> str | None:
        return None if value is None else self._adapter.dump_json(value, exclude_defaults=True).decode()

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Kept | None:
        return None if value is None else self._adapter.validate_json(value)
