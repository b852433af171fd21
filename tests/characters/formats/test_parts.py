import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters.formats.parts import items_of, list_of, object_of, parts_of, written

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)


def test_a_value_stays_as_it_was_written() -> None:
    text = '{ "a":1.0,\n"\\u0062" : 1E+3 , "c":[ 1e3,{"x" :null} ], "d" : "\\/\\u00e9" }'
    assert parts_of(text) == {"a": "1.0", "b": "1E+3", "c": '[ 1e3,{"x" :null} ]', "d": '"\\/\\u00e9"'}
    assert items_of('[ 1e3 ,{"x" :null}, [] ]') == ["1e3", '{"x" :null}', "[]"]


@pytest.mark.parametrize("text", ["{}", " {\n} ", "\t{ }"])
def test_an_empty_object_has_no_parts(text: str) -> None:
    assert parts_of(text) == {}
    assert items_of("[ ]") == []


def test_of_names_that_stand_twice_the_last_counts() -> None:
    assert parts_of('{"a": 1, "a": 2}') == {"a": "2"}


@given(st.dictionaries(st.text(), VALUES), st.sampled_from([None, 1]))
def test_an_object_is_put_together_again(value: dict[str, object], indent: int | None) -> None:
    parts = parts_of(json.dumps(value, indent=indent))
    assert list(parts) == list(value)
    assert json.loads(object_of(parts)) == value


@given(st.lists(VALUES))
def test_a_list_is_put_together_again(value: list[object]) -> None:
    assert json.loads(list_of(items_of(json.dumps(value)))) == value


@given(VALUES)
def test_whatever_is_written_can_be_encoded_and_read(value: object) -> None:
    assert json.loads(written(value).encode()) == value


def test_letters_stay_letters_and_halves_of_pairs_are_escaped() -> None:
    assert (written("é猫"), written("\ud800é")) == ('"é猫"', '"\\ud800\\u00e9"')
