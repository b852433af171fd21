import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.card import Card, DepthPrompt
from characters.errors import CardError
from characters.formats.objects import read_object
from tests.characters.pictures import V1, V2, V3, json_bytes

FULL: dict[str, Any] = {
    "name": "Cleopatra",
    "nickname": "Cleo",
    "description": "A clockmaker.",
    "personality": "patient",
    "scenario": "A shop.",
    "first_mes": "*looks up* Late again?",
    "mes_example": "<START>\n{{user}}: Hi.\n{{char}}: Hm.",
    "creator_notes": "Wind her up.",
    "system_prompt": "Be brief. {{original}}",
    "post_history_instructions": "Stay in the shop.",
    "alternate_greetings": ["You again."],
    "group_only_greetings": ["So many."],
    "tags": ["clock"],
    "creator": "Somebody",
    "character_version": "1.2",
    "extensions": {"talkativeness": "0.75", "other/thing": {"kept": True}},
}


def read(value: object) -> Card:
    return read_object(json_bytes(value), "a.json")


def refusal(value: object) -> str:
    with pytest.raises(CardError) as raised:
        read(value)
    return raised.value.problem


@pytest.mark.parametrize("spec", ["v2", "v3"])
def test_every_field_is_read(spec: str) -> None:
    written = json.dumps({"spec": f"chara_card_{spec}", "spec_version": f"{spec[1]}.0", "data": FULL}, indent=3)
    expected = {name: tuple(value) if isinstance(value, list) else value for name, value in FULL.items()}
    del expected["extensions"]
    card = read_object(written.encode(), "a.json")
    assert card == Card(spec=spec, raw=written, talkativeness=0.75, **expected)  # pyright: ignore[reportArgumentType]


def test_v1_is_the_flat_object() -> None:
    card = read(V1 | {"creator_notes": "Also here.", "talkativeness": "0.2"})
    assert (card.spec, card.name, card.description, card.first_mes) == ("v1", "Ann", "A baker.", "Hi.")
    assert (card.creator_notes, card.talkativeness, card.warnings) == ("Also here.", 0.2, ())


def test_only_the_data_of_a_wrapped_card_counts() -> None:
    card = read(V1 | V2)
    assert (card.spec, card.name, card.description, card.first_mes) == ("v2", "Bob", "", "Hello.")


def test_missing_and_null_fields_are_empty() -> None:
    nothing = {**dict.fromkeys(FULL), "name": "Bob"}
    for data in ({"name": "Bob"}, nothing):
        card = read({"spec": "chara_card_v3", "spec_version": "3.0", "data": data})
        assert card == Card(name="Bob", spec="v3", raw=card.raw)


def test_the_object_is_kept_as_it_was_written() -> None:
    written = '{ "spec":"chara_card_v2",\r\n "data":{"name":"\\u00c1da","x":1.50,"y":2}, "extra":[1e2] }'
    assert read_object(written.encode(), "a.json").raw == written


@pytest.mark.parametrize(
    ("root", "spec", "warnings"),
    [
        (V3 | {"spec_version": 3}, "v3", ()),
        (V3 | {"spec_version": "2.9"}, "v3", ()),
        (V3 | {"spec_version": None}, "v3", ()),
        (V3 | {"spec": " Chara_Card_V3 "}, "v3", ()),
        (V2 | {"spec_version": "7"}, "v2", ()),
        (
            V3 | {"spec_version": "3.10"},
            "v3",
            ("It follows version 3.1 of the card format, which is newer than 3; it was read as V3.",),
        ),
        (V3 | {"spec_version": "new"}, "v3", ("Its spec_version 'new' is no number; it was read as V3.",)),
        ({"data": V2["data"]}, "v2", ("It does not say which card format it follows; it was read as V2.",)),
        (
            {"spec": "", "spec_version": "3.0", "data": V3["data"]},
            "v3",
            ("It does not say which card format it follows; it was read as V3.",),
        ),
        (
            V1 | {"spec": "chara_card_v2"},
            "v1",
            ('It says that it is a V2 card but has no object "data"; it was read as V1.',),
        ),
        (V1 | {"data": None}, "v1", ()),
    ],
)
def test_what_can_be_read_is_read(root: object, spec: str, warnings: tuple[str, ...]) -> None:
    card = read(root)
    assert (card.spec, card.warnings) == (spec, warnings)


@pytest.mark.parametrize(
    ("value", "talkativeness"),
    [(0, 0.0), (1, 1.0), ("0.3", 0.3), (7, 1.0), (-1, 0.0), ("", 0.5), (None, 0.5)],
)
def test_talkativeness(value: object, talkativeness: float) -> None:
    card = read({"spec": "chara_card_v2", "data": {"name": "Bob", "extensions": {"talkativeness": value}}})
    assert (card.talkativeness, card.warnings) == (talkativeness, ())


@pytest.mark.parametrize("value", ["often", True, [], {"a": 1}, "nan"])
def test_a_talkativeness_that_is_no_number_is_the_default_with_a_warning(value: object) -> None:
    card = read({"spec": "chara_card_v2", "data": {"name": "Bob", "extensions": {"talkativeness": value}}})
    assert card.talkativeness == 0.5
    (warning,) = card.warnings
    assert warning.startswith("Its talkativeness ")


@pytest.mark.parametrize("extensions", [[], "none", 5])
def test_extensions_that_are_no_object_do_no_harm(extensions: object) -> None:
    assert read({"spec": "chara_card_v2", "data": {"name": "Bob", "extensions": extensions}}).talkativeness == 0.5


@pytest.mark.parametrize(
    ("note", "read"),
    [
        ({"prompt": "Mind the tide."}, DepthPrompt("Mind the tide.")),
        ({"prompt": "a\r\nb", "depth": "2", "role": "assistant"}, DepthPrompt("a\nb", 2, "assistant")),
        ({"prompt": "x", "depth": -3, "role": "god"}, DepthPrompt("x", 0)),
        ({"prompt": "x", "depth": 1e300}, DepthPrompt("x", 10_000)),
        ({"prompt": " "}, None),
        ({"prompt": 5}, None),
        ("x", None),
    ],
)
def test_a_note_of_its_own(note: object, read: DepthPrompt | None) -> None:
    card = read_object(
        json_bytes({"spec": "chara_card_v2", "data": {"name": "A", "extensions": {"depth_prompt": note}}}), ""
    )
    assert card.depth_prompt == read


@pytest.mark.parametrize(("world", "name"), [(" The  North ", "The North"), (5, ""), (None, ""), ("x" * 201, "")])
def test_the_name_of_a_lorebook(world: object, name: str) -> None:
    card = read_object(json_bytes({"spec": "chara_card_v2", "data": {"name": "A", "extensions": {"world": world}}}), "")
    assert card.world == name


@pytest.mark.parametrize(
    "raw", ['{"name": "A", "description": "", "name": "B"}', '{"data": {"name": "A", "x": [{"y": 1, "y": 2}]}}']
)
def test_what_stands_twice_in_one_object_is_refused(raw: str) -> None:
    with pytest.raises(CardError, match="stands twice in one object of its JSON, where one was expected"):
        read_object(raw.encode(), "a.json")


@pytest.mark.parametrize(
    ("root", "problem"),
    [
        ({}, 'it is no character card: neither "spec" and "data" nor "name" and "description" are there'),
        ({"name": "Ann"}, "it is no character card: "),
        ({"entries": {}, "name": "World"}, "it is no character card: "),
        (V1 | {"name": None}, 'field "name" is missing or empty, where the character\'s name was expected'),
        (V1 | {"name": " \n "}, 'field "name" is missing or empty, '),
        ({"spec": "chara_card_v2", "data": {}}, 'field "data.name" is missing or empty, '),
        ({"spec": "chara_card_v2", "data": {"name": "\u200b"}}, 'field "data.name" is missing or empty, '),
        ({"spec": "chara_card_v2", "data": {"name": 5}}, 'field "data.name" is a number, where a name was expected'),
        ({"spec": "chara_card_v2"}, 'field "data" is missing or no object, '),
        ({"spec": "chara_card_v2", "data": [V1]}, 'field "data" is missing or no object, '),
        ({"data": "Bob"}, 'field "data" is missing or no object, '),
        (
            {"spec": "lorebook_v3", "data": {"name": "World", "entries": []}},
            'field "spec" is \'lorebook_v3\', where "chara_card_v2" or "chara_card_v3" was expected',
        ),
        (V2 | {"spec": 2}, 'field "spec" is 2, where '),
        (V2 | {"spec": ["chara_card_v2"]}, "field \"spec\" is ['chara_card_v2'], where "),
        (V3 | {"data": FULL | {"tags": 5}}, 'field "data.tags" is a number, where a list of texts was expected'),
        (V3 | {"data": FULL | {"first_mes": []}}, 'field "data.first_mes" is a list, where text was expected'),
        (V1 | {"scenario": {}}, 'field "scenario" is an object, where text was expected'),
    ],
)
def test_what_is_no_card_is_refused(root: object, problem: str) -> None:
    assert refusal(root).startswith(problem)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)
FIELDS = st.dictionaries(st.sampled_from(sorted(FULL)) | st.text(), VALUES)
ROOTS = st.dictionaries(st.sampled_from(["spec", "spec_version", "data", *V1]) | st.text(), VALUES)
WRAPPED = st.fixed_dictionaries(
    {"spec": st.sampled_from(["chara_card_v2", "chara_card_v3"]), "data": FIELDS}, optional={"spec_version": VALUES}
)


@given(VALUES | ROOTS | WRAPPED | FIELDS)
def test_arbitrary_json_is_a_card_or_a_card_error(root: object) -> None:
    with suppress(CardError):
        card = read(root)
        assert card.name == " ".join(card.name.split()) != ""
        assert 0.0 <= card.talkativeness <= 1.0
        assert str(card).encode()
