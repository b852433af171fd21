import json
from typing import Any

import pytest

from characters import CardError, read_card
from tests.characters.pictures import json_bytes

PYGMALION = {
    "char_name": "Lena",
    "char_persona": "A baker.",
    "char_greeting": "Hi.",
    "world_scenario": "A shop.",
    "example_dialogue": "<START>\nLena: Hm.",
    "metadata": {"version": 1},
}
RWKV = {
    "user": "Sam",
    "bot": "Lena",
    "greeting": "Hi.",
    "bot_persona": "A baker.",
    "example_message": "<user>: Bread?\n\n<bot>: None.",
    "use_qa": True,
}
WEBUI = {"name": "Lena", "context": "A baker.", "greeting": "Hi.", "example_dialogue": "Lena: Hm.", "your_name": "Sam"}


@pytest.mark.parametrize(
    ("written", "left"),
    [
        (PYGMALION, {"metadata": {"version": 1}}),
        (RWKV, {"user": "Sam", "use_qa": True}),
        (WEBUI, {"your_name": "Sam"}),
        ({"char_name": "Lena", "char_persona": "A baker.", "char_greeting": "Hi."}, {}),
    ],
)
def test_a_card_of_another_program_is_made_v2_and_keeps_what_v2_has_no_name_for(
    written: dict[str, Any], left: dict[str, Any]
) -> None:
    card = read_card(json_bytes(written), source="lena.json")
    assert (card.name, card.spec, card.description, card.first_mes) == ("Lena", "v2", "A baker.", "Hi.")
    data = json.loads(card.raw)["data"]
    assert {name: data[name] for name in left} == left


def test_every_field_has_its_place() -> None:
    card = read_card(json_bytes(PYGMALION), source="lena.json")
    assert (card.scenario, card.mes_example) == ("A shop.", "<START>\nLena: Hm.")
    assert read_card(json_bytes(RWKV), source="lena.json").mes_example == "<user>: Bread?\n\n<bot>: None."


def test_fields_of_v1_beside_them_win_and_both_are_kept() -> None:
    card = read_card(json_bytes(PYGMALION | {"name": "Lotte", "description": "A miller."}), source="lena.json")
    assert (card.name, card.spec, card.description) == ("Lotte", "v1", "A miller.")
    card = read_card(json_bytes(PYGMALION | {"name": "Lotte"}), source="lena.json")
    assert card.name == "Lotte"
    assert json.loads(card.raw)["data"]["char_name"] == "Lena"


def test_a_name_that_is_none_is_named() -> None:
    with pytest.raises(CardError, match=r'field "data\.name" is missing or empty'):
        read_card(json_bytes({"char_name": "", "char_persona": "x"}), source="lena.json")
