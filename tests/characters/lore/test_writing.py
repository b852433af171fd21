"""Round trips: nothing is lost in a book's own dialect, and what is understood means the same in the others."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.lore import Book, book_object, write_book
from characters.lore.columns import ENTRY_COLUMNS, RENAMED
from characters.lore.writing import Written
from tests.characters.lore.samples import AGNAI, ALL, CARD_BOOK, CARD_ENTRY, NOVELAI, RISU, WORLD, WORLD_ENTRY, read

TARGETS: tuple[Written, ...] = ("character_book", "lorebook_v3", "sillytavern")


def again(book: Book, dialect: Written) -> Book:
    return read(json.loads(write_book(book, dialect)))


def meaning(book: Book) -> dict[str, Any]:
    """What is left of a book when its dialect and its entries' numbers are taken away."""
    fields = ("name", "description", "scan_depth", "token_budget", "recursive_scanning")
    attributes = {column.attribute for column in ENTRY_COLUMNS["character_book"]} - {"uid"}
    entries = [{name: getattr(entry, name) for name in attributes} for entry in book.entries]
    return {name: getattr(book, name) for name in fields} | {"entries": entries}


@pytest.mark.parametrize("dialect", ALL)
def test_a_book_comes_out_as_it_went_in(dialect: str) -> None:
    assert json.loads(write_book(read(ALL[dialect]))) == ALL[dialect]


def test_letters_stay_letters_and_lone_surrogates_survive() -> None:
    plain = {"entries": [{"keys": ["猫"], "content": "é"}]}
    assert "猫".encode() in write_book(read(plain))
    broken = {"entries": [{"keys": ["猫"], "content": "\ud800"}]}
    assert json.loads(write_book(read(broken))) == broken


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("dialect", ALL)
def test_every_dialect_means_the_same_in_those_that_are_written(dialect: str, target: Written) -> None:
    book = read(ALL[dialect])
    assert again(book, target).dialect == target
    assert meaning(again(book, target)) == meaning(book)


def test_a_card_book_for_sillytavern() -> None:
    world: Any = book_object(read(CARD_BOOK), "sillytavern")
    expected = {**WORLD_ENTRY, "name": "Dragons", "priority": 5, "use_regex": True}
    del expected["addMemo"]
    extensions = {"other/thing": {"kept": [1, None, "\ud800"]}}
    assert world["entries"] == {"42": {**expected, "extensions": extensions}}
    assert world["extensions"] == {"a/b": 1}
    assert world["future"] is True


def test_a_world_for_cards() -> None:
    book: Any = book_object(read(WORLD), "lorebook_v3")
    assert book["spec"] == "lorebook_v3"
    assert book["data"]["name"] == "North"
    assert book["data"]["extensions"] == {"originalData": {"name": "old"}}
    (entry,) = book["data"]["entries"]
    extensions = {**CARD_ENTRY["extensions"], "addMemo": True, "later": "unknown"}
    del extensions["other/thing"]
    del extensions["useProbability"]
    assert entry == {
        **{name: value for name, value in CARD_ENTRY.items() if name not in ("later", "priority")},
        "name": "",
        "use_regex": False,
        "extensions": extensions,
    }


def test_there_and_back_again_every_field_is_still_there() -> None:
    world = read(book_object(read(CARD_BOOK), "sillytavern"))
    back: Any = book_object(world, "character_book")
    (entry,) = back["entries"]
    unknown = {"later": "unknown"}
    expected = {**CARD_ENTRY["extensions"], **unknown}
    del expected["useProbability"]
    assert entry["extensions"] == expected
    assert {**entry, "extensions": 0, **unknown} == {**CARD_ENTRY, "extensions": 0}
    assert {**back, "entries": 0, "future": True} == {
        **CARD_BOOK,
        "extensions": {"a/b": 1, "future": True},
        "entries": 0,
    }


@pytest.mark.parametrize("source", [AGNAI, NOVELAI, RISU])
def test_what_has_no_name_in_the_format_stands_among_the_extensions(source: dict[str, Any]) -> None:
    book: Any = book_object(read(source), "character_book")
    entry = book["entries"][0]["extensions"]
    match source:
        case {"kind": _}:
            assert (book["extensions"], entry) == ({"kind": "memory", "extra": 1}, {"later": "unknown"})
        case {"ver": _}:
            assert book["extensions"] == {"type": "risu", "ver": 1}
            assert (entry["mode"], entry["useRegex"], entry["probability"]) == ("normal", False, 40)
        case _:
            assert book["extensions"] == {
                "lorebookVersion": 5,
                "settings": {"orderByKeyLocations": False},
                "categories": [],
            }
            assert entry["contextConfig"] == {"prefix": "", "suffix": "\n", "tokenBudget": 1}
            assert entry["searchRange"] == 1000


def test_what_the_format_asks_for_is_filled_in() -> None:
    entry: Any = book_object(read({"entries": [{"keys": ["/a/"]}]}), "lorebook_v3")
    assert entry["data"] == {
        "extensions": {},
        "entries": [
            {
                "keys": ["/a/"],
                "content": "",
                "enabled": True,
                "insertion_order": 100,
                "extensions": {},
                "use_regex": True,
            }
        ],
    }


def test_names_that_clash_are_both_kept() -> None:
    world: Any = book_object(read({"entries": [{"id": "x", "keys": ["a"], "key": 1, "uid": 2}]}), "sillytavern")
    assert world["entries"]["0"]["uid"] == 0
    assert world["entries"]["0"]["id"] == "x"
    assert world["entries"]["0"]["extensions"] == {"key": 1, "uid": 2}
    card: Any = book_object(
        read({"entries": {"0": {"extensions": {"a": 1}, "a": 2, "match_scenario": 3}}}), "character_book"
    )
    assert card["entries"][0]["extensions"] == {"a": 1, "troupe/a": 2, "troupe/match_scenario": 3}


TEXT = st.text(max_size=12)
TEXTS = st.lists(TEXT, max_size=3)
FLAG = st.booleans()
MAYBE_FLAG = st.none() | FLAG
WHOLE = st.integers(-5, 10**6)
NUMBER = WHOLE | st.floats(-1e6, 1e6)
ANYTHING = st.recursive(
    st.none() | FLAG | WHOLE | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(TEXT, inside, max_size=3),
    max_leaves=6,
)
UNKNOWN = st.dictionaries(TEXT.map("x-".__add__), ANYTHING, max_size=2)


def values_like(sample: Any) -> st.SearchStrategy[Any]:
    match sample:
        case bool():
            return MAYBE_FLAG
        case int():
            return st.none() | WHOLE
        case list():
            return TEXTS
        case dict():
            return objects_like(sample)
        case _:
            return st.none() | TEXT


def objects_like(sample: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with any of a sample's fields, with values of their types, and with unknown fields."""
    own = {name: values_like(value) for name, value in sample.items() if name not in ("entries", "data")}
    known = st.fixed_dictionaries({}, optional=own)
    return st.builds(lambda fields, unknown: {**unknown, **fields}, known, UNKNOWN)


def books(dialect: str) -> st.SearchStrategy[dict[str, Any]]:
    sample = ALL[dialect]
    name = "data" if dialect in ("risu", "lorebook_v3") else "entries"
    marks = {"kind": "memory", "type": "risu", "lorebookVersion": 5}
    keep = {mark: value for mark, value in marks.items() if mark in sample}
    if dialect == "lorebook_v3":
        return books("character_book").map(lambda book: {"spec": "lorebook_v3", "data": book})
    first = sample[name]["42"] if dialect == "sillytavern" else sample[name][0]
    entries = st.lists(objects_like(first), max_size=4)
    if dialect == "sillytavern":
        entries = entries.map(lambda found: {str(number): entry for number, entry in enumerate(found)})
    return st.builds(lambda fields, found: {**fields, **keep, name: found}, objects_like(sample), entries)


@given(st.data(), st.sampled_from(sorted(ALL)))
def test_any_book_comes_out_as_it_went_in_and_means_the_same_in_other_dialects(
    data: st.DataObject, dialect: str
) -> None:
    written = data.draw(books(dialect))
    book = read(written)
    assert json.loads(write_book(book)) == written
    assert [entry.raw for entry in book.entries] == list(entries_of(written, dialect))
    for target in TARGETS:
        other = again(book, target)
        assert meaning(other) == meaning(book)
        assert {json.dumps(value) for value in unknown(written)} <= {
            json.dumps(value) for value in unknown(json.loads(write_book(other)))
        }


def entries_of(written: dict[str, Any], dialect: str) -> list[dict[str, Any]]:
    body = written["data"] if dialect == "lorebook_v3" else written
    entries = body["data" if dialect == "risu" else "entries"]
    return [*entries.values()] if isinstance(entries, dict) else entries


def unknown(value: Any) -> list[Any]:
    """Every value under a name that no program has."""
    if isinstance(value, dict):
        own = [inside for name, inside in value.items() if name.startswith("x-")]
        return own + [found for inside in value.values() for found in unknown(inside)]
    return [found for inside in value for found in unknown(inside)] if isinstance(value, list) else []


def test_the_names_that_are_only_carried_along_are_no_columns() -> None:
    assert not {*RENAMED} & {column.place for column in ENTRY_COLUMNS["sillytavern"]}
