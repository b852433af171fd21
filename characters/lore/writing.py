"""Lorebooks into JSON: as they came, or in one of the dialects that other programs read. It knows no file system."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, fields
from typing import Any, Literal, cast

from characters.formats.fields import Fields
from characters.lore.book import Book, Dialect, Entry
from characters.lore.columns import BOOK_COLUMNS, ENTRY_COLUMNS, RENAMED, Column
from characters.lore.patterns import is_regex
from characters.lore.reading import body_of

Written = Literal["character_book", "lorebook_v3", "sillytavern"]

_UNSET = {item.name: item.default for item in fields(Entry) if item.default is not MISSING}
_CARD_DIALECTS = ("character_book", "lorebook_v3")


def write_book(book: Book, dialect: Written | None = None) -> bytes:
    """Write a lorebook as UTF-8 JSON, in the dialect it came in where none is named.

    In its own dialect every field comes out as it went in. In another, what has no name there goes to `extensions`.
    """
    written = dict(book.raw) if dialect is None else book_object(book, dialect)
    try:
        return json.dumps(written, ensure_ascii=False, indent=4).encode()
    except UnicodeEncodeError:
        return json.dumps(written, indent=4).encode()


def book_object(book: Book, dialect: Written) -> dict[str, object]:
    """Make the object of a lorebook in a dialect; `character_book` is what stands in a card."""
    if dialect == book.dialect:
        return dict(book.raw)
    if dialect == "sillytavern":
        return _sillytavern(book)
    data = _card_book(book)
    return {"spec": "lorebook_v3", "data": data} if dialect == "lorebook_v3" else data


def _body(book: Book) -> Mapping[str, object]:
    return body_of(Fields(book.raw, book.name), book.dialect)[0].values


def _card_book(book: Book) -> dict[str, object]:
    if book.dialect in _CARD_DIALECTS:
        return {"extensions": {}, **_body(book), "entries": [_completed(entry) for entry in book.entries]}
    rest = _rest(_body(book), BOOK_COLUMNS[book.dialect], leave="data entries")
    return {
        **_written(book, BOOK_COLUMNS["character_book"]),
        "extensions": _beside(_object(rest.pop("extensions", None)), rest, ()),
        "entries": [_card_entry(entry, book.dialect) for entry in book.entries],
    }


def _completed(entry: Entry) -> dict[str, object]:
    required: dict[str, object] = {"keys": [], "content": "", "enabled": True, "insertion_order": entry.insertion_order}
    return {**required, "extensions": {}, "use_regex": _only_regex(entry), **entry.raw}


def _card_entry(entry: Entry, dialect: Dialect) -> dict[str, object]:
    columns = ENTRY_COLUMNS["character_book"]
    written = _written(entry, columns)
    rest = _rest(entry.raw, ENTRY_COLUMNS[dialect], leave="id")
    use_regex = rest.pop("use_regex", _only_regex(entry))
    renamed = {RENAMED.get(name, name): value for name, value in rest.items() if name != "extensions"}
    extensions = {**_object(rest.get("extensions")), **_object(written.get("extensions"))}
    uid = entry.raw.get("id", entry.raw.get("uid", entry.uid))
    return {**written, "use_regex": use_regex, "id": uid, "extensions": _beside(extensions, renamed, columns)}


def _only_regex(entry: Entry) -> bool:
    return bool(entry.keys) and all(is_regex(key) for key in entry.keys)


def _sillytavern(book: Book) -> dict[str, object]:
    rest = _rest(_body(book), BOOK_COLUMNS[book.dialect], leave="spec data entries")
    numbers = [int(entry.uid) if entry.uid.isdecimal() and len(entry.uid) < 10 else -1 for entry in book.entries]
    if -1 in numbers or len(set(numbers)) < len(numbers):
        numbers = list(range(len(numbers)))
    numbered = zip(numbers, book.entries, strict=True)
    entries = {str(uid): _world_entry(entry, book.dialect, uid) for uid, entry in numbered}
    return {**rest, **_written(book, BOOK_COLUMNS["sillytavern"]), "entries": entries}


def _world_entry(entry: Entry, dialect: Dialect, uid: int) -> dict[str, object]:
    columns = ENTRY_COLUMNS["sillytavern"]
    written = {**_written(entry, columns), "uid": uid}
    if entry.raw.get("id", uid) != uid:
        written["id"] = entry.raw["id"]
    rest = _rest(entry.raw, ENTRY_COLUMNS[dialect])
    extensions = _object(rest.pop("extensions", None))
    for name, renamed in RENAMED.items():
        if renamed in extensions and name not in rest:
            rest[name] = extensions.pop(renamed)
    taken = {column.place.split(".")[0] for column in columns}
    clashing = {name: rest.pop(name) for name in [*rest] if name in taken}
    return {**written, **rest, "extensions": _beside(extensions, clashing, ())}


def _written(thing: Entry | Book, columns: Iterable[Column]) -> dict[str, object]:
    written: dict[str, object] = {}
    for column in columns:
        value = getattr(thing, column.attribute)
        *parts, name = column.place.split(".")
        if value is None or column.attribute == "uid" or (parts and value == _UNSET.get(column.attribute)):
            continue
        inside: dict[str, Any] = written
        for part in parts:
            inside = inside.setdefault(part, {})
        inside[name] = column.codec.write(value)
    return written


def _rest(values: Mapping[str, object], columns: Iterable[Column], *, leave: str = "") -> dict[str, object]:
    """Copy what no column has read."""
    rest = {name: value for name, value in values.items() if name not in leave.split()}
    for column in columns:
        _remove(rest, column.place.split("."))
    return rest


def _remove(values: dict[str, object], place: list[str]) -> None:
    name, *deeper = place
    if not deeper:
        values.pop(name, None)
    elif inside := _object(values.get(name)):
        _remove(inside, deeper)
        values[name] = inside
        if not inside:
            del values[name]


def _object(value: object) -> dict[str, object]:
    return dict(cast("dict[str, object]", value)) if isinstance(value, dict) else {}


def _beside(extensions: dict[str, object], more: Mapping[str, object], columns: Iterable[Column]) -> dict[str, object]:
    """Put what has no place of its own among the extensions, under another name where one means something there."""
    taken = {column.place.split(".")[1] for column in columns if column.place.startswith("extensions.")}
    for name, value in more.items():
        extensions[f"troupe/{name}" if name in extensions or name in taken else name] = value
    return extensions
