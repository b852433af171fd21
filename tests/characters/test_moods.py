"""Pictures of moods, packed into a card."""

import json
from typing import Any

import pytest

from characters import CardError, digest_of, faces, open_card
from characters.moods import with_moods
from tests.characters.pictures import coded, png, text

PICTURE = png()
OTHER = png((b"tEXt", b"x\0y"))


def data_of(raw: str) -> dict[str, Any]:
    return json.loads(raw)["data"]


def card(**fields: Any) -> bytes:
    data = {"name": "Bea", "extensions": {"x": 1.50}, "odd": [1], **fields}
    return png(text(b"chara", coded({"spec": "chara_card_v2", "spec_version": "2.0", "data": data})))


def test_moods_are_assets_and_all_else_is_as_it_was() -> None:
    before = open_card(card(), source="bea.png")
    after = with_moods(before, {"joy": PICTURE, "Großer Zorn": OTHER})
    assert (after.container, after.source) == ("charx", "bea.png")
    assert faces.sprites(after) == {"joy": PICTURE, "Großer Zorn": OTHER}
    assert after.picture
    kept = data_of(after.card.raw)
    assert {name: kept[name] for name in ("name", "extensions", "odd")} == data_of(before.card.raw)
    assert "modification_date" not in kept
    again = with_moods(before, {"joy": PICTURE, "Großer Zorn": OTHER})
    assert (again.data, digest_of(again.card)) == (after.data, digest_of(after.card))


def test_a_mood_that_the_card_has_stays() -> None:
    once = with_moods(open_card(card(), source="bea.png"), {"joy": PICTURE})
    assert with_moods(once, {"joy": OTHER}) is once
    assert faces.sprites(with_moods(once, {"joy": OTHER, "fear": OTHER})) == {"joy": PICTURE, "fear": OTHER}


def test_what_is_no_picture_is_left_out() -> None:
    before = open_card(card(), source="bea.png")
    assert with_moods(before, {"joy": b"text"}) is before


def test_too_many_are_refused() -> None:
    with pytest.raises(CardError, match="larger than"):
        with_moods(open_card(card(), source="bea.png"), {str(number): PICTURE + bytes(8 << 20) for number in range(9)})
