import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from characters import CardError, read_card
from characters.formats.webui import LIMIT_BYTES, read_yaml

CARD = """name: Lena
greeting: |-
  Hello, {{user}}.

  Come in.
context: "Lena bakes. Born: 1990"
turn_template: ~
odd: [1.50, yes, true, 2024-01-01, {a: b}]
"""


def refusal(text: str) -> str:
    with pytest.raises(CardError) as raised:
        read_yaml(text, "a.yaml")
    assert str(raised.value).isprintable()
    return raised.value.problem


def test_a_character_is_read() -> None:
    card = read_card(b"\xef\xbb\xbf" + CARD.encode(), source="lena.yaml")
    assert (card.name, card.spec, card.description) == ("Lena", "v2", "Lena bakes. Born: 1990")
    assert card.first_mes == "Hello, {{user}}.\n\nCome in."
    data = json.loads(card.raw)["data"]
    assert (data["turn_template"], data["odd"]) == (None, [1.5, "yes", True, "2024-01-01", {"a": "b"}])


@pytest.mark.parametrize(("written", "name"), [("Yes", "Yes"), ("'2077'", "2077"), ("2024-01-01", "2024-01-01")])
def test_a_name_stays_text(written: str, name: str) -> None:
    assert read_card(f"name: {written}\ncontext: x".encode(), source="a.yaml").name == name


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("name: &a x\ncontext: *a", "its YAML has the alias 'a', where plain values were expected"),
        ("name: a\nname: b", "field 'name' stands twice in one object of its YAML, where one was expected"),
        ("name: a\n---\nname: b", "its YAML has several documents, where one was expected"),
        ("- name: a", "its YAML is not an object"),
        ("", "its YAML is not an object"),
        ("name: [a", "it is not valid YAML ("),
        ("name: a\n\tb: c", "it is not valid YAML ("),
        ("name: \x00", "it is not valid YAML ("),
        ("[a]: b", "a name in its YAML is no text (line 1)"),
        ("a: " + "[" * 17 + "]" * 17, "its YAML is nested deeper than 16 levels"),
        ("a: " + "[" * 500_000, "it is not valid YAML ("),
        ("name: " + "a" * LIMIT_BYTES, "its YAML is larger than 1 MiB"),
    ],
)
def test_what_is_no_plain_object_is_refused(text: str, problem: str) -> None:
    assert refusal(text).startswith(problem)


def test_a_bomb_of_aliases_is_refused_at_its_first() -> None:
    lines = ["name: x", "a: &a [x, x]"] + [
        f"{new}: &{new} [{f'*{old}, ' * 9}]" for old, new in zip("abcdefg", "bcdefgh", strict=True)
    ]
    assert refusal("\n".join(lines)) == "its YAML has the alias 'a', where plain values were expected"


def test_tags_make_nothing() -> None:
    text = "name: !!python/object/apply:os.system [exit]\ncontext: !!binary aGk="
    assert json.loads(read_yaml(text, "a.yaml")) == {"name": ["exit"], "context": "aGk="}


@given(st.text(alphabet=st.sampled_from("name: context\n[]{}&*!-|>'\"#%@`?,~0123456789")))
def test_any_text_is_an_object_or_a_card_error(text: str) -> None:
    with suppress(CardError):
        assert isinstance(json.loads(read_yaml(text, "a.yaml")), dict)
