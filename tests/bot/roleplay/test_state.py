"""Values that a story keeps: defined, shown, and updated as far as they fit."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlayError
from bot.roleplay.state import EXTENSION, State, change, definitions_of, joined, read_definitions, update
from bot.roleplay.values import Choice, Number, Text
from characters import read_card
from engine import Sampling
from engine.gbnf import read_gbnf
from engine.grammar import Grammar

SHAPE: list[dict[str, Any]] = [
    {"kind": "number", "name": "day", "least": 1, "most": 999, "start": 3},
    {
        "kind": "choice",
        "name": "time",
        "options": ["morning", "noon", "evening", "night"],
        "start": "evening",
        "bare": True,
    },
    {"kind": "text", "name": "place", "characters": 20, "start": "the inn", "bare": True},
    {"kind": "choice", "name": "trust", "options": ["wary", "warm"]},
    {"kind": "number", "name": "health", "unit": "%", "start": 80},
    {"kind": "text", "name": "goal"},
]
DEFINITIONS = read_definitions(SHAPE, source="Mira")
STATE = State.start(DEFINITIONS)
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        one.name: st.integers() | st.text(max_size=50) | st.sampled_from(["warm", "NOON", "12", True, None, 1.5, []])
        for one in DEFINITIONS
    },
)


def test_definitions_are_read_in_order() -> None:
    assert DEFINITIONS[0] == Number("day", least=1, most=999, start=3)
    assert DEFINITIONS[2] == Text("place", characters=20, start="the inn", bare=True)
    assert DEFINITIONS[3] == Choice("trust", options=("wary", "warm"))


def test_a_state_is_shown_on_one_line() -> None:
    assert STATE.line == "day 3 · evening · the inn · trust: wary · health 80 %"
    assert replace(STATE, values=(*STATE.values[:-1], "find the bell")).line.endswith(" · goal: find the bell")
    assert State.start(()).line == ""


def problem(**changed: Any) -> str:
    """Return why a definition is refused that differs from a good one of its kind."""
    kind = changed.get("kind", "number")
    good: dict[str, Any] = {"kind": kind, "name": "a", **({"options": ["x", "y"]} if kind == "choice" else {})}
    with pytest.raises(PlayError) as raised:
        read_definitions([good | changed], source="Mira")
    start = "The state that “Mira” defines cannot be used: "
    assert str(raised.value).startswith(start)
    assert "\n" not in str(raised.value)
    return str(raised.value).removeprefix(start)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (
            {"name": ""},
            "troupe/state[0].number.name: it is no name, which begins with a letter and has only letters,",
        ),
        ({"name": "a:b"}, "troupe/state[0].number.name: it is no name, which begins with a letter"),
        ({"name": "1a"}, "troupe/state[0].number.name: it is no name, which begins with a letter"),
        ({"name": "a\n"}, "troupe/state[0].number.name: it is no name, which begins with a letter"),
        ({"name": "a" * 25}, "troupe/state[0].number.name: it has more than 24 characters."),
        ({"name": 7}, "troupe/state[0].number.name: it is no text."),
        ({"kind": "list"}, "troupe/state[0]: "),
        ({"least": "1"}, "troupe/state[0].number.least: it is no whole number."),
        ({"most": 10**10}, "troupe/state[0].number.most: it is more than 1000000000."),
        ({"unit": "a\nb"}, "troupe/state[0].number.unit: it is not one line without control characters."),
        ({"start": 101}, "a cannot start as “101”, a whole number from 0 to 100 was expected."),
        ({"least": 5, "most": 3}, "a cannot start as “5”, a whole number from 5 to 3 was expected."),
        ({"start": True}, "troupe/state[0].number.start: it is no whole number."),
        ({"kind": "choice", "options": ["x"]}, "troupe/state[0].choice.options: it has fewer than 2 entries"),
        (
            {"kind": "choice", "options": ["x"] * 21},
            "troupe/state[0].choice.options: it has more than 20 entries",
        ),
        ({"kind": "choice", "options": ["x", "X"]}, "two options of a are the same."),
        (
            {"kind": "choice", "options": ["x", ""]},
            "troupe/state[0].choice.options[1]: it is empty",
        ),
        ({"kind": "choice", "start": "z"}, "a cannot start as “z”, one of x, y was expected."),
        ({"kind": "choice", "start": "X"}, "a cannot start as “X”, one of x, y was expected."),
        ({"kind": "text", "characters": 81}, "troupe/state[0].text.characters: it is more than 80."),
        (
            {"kind": "text", "characters": 2, "start": "abc"},
            "a cannot start as “abc”, a text of at most 2 characters was",
        ),
    ],
)
def test_a_definition_that_is_wrong_is_refused_by_its_place(changed: dict[str, Any], expected: str) -> None:
    assert problem(**changed).startswith(expected)


@pytest.mark.parametrize(
    "extension", [{}, "day", None, [1], [[]], [{}], SHAPE * 3, [SHAPE[0], {"kind": "text", "name": "DAY"}]]
)
def test_what_are_no_definitions_is_refused(extension: object) -> None:
    with pytest.raises(PlayError, match=r"^The state that “Mira” defines cannot be used: .+\.$"):
        read_definitions(extension, source="Mira")


def test_what_does_not_fit_is_refused_value_by_value() -> None:
    answer = {
        "day": 4,
        "time": "Night",
        "place": "x" * 21,
        "trust": "in love",
        "health": 101,
        "goal": " a\n bell ",
        "x": 1,
    }
    changed = update(STATE, json.dumps(answer))
    assert changed.state.values == (4, "night", "the inn", "wary", 80, "a bell")
    assert tuple(map(str, changed.refused)) == (
        f"place cannot be “{'x' * 21}”: a text of at most 20 characters was expected.",
        "trust cannot be “in love”: one of wary, warm was expected.",
        "health cannot be “101”: a whole number from 0 to 100 was expected.",
        "The story keeps no “x”, it keeps day, time, place, trust, health, goal.",
    )


@pytest.mark.parametrize(
    "answer", ["", "day 4", "[1]", "null", '{"day": 4', "[" * 100_000, '{"day": ' + "9" * 5000 + "}"]
)
def test_what_is_no_object_changes_nothing(answer: str) -> None:
    changed = update(STATE, answer)
    assert changed.state is STATE
    assert tuple(map(str, changed.refused)) == ("The state stays as it was: the answer is no JSON object.",)


@pytest.mark.parametrize(
    "value", [0, -5, True, False, None, 1.5, float("nan"), float("inf"), "", "one", "+1", "1.0", [], {}, 10**30]
)
def test_no_number_is_no_number(value: object) -> None:
    with pytest.raises(PlayError, match=r"^day cannot be “.*”: a whole number from 1 to 999 was expected\.$"):
        change(STATE, "day", value)


@pytest.mark.parametrize(
    ("name", "written", "value"),
    [("day", "12", 12), (" DAY ", " 12 ", 12), ("trust", "WARM", "warm"), ("goal", "铃\u200d声 \ud800", "铃\u200d声")],
)
def test_a_person_changes_a_value(name: str, written: str, value: int | str) -> None:
    assert value in change(STATE, name, written).values


def test_a_value_that_is_not_kept_cannot_be_changed() -> None:
    with pytest.raises(
        PlayError, match=r"^The story keeps no “gold”, it keeps day, time, place, trust, health, goal\.$"
    ):
        change(STATE, "gold", 1)
    with pytest.raises(PlayError, match=r"^The story keeps no “gold”, it keeps nothing\.$"):
        change(State.start(()), "gold", 1)


def test_a_state_comes_back_from_its_json_even_where_definitions_have_changed() -> None:
    later = change(change(STATE, "day", 9), "goal", "the “bell”")
    assert update(STATE, later.json).state == later
    fewer = State.start(DEFINITIONS[:1])
    assert update(fewer, later.json).state.values == (9,)


def test_a_card_defines_state_in_its_extensions() -> None:
    card = {"spec": "chara_card_v2", "data": {"name": "Mira", "extensions": {EXTENSION: SHAPE}}}
    assert definitions_of(read_card(json.dumps(card).encode(), source="m.json")) == DEFINITIONS
    for extensions in ({}, {"fav": True}, None, []):
        card = {"spec": "chara_card_v2", "data": {"name": "Mira", "extensions": extensions}}
        assert definitions_of(read_card(json.dumps(card).encode(), source="m.json")) == ()
    flat = {"name": "Mira", "description": "", "first_mes": "Hi."}
    assert definitions_of(read_card(json.dumps(flat).encode(), source="m.json")) == ()
    card = {"spec": "chara_card_v2", "data": {"name": "Mira", "extensions": {EXTENSION: 1}}}
    with pytest.raises(PlayError, match=r"^The state that “Mira” defines cannot be used"):
        definitions_of(read_card(json.dumps(card).encode(), source="m.json"))


def test_the_first_definition_of_a_name_counts_and_no_more_than_twelve() -> None:
    scene, card = [Number("Day", most=9)], [Text("day"), Text("goal")]
    assert joined(scene, card) == (scene[0], card[1])
    assert len(joined([Text(f"a{number}") for number in range(20)])) == 12


def follows(grammar: Grammar, text: str) -> bool:
    state = grammar.start
    for character in text:
        state = grammar.step(state, character)
    return None in state


def test_the_schema_is_a_grammar_that_leaves_short_ranges_and_sets_no_way_out() -> None:
    grammar = Grammar(read_gbnf(Sampling(json_schema=STATE.schema).gbnf))
    good = json.loads(STATE.json)
    assert follows(grammar, json.dumps(good))
    assert follows(grammar, json.dumps(good | {"day": 1000, "health": 100, "goal": "铃"}, ensure_ascii=False))
    for wrong in ({"health": 101}, {"trust": "in love"}, {"place": "x" * 21}, {"day": "x"}):
        assert not follows(grammar, json.dumps(good | wrong))
    assert not follows(grammar, json.dumps({"day": 3}))


@given(answer=ANSWERS)
def test_every_value_always_fits_its_definition(answer: dict[str, Any]) -> None:
    state = update(STATE, json.dumps(answer)).state
    assert all(one.read(value) == value for one, value in zip(state.definitions, state.values, strict=True))
    assert "\n" not in state.line
    assert update(STATE, state.json) == replace(update(STATE, state.json), state=state, refused=())
