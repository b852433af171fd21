import json
from collections.abc import Sequence
from typing import Any

import pytest

from characters import bundled_cards, check_card, load_card, read_card


def words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def remarks(**fields: Any) -> list[str]:
    whole = {
        "name": "Lena",
        "description": "A baker.",
        "personality": "calm",
        "scenario": "A shop.",
        "first_mes": "Hello there.",
        "mes_example": "<START>",
    }
    data = json.dumps({"spec": "chara_card_v2", "data": whole | fields}).encode()
    card = read_card(data, source="lena.json")
    return [str(remark) for remark in check_card(card, words)]


def test_a_whole_card_is_only_measured() -> None:
    assert remarks() == [
        "description: 2 tokens.",
        "personality: 1 token.",
        "scenario: 2 tokens.",
        "first_mes: 2 tokens.",
        "mes_example: 1 token.",
        "head: 5 tokens in all are read before every reply.",
    ]


def test_what_is_read_first_is_summed_up_with_constant_lore() -> None:
    entries = [
        {"keys": [], "constant": True, "enabled": True, "content": "@@depth 2\nfour words of lore"},
        {"keys": ["bread"], "enabled": True, "content": "told when asked"},
    ]
    found = remarks(system_prompt="Be brief.", character_book={"entries": entries}, alternate_greetings=["Good day."])
    assert "character_book: 4 tokens that are always told." in found
    assert "head: 11 tokens in all are read before every reply." in found
    assert "alternate_greetings[0]: 2 tokens." in found


def test_a_note_of_its_own_is_read_as_any_text_is() -> None:
    found = remarks(extensions={"depth_prompt": {"prompt": "Never {{laughs}}."}})
    assert "extensions.depth_prompt: 2 tokens." in found
    assert "head: 7 tokens in all are read before every reply." in found
    assert any("extensions.depth_prompt: has the macro '{{laughs}}'" in one for one in found)


@pytest.mark.parametrize("field", ["description", "personality", "scenario", "first_mes", "mes_example"])
def test_an_empty_field_is_named(field: str) -> None:
    assert f"{field}: is empty." in remarks(**{field: " \n"})


@pytest.mark.parametrize(
    ("text", "macro"),
    [("{{charr}} bakes", "{{charr}}"), ("{{outfit::red}}", "{{outfit}}"), ("a {{ Mood }} b {{char}}", "{{Mood}}")],
)
def test_an_unknown_macro_is_named(text: str, macro: str) -> None:
    expected = f"description: has the macro '{macro}', which is not known here and stays as it is written."
    assert expected in remarks(description=text)


@pytest.mark.parametrize(
    "text",
    ["{{char}} {{USER}} {{random:a,b}} {{pick::a::b}} {{roll 2d6}} {{getvar::x}} {{// note}} {{trim}} {{lastMessage}}"],
)
def test_a_known_macro_is_none(text: str) -> None:
    assert not [line for line in remarks(description=text) if "macro" in line]


@pytest.mark.parametrize(
    "greeting",
    [
        "The bell rings.\n{{user}}: Hello?",
        "<USER>: Hello?",
        "{{user}} quickly nods and takes the bread.",
        '"Bread," you say, and sit down.',
        "Ты киваешь.",
        "你回答了她。",
    ],
)
@pytest.mark.parametrize("field", ["first_mes", "alternate_greetings"])
def test_a_greeting_that_speaks_for_the_player_is_found(greeting: str, field: str) -> None:
    found = remarks(**{field: greeting if field == "first_mes" else [greeting]})
    assert any("speaks or acts for the player" in line for line in found)


@pytest.mark.parametrize(
    "greeting",
    [
        '*looks at {{user}}* "If you say so," she answers.',
        "{{user}}! Come in.",
        "She sees {{user}} at the door, and asks what you want.",
    ],
)
def test_a_greeting_that_only_names_the_player_is_none(greeting: str) -> None:
    assert not [line for line in remarks(first_mes=greeting) if "player" in line]


def test_lore_that_can_never_be_told_and_lore_that_cannot_be_read() -> None:
    found = remarks(character_book={"entries": [{"keys": [], "enabled": True, "content": "x", "name": "lost"}]})
    assert any(line.startswith("character_book: The lore entry 'lost' can never be told") for line in found)
    found = remarks(character_book={"entries": [5]})
    assert any(line.startswith("character_book: cannot be read: ") for line in found)


def test_a_remark_is_one_line() -> None:
    found = remarks(description="{{a\nb}} {{" + "x" * 500 + "}}", first_mes="{{user}}\nsays", tags=["a\nb"])
    assert all(line.isprintable() for line in found)


def test_what_had_to_be_guessed_is_told() -> None:
    card = read_card(b'{"data": {"name": "Lena"}}', source="a.json")
    assert str(check_card(card, words)[0]) == ("card: It does not say which card format it follows; it was read as V2.")


def test_the_cards_that_come_with_it_have_nothing_to_be_criticised_for() -> None:
    for file in bundled_cards().values():
        found = [str(remark) for remark in check_card(load_card(file).card, words)]
        assert not [line for line in found if "token" not in line]
