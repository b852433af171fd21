"""A card changed by somebody: what they did not touch stays as it was written. It knows no file system."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import cast

from characters.card import CardFile
from characters.errors import CardError, clause, quote
from characters.exporting import export_card
from characters.files import open_card
from characters.formats.objects import read_text
from characters.formats.parts import Parts, is_object, object_of, parts_of, read_value, written
from characters.formats.specs import changed

TEXTS = frozenset(
    "name nickname description personality scenario first_mes mes_example creator_notes system_prompt "
    "post_history_instructions creator character_version".split()
)
LISTS = frozenset("alternate_greetings group_only_greetings tags source".split())
OBJECTS = frozenset("extensions character_book creator_notes_multilingual".split())


def edit_card(file: CardFile, changes: Mapping[str, object], *, now: datetime) -> CardFile:
    """Change fields of a card by their names in V2 and V3, and set its modification date to `now`.

    None takes a field away; of `extensions`, only the keys that are given change. The answer carries the new file in
    the container of the old one, and the old face. Raises `CardError` for unknown fields and values of wrong types.
    """
    for name, value in changes.items():
        _check(file, name, value)

    def change(data: Parts) -> Parts:
        for name, value in changes.items():
            if name == "source" and not _appends(data.get(name, ""), value):
                raise CardError(
                    file.source, clause('field "source" may only be added to: what it held must stand first in it')
                )
            try:
                data[name] = _written(data.get(name, ""), name, value)
            except (TypeError, ValueError, RecursionError) as error:
                raise CardError(file.source, clause('field "{name}" cannot be written as JSON', name=name)) from error
        kept = {name: text for name, text in data.items() if changes.get(name, text) is not None}
        return kept | {"modification_date": str(int(now.timestamp()))}

    raw = changed(file.card.raw, change)
    card = read_text(raw, file.source)
    data = export_card(replace(file, card=card), file.container)
    return open_card(data, source=file.source, beside=file.picture)


TEXT, LIST, OBJECT = clause("a text"), clause("a list of texts"), clause("an object")


def _check(file: CardFile, name: str, value: object) -> None:
    if name not in TEXTS | LISTS | OBJECTS:
        raise CardError(
            file.source,
            clause("there is no field {name} to change, where one of a card was expected", name=quote(name)),
        )
    expected = TEXT if name in TEXTS else LIST if name in LISTS else OBJECT
    items = cast("list[object]", value) if isinstance(value, list | tuple) else []
    fits = {
        TEXT: isinstance(value, str),
        LIST: isinstance(value, list | tuple) and all(isinstance(item, str) for item in items),
        OBJECT: isinstance(value, Mapping),
    }
    if value is not None and not fits[expected]:
        raise CardError(
            file.source,
            clause(
                'field "{name}" is {value}, where {expected} was expected',
                name=name,
                value=quote(cast("object", value)),
                expected=expected,
            ),
        )


def _written(old: str, name: str, value: object) -> str:
    return _merged(old, value) if name == "extensions" and value is not None else written(value)


def _appends(old: str, value: object) -> bool:
    """Tell whether a list begins with all that it held before: V3 lets nobody take a source away."""
    before = read_value(old or "[]")
    if not isinstance(before, list) or not before:
        return True
    held = cast("list[object]", before)
    return isinstance(value, list | tuple) and list(cast("list[object]", value))[: len(held)] == held


def _merged(old: str, new: object) -> str:
    before = parts_of(old) if is_object(old) else {}
    after = {
        name: (None if value is None else written(value)) for name, value in cast("dict[str, object]", new).items()
    }
    return object_of({name: text for name, text in (before | after).items() if text is not None})
