import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters import load_card, read_card
from characters.errors import CardError, LorebookError
from characters.lore import Entry, read_book, read_card_book
from characters.lore import reading as module
from tests.characters.lore.samples import (
    AGNAI,
    ALL,
    CARD_BOOK,
    CARD_ENTRY,
    NOVELAI,
    RISU,
    WORLD,
    WORLD_ENTRY,
    read,
    written,
)
from tests.characters.pictures import V1, V2, V3, json_bytes

DATA = Path(__file__).parents[4] / "shared" / "data" / "cards"
FULL = Entry(
    uid="42",
    keys=("dragon", "/drakes?/i"),
    content="@@depth 3\nDragons sleep.",
    comment="of the north",
    enabled=True,
    constant=False,
    selective=True,
    secondary_keys=("north",),
    logic="all",
    case_sensitive=True,
    whole_words=True,
    scan_depth=7,
    insertion_order=12,
    position="at_depth",
    depth=2,
    role="user",
    probability=40,
    sticky=3,
    cooldown=4,
    delay=5,
    exclude_recursion=True,
    prevent_recursion=True,
    delay_until_recursion=2,
    group="weather, mood",
    group_override=True,
    group_weight=30,
    group_scoring=True,
    ignore_budget=True,
    triggers=("normal", "swipe"),
    filter_names=("Mira",),
    filter_tags=("sailor",),
    filter_excludes=True,
    match_persona_description=True,
    match_character_description=True,
    match_character_personality=True,
    match_character_depth_prompt=True,
    match_scenario=True,
    match_creator_notes=True,
)


def refusal(data: bytes) -> str:
    with pytest.raises(LorebookError) as raised:
        read_book(data, source="a.json")
    assert "\n" not in str(raised.value)
    assert str(raised.value) == f"The lorebook a.json cannot be read: {raised.value.problem}."
    return raised.value.problem


@pytest.mark.parametrize("dialect", ALL)
def test_the_dialect_is_told_from_the_fields(dialect: str) -> None:
    assert read(ALL[dialect]).dialect == dialect


def test_every_field_of_sillytavern_is_read() -> None:
    book = read(WORLD)
    assert (book.name, book.entries) == ("North", (FULL,))


@pytest.mark.parametrize("dialect", ["character_book", "lorebook_v3"])
def test_every_field_of_a_cards_book_is_read(dialect: str) -> None:
    book = read(ALL[dialect])
    assert (book.name, book.description, book.scan_depth) == ("North", "About the north.", 6)
    assert (book.token_budget, book.recursive_scanning) == (300, False)
    (entry,) = book.entries
    assert (entry.name, entry.priority, entry.groups) == ("Dragons", 5, ("weather", "mood"))
    plain = {key: value for key, value in CARD_ENTRY.items() if key not in ("name", "priority")}
    assert read({"entries": [plain]}).entries == (FULL,)


def test_the_other_dialects_are_read() -> None:
    agnai, novelai, risu = read(AGNAI), read(NOVELAI), read(RISU)
    assert (agnai.name, agnai.scan_depth, agnai.token_budget, agnai.recursive_scanning) == ("North", 6, 300, True)
    assert agnai.entries == (
        Entry(
            uid="0",
            keys=("dragon", "drake"),
            content="Dragons sleep.",
            name="Dragons",
            priority=5,
            insertion_order=12,
            enabled=False,
        ),
    )
    assert novelai.entries == (
        Entry(
            uid="4f-3a",
            keys=("dragon", "/drakes?/i"),
            content="Dragons sleep.",
            name="Dragons",
            insertion_order=400,
            constant=True,
        ),
    )
    assert risu.entries == (
        Entry(
            uid="0",
            keys=("dragon", "drake"),
            secondary_keys=("north", "south"),
            comment="Dragons",
            content="Dragons sleep.",
            insertion_order=12,
            constant=True,
            probability=40,
        ),
        Entry(uid="1", keys=("/a{1,2}b/i",), content="x", insertion_order=1),
    )


@pytest.mark.parametrize(
    ("entries", "dialect"),
    [
        ([{"keywords": ["a"]}], "agnai"),
        ([{"contextConfig": {}}], "novelai"),
        ([{"key": ["a"]}], "sillytavern"),
        ([{"keys": ["a"]}], "character_book"),
        ([], "character_book"),
        ({}, "sillytavern"),
    ],
)
def test_a_book_that_does_not_say_what_it_is_is_told_from_its_entries(entries: Any, dialect: str) -> None:
    assert read({"entries": entries}).dialect == dialect


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, {}),
        (
            {"disable": True, "order": "7", "key": "a, /b,c/ , d"},
            {"enabled": False, "insertion_order": 7, "keys": ("a", "/b", "c/", "d")},
        ),
        ({"key": "/b,c/"}, {"keys": ("/b,c/",)}),
        ({"delayUntilRecursion": True}, {"delay_until_recursion": 1}),
        ({"delayUntilRecursion": False, "scanDepth": None, "caseSensitive": None, "position": ""}, {}),
        ({"position": 9, "role": -1, "selectiveLogic": 1.5}, {}),
        ({"position": "at_depth", "role": "user"}, {"position": "at_depth", "role": "user"}),
        ({"useProbability": 40, "constant": 1, "selective": "false"}, {"constant": True, "selective": False}),
        ({"order": 0.5, "content": "a\r\nb\0"}, {"insertion_order": 0.5, "content": "a\nb"}),
    ],
)
def test_values_are_read_as_programs_write_them(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    assert read({"entries": {"0": fields}}).entries == (Entry(uid="0", **expected),)


def test_numbers_of_entries_are_made_unique() -> None:
    entries = [{"id": 3, "keys": []}, {"id": "3"}, {"id": "3#1"}, {}, {"id": "x" * 101}, {"id": "3"}]
    uids = [entry.uid for entry in read({"entries": entries}).entries]
    assert uids == ["3", "3#1", "3#1#2", "3#3", "4", "3#5"]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({}, 'field "entries" is missing or no list, where the entries of a lorebook were expected'),
        ({"entries": 3}, 'field "entries" is missing or no list, where the entries of a lorebook were expected'),
        (
            {"spec": "lorebook_v3"},
            'field "data.entries" is missing or no list, where the entries of a lorebook were expected',
        ),
        ({"spec": "lorebook_v3", "data": 3}, 'field "data" is a number, where an object was expected'),
        (
            {"type": "risu", "data": 3},
            'field "data" is missing or no list, where the entries of a lorebook were expected',
        ),
        (V2, 'field "spec" is \'chara_card_v2\', where "lorebook_v3" was expected'),
        ({"entries": [{}, 3]}, 'field "entries[1]" is 3, where an object was expected'),
        ({"entries": {"a\n": []}}, "field \"entries['a\\n']\" is [], where an object was expected"),
        ({"entries": [{"keys": ["a", 3]}]}, 'field "entries[0].keys[1]" is a number, where text was expected'),
        ({"entries": [{"keys": 3}]}, 'field "entries[0].keys" is a number, where a list of texts was expected'),
        ({"entries": {"7": {"content": []}}}, "field \"entries['7'].content\" is a list, where text was expected"),
        (
            {"entries": [{"insertion_order": "first"}]},
            'field "entries[0].insertion_order" is text, where a number was expected',
        ),
        ({"entries": [{"extensions": 3}]}, 'field "entries[0].extensions" is a number, where an object was expected'),
        (
            {"entries": [{"extensions": {"depth": 1.5}}]},
            'field "entries[0].extensions.depth" is 1.5, where a whole number was expected',
        ),
        ({"entries": [{"enabled": "maybe"}]}, 'field "entries[0].enabled" is text, where true or false was expected'),
        ({"entries": [], "token_budget": "much"}, 'field "token_budget" is text, where a number was expected'),
        (
            {"spec": "lorebook_v3", "data": {"entries": [{"name": 1}]}},
            'field "data.entries[0].name" is a number, where text was expected',
        ),
        ({"entries": [{}] * 10_001}, 'field "entries" holds 10,001 entries, where at most 10,000 were expected'),
        (
            {"entries": [{"keys": ["a"] * 1_001}]},
            'field "entries[0].keys" holds 1,001 keys, where at most 1,000 were expected',
        ),
        (
            {"entries": [{"keys": ["a" * 4_097]}]},
            'field "entries[0].keys" holds a key of 4,097 characters, where at most 4,096 were expected',
        ),
        (
            {"entries": [{"content": "a" * 1_000_001}]},
            'field "entries[0].content" is 1,000,001 characters long, where at most 1,000,000 were expected',
        ),
        (
            {"entries": [{"keys": ["a" * 4_000] * 251}]},
            'field "entries" holds too many long keys, where at most 1,000,000 characters were expected in all',
        ),
        (
            {"entries": [{"keys": ["/a/"] * 1_000}] * 3},
            'field "entries" holds more than the 2,000 regular expressions that were expected',
        ),
    ],
)
def test_what_is_wrong_is_named_by_field(value: object, problem: str) -> None:
    assert refusal(written(value)) == problem


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"", "it is not valid JSON (Expecting value, line 1, column 1)"),
        (b"\xff", "its text is neither UTF-8 nor UTF-16 (byte 0)"),
        (b"[]", "its JSON is not an object"),
        (b'{"entries": [NaN]}', "it is not valid JSON (NaN is no JSON number)"),
        (b'{"entries": [1e999]}', "the number '1e999' in its JSON is too large"),
        (
            b'{"a": 1, "entries": [], "a": 2}',
            "field 'a' stands twice in one object of its JSON, where one was expected",
        ),
        (b'{"a":' * 70 + b"1" + b"}" * 70, "its JSON is nested deeper than 64 levels"),
        (b"[" * 1_000_000, "its JSON is nested deeper than 64 levels"),
        (b" " * (8 * 2**20 + 1), "its JSON is larger than 8 MiB"),
    ],
)
def test_what_is_no_sound_json_is_refused(data: bytes, problem: str) -> None:
    assert refusal(data) == problem


def test_ten_thousand_entries_are_read() -> None:
    assert (
        len(read({"entries": [{"keys": [f"k{number}"]} for number in range(module.LIMIT_ENTRIES)]}).entries) == 10_000
    )


def test_a_cards_book_is_read_where_it_brings_one() -> None:
    for card in (V2, V3):
        whole = {**card, "data": {**card["data"], "character_book": CARD_BOOK}}
        book = read_card_book(read_card(json_bytes(whole), source="a.json"), source="a.json")
        assert book == read(CARD_BOOK)
        assert book is not None
        assert book.raw == CARD_BOOK
        for nothing in (None, {}):
            bare = {**card, "data": {**card["data"], "character_book": nothing}}
            assert read_card_book(read_card(json_bytes(bare), source="a.json"), source="a.json") is None
    assert read_card_book(read_card(json_bytes(V1), source="a.json"), source="a.json") is None
    flat = read_card(json_bytes({**V1, "character_book": CARD_BOOK}), source="a.json")
    assert read_card_book(flat, source="a.json") == read(CARD_BOOK)


def test_a_cards_book_that_cannot_be_read_does_not_keep_the_card_from_being_read() -> None:
    whole = {**V2, "data": {**V2["data"], "character_book": {"entries": [{"keys": [1]}]}}}
    card = read_card(json_bytes(whole), source="a.json")
    with pytest.raises(LorebookError) as raised:
        read_card_book(card, source="a.json")
    assert raised.value.problem == (
        'field "data.character_book.entries[0].keys[0]" is a number, where text was expected'
    )
    assert isinstance(raised.value, CardError)


@pytest.mark.skipif(not DATA.exists(), reason="the shared data is not here")
def test_cards_as_people_share_them() -> None:
    books = {path.name: read_card_book(load_card(path).card, source=path.name) for path in sorted(DATA.glob("*.png"))}
    assert [name for name, book in books.items() if book] == ["Synthetic.v3.png"]
    book = books["Synthetic.v3.png"]
    assert book is not None
    assert [(entry.uid, entry.keys, entry.priority) for entry in book.entries] == [
        ("0", ("key1",), 10),
        ("1", ("key2",), 10),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(max_size=8), children, max_size=4),
    max_leaves=20,
)
NAMES = sorted({*CARD_ENTRY, *WORLD_ENTRY, *AGNAI["entries"][0], *NOVELAI["entries"][0], *RISU["data"][0]})


@given(st.sampled_from(sorted(ALL)), st.dictionaries(st.sampled_from(NAMES), JSON, max_size=6), JSON)
def test_any_json_in_the_place_of_an_entry_is_read_or_refused_in_one_sentence(
    dialect: str, entry: dict[str, object], anything: object
) -> None:
    root = json.loads(json.dumps(ALL[dialect]))
    body, name = (
        (root["data"], "entries") if dialect == "lorebook_v3" else (root, "data" if dialect == "risu" else "entries")
    )
    for entries in ([entry], [entry, anything], anything):
        body[name] = entries
        with suppress(LorebookError):
            book = read(root)
            assert len({entry.uid for entry in book.entries}) == len(book.entries)
