"""Lorebooks out of JSON, whatever dialect they are written in. It knows no file system."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

from characters.card import Card
from characters.errors import CardError, LorebookError, quote
from characters.formats import text
from characters.formats.fields import Fields
from characters.lore.book import Book, Dialect, Entry
from characters.lore.columns import BOOK_COLUMNS, ENTRY_COLUMNS
from characters.lore.patterns import is_regex

LIMIT_ENTRIES = 10_000
LIMIT_KEYS = 1_000
LIMIT_KEY_CHARS = 4_096
LIMIT_ALL_KEYS_CHARS = 1_000_000
LIMIT_UID_CHARS = 100
LIMIT_REGEXES = 2_000

_MARKS: dict[str, Dialect] = {
    "keywords": "agnai",
    "contextConfig": "novelai",
    "keys": "character_book",
    "key": "sillytavern",
}


def read_book(data: bytes, *, source: str) -> Book:
    """Read a lorebook of its own from JSON of at most 8 MiB. Raises `LorebookError`.

    `source` is what the file is called in messages.
    """
    try:
        written = text.decode(data, source)
        root = text.parse(written, source)
        text.refuse_repeats(written, source)
        return _read(Fields(root, source))
    except CardError as error:
        raise LorebookError(source, error.problem) from error


def read_card_book(card: Card, *, source: str) -> Book | None:
    """Read the lorebook that a card brings along, None where it brings none. Raises `LorebookError`."""
    try:
        fields = Fields(text.parse(card.raw, source), source)
        owner = fields if card.spec == "v1" or not fields.values.get("data") else fields.part("data")
        return _read(owner.part("character_book")) if owner.values.get("character_book") else None
    except CardError as error:
        raise LorebookError(source, error.problem) from error


def dialect_of(root: Fields) -> Dialect:
    """Tell the dialect of a lorebook from the names of its fields. Raises `CardError` where it is none."""
    values = root.values
    if "spec" in values:
        if str(values["spec"]).strip().lower().startswith("lorebook"):
            return "lorebook_v3"
        raise root.problem(
            "spec", 'field "{field}" is {value}, where "lorebook_v3" was expected', value=quote(values["spec"])
        )
    entries = values.get("entries")
    if isinstance(entries, dict):
        return "sillytavern"
    if values.get("type") == "risu" and "data" in values:
        return "risu"
    if "lorebookVersion" in values:
        return "novelai"
    if values.get("kind") == "memory":
        return "agnai"
    first = next(iter(cast("list[object]", entries)), None) if isinstance(entries, list) else None
    marks = cast("dict[str, object]", first) if isinstance(first, dict) else {}
    for mark, dialect in _MARKS.items():
        if mark in marks:
            return dialect
    return "character_book"


def body_of(root: Fields, dialect: Dialect) -> tuple[Fields, str]:
    """Find the object that a book's own fields are in, and the name of its list of entries. Raises `CardError`."""
    if dialect == "risu":
        return root, "data"
    return (root.part("data") if dialect == "lorebook_v3" else root), "entries"


def _read(root: Fields) -> Book:
    dialect = dialect_of(root)
    body, entries = body_of(root, dialect)
    values = {column.attribute: column.read(body) for column in BOOK_COLUMNS[dialect]}
    read = tuple(_with_uids(_entry(item, dialect) for item in _items(body, entries)))
    keys = [key for entry in read for key in (*entry.keys, *entry.secondary_keys)]
    if sum(map(len, keys)) > LIMIT_ALL_KEYS_CHARS:
        raise body.problem(
            entries,
            'field "{field}" holds too many long keys, where at most {most:,} characters were expected in all',
            most=LIMIT_ALL_KEYS_CHARS,
        )
    if sum(map(is_regex, keys)) > LIMIT_REGEXES:
        raise body.problem(
            entries,
            'field "{field}" holds more than the {most:,} regular expressions that were expected',
            most=LIMIT_REGEXES,
        )
    found: dict[str, Any] = {attribute: value for attribute, value in values.items() if value is not None}
    return Book(dialect, read, raw=root.values, **found)


def _items(body: Fields, name: str) -> Iterator[Fields]:
    value = body.values.get(name)
    if isinstance(value, dict):
        items = [(f"{name}[{quote(key)}]", item) for key, item in cast("dict[str, object]", value).items()]
    elif isinstance(value, list):
        items = [(f"{name}[{place}]", item) for place, item in enumerate(cast("list[object]", value))]
    else:
        raise body.problem(name, 'field "{field}" is missing or no list, where the entries of a lorebook were expected')
    if len(items) > LIMIT_ENTRIES:
        raise body.problem(
            name,
            'field "{field}" holds {count:,} entries, where at most {most:,} were expected',
            count=len(items),
            most=LIMIT_ENTRIES,
        )
    for place, item in items:
        if not isinstance(item, dict):
            raise body.problem(place, 'field "{field}" is {value}, where an object was expected', value=quote(item))
        yield Fields(cast("dict[str, object]", item), body.source, f"{body.path}{place}.")


def _entry(fields: Fields, dialect: Dialect) -> Entry:
    values: dict[str, Any] = {"uid": ""}
    for column in ENTRY_COLUMNS[dialect]:
        value = column.read(fields)
        if value is not None:
            values[column.attribute] = value
        if column.attribute.endswith("keys"):
            _check_keys(fields, column.place, values.get(column.attribute, ()))
    return Entry(**values, raw=fields.values)


def _check_keys(fields: Fields, name: str, keys: tuple[str, ...]) -> None:
    if len(keys) > LIMIT_KEYS:
        raise fields.problem(
            name,
            'field "{field}" holds {count:,} keys, where at most {most:,} were expected',
            count=len(keys),
            most=LIMIT_KEYS,
        )
    longest = max((len(key) for key in keys), default=0)
    if longest > LIMIT_KEY_CHARS:
        raise fields.problem(
            name,
            'field "{field}" holds a key of {count:,} characters, where at most {most:,} were expected',
            count=longest,
            most=LIMIT_KEY_CHARS,
        )


def _with_uids(entries: Iterator[Entry]) -> Iterator[Entry]:
    seen: set[str] = set()
    for place, entry in enumerate(entries):
        uid = entry.uid if entry.uid and len(entry.uid) <= LIMIT_UID_CHARS else str(place)
        if uid in seen:
            uid = f"{uid}#{place}"
        while uid in seen:
            uid += "#"
        seen.add(uid)
        yield replace(entry, uid=uid)
