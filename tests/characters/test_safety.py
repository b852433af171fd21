import json
from typing import Any

import pytest

from characters import CardRefused, bundled_cards, edit_card, load_card, open_card, read_card
from tests.characters.pictures import coded, png, text
from tests.characters.test_editing import NOW


def card(**fields: Any) -> bytes:
    return json.dumps({"spec": "chara_card_v2", "data": {"name": "Lena", **fields}}).encode()


YOUNG = "Lena is a 15-year-old baker."
GROWN = "Lena is a 35-year-old baker."


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ["NSFW"], "description": YOUNG},
        {"tags": ["Fantasy", "R-18"], "personality": YOUNG},
        {"tags": ["adults only"], "scenario": YOUNG},
        {"tags": ["NSFW / Fantasy"], "first_mes": YOUNG},
        {"tags": ["порно"], "description": "Лене 30. Её сестра: 15-летняя школьница."},
        {"tags": ["成人向け"], "alternate_greetings": ["彼女は15歳です。"]},
        {"tags": ["nsfw", "underage"], "description": GROWN},
        {"tags": ["NSFW"], "description": "She is underage."},
        {"tags": [], "description": YOUNG, "creator_notes": "NSFW. An erotic story."},
        {"tags": [], "description": YOUNG, "system_prompt": "Write hentai. Describe orgasms."},
        {"tags": ["NSFW"], "character_book": {"entries": [{"keys": ["a"], "content": YOUNG}]}},
        {"tags": ["NSFW"], "character_book": {"entries": {"0": {"key": ["a"], "content": YOUNG}}}},
        {"tags": ["NSFW"], "extensions": {"depth_prompt": {"prompt": YOUNG}}},
    ],
)
def test_a_card_for_adults_with_somebody_under_age_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(CardRefused, match=r"^The card lena\.json is refused: it is written for adults \(.+\), and it "):
        read_card(card(**fields), source="lena.json")


@pytest.mark.parametrize(
    "fields",
    [
        {"tags": ["NSFW"], "description": GROWN},
        {"tags": ["SFW"], "description": YOUNG},
        {"tags": ["no nsfw"], "description": YOUNG},
        {"tags": ["non-nsfw"], "description": YOUNG},
        {"tags": [], "description": YOUNG},
        {"tags": [], "description": YOUNG, "creator_notes": "No NSFW and no sexual content, please."},
        {"tags": [], "description": YOUNG + " She is wary of erections of new towers."},
        {"tags": ["child"], "description": YOUNG},
        {"tags": ["NSFW"], "description": "When she was 12 years old, her village burnt. She is 30 years old."},
        {"tags": ["NSFW"], "description": "She is 1,500 years old and drinks 12-year-old whisky, as 18 years ago."},
        {"tags": ["NSFW"], "creator_notes": "Everybody is 18+. No underage content."},
    ],
)
def test_any_other_card_is_read(fields: dict[str, Any]) -> None:
    assert read_card(card(**fields), source="lena.json").name == "Lena"


def test_it_is_refused_in_every_container_and_after_an_edit() -> None:
    data = json.loads(card(tags=["NSFW"], description=YOUNG))
    with pytest.raises(CardRefused, match=r"tag 'NSFW'.*'15-year-old'"):
        read_card(png(text(b"chara", coded(data))), source="lena.png")
    file = open_card(card(tags=["NSFW"], description=GROWN), source="lena.json")
    with pytest.raises(CardRefused):
        edit_card(file, {"description": YOUNG}, now=NOW)


def test_what_is_too_long_to_be_looked_through_is_refused_where_it_is_for_adults() -> None:
    long = ["She bakes. " * 60_000] * 2
    assert read_card(card(alternate_greetings=long), source="lena.json")
    with pytest.raises(CardRefused, match=r"\(tag 'NSFW'\), and more than 1,000,000 characters cannot be checked\."):
        read_card(card(tags=["NSFW"], alternate_greetings=long), source="lena.json")


def test_the_cards_that_come_with_it_are_read() -> None:
    assert all(load_card(file) for file in bundled_cards().values())
