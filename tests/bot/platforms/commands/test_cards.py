"""The cards that somebody has, with a real director."""

from asyncio import to_thread
from pathlib import Path

import pytest

from characters import open_card
from tests.bot.commands.cards import FACE, v2, written
from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_ones_cards_are_listed_published_and_removed(alone: Typist) -> None:
    (told,) = await alone("/card")
    assert told.splitlines()[0] == "answer - Mira (yours)"
    assert "- Fennel (comes with Troupe)" in told
    (_, told) = await alone("/card publish mira", "/card list")
    assert told.splitlines()[0] == "answer - Mira (yours, published)"
    await alone("/card unpublish Mira", "/card remove Mira")
    (told,) = await alone("/card")
    assert "yours" not in told


async def test_a_card_that_is_not_there_is_told(alone: Typist) -> None:
    assert await alone("/card remove Nobody", "/card publish") == [
        "fail There is no card Nobody.",
        "fail /card publish needs more, for example /card publish Mira",
    ]


async def test_cards_come_from_files_and_go_into_files(alone: Typist, tmp_path: Path) -> None:
    (tmp_path / "bea.json").write_bytes(written(v2("Bea", creator_notes="For sailors.")))
    (tmp_path / "changed.json").write_bytes(written(v2("Bea", personality="Kind.")))
    (tmp_path / "bad.json").write_text("{")
    *told, failed = await alone(*(f"/card import {tmp_path}/{name}.json" for name in ("bea", "bea", "changed", "bad")))
    assert told == ["answer imported: Bea", "answer already there: Bea", "answer new version: Bea"]
    assert failed.startswith("fail The card bad.json cannot be read: it is not valid JSON")
    (told,) = await alone("/card show bea")
    assert told.startswith("answer Bea\n\n")
    assert "Kind." in told
    await alone("/card remove bea")
    assert await alone("/card export bea charx") == ["answer The card is in bea.charx now."]
    file = await to_thread(open_card, alone.screen.files["bea.charx"], source="bea.charx")
    assert file.card.creator_notes == "For sailors."


async def test_a_picture_beside_a_card_is_its_face(alone: Typist, tmp_path: Path) -> None:
    (tmp_path / "bea.json").write_bytes(written(v2("Bea")))
    (tmp_path / "bea.png").write_bytes(FACE)
    assert await alone(f"/card import {tmp_path}/bea.json") == ["answer imported: Bea"]
    await alone("/card export bea png")
    assert alone.screen.files["bea.png"][:41] == FACE[:41]
