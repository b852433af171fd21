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


async def test_a_card_of_ones_own_is_changed_and_the_scene_keeps_the_former(alone: Typist, tmp_path: Path) -> None:
    (tmp_path / "tomas.json").write_text('{"name": "Tomas", "description": "A cook.", "extensions": {"x": 1.0}}')
    await alone(f"/card import {tmp_path / 'tomas.json'}", "/scene start Tomas")
    [told] = await alone("/card edit Tomas: description A baker.\n\nHe sings.")
    assert told == "answer Tomas is changed; scenes keep the card that they began with."
    assert "A baker.\n\nHe sings." in (await alone("/card show Tomas"))[0]
    assert (await alone("/card list"))[0].count("Tomas") == 1
    file = await alone.player.director.library.find_card(alone.player.place, alone.player.account, "Tomas")
    assert '"x": 1.0' in file.card.raw
    assert "modification_date" in file.card.raw
    scene = await alone.player.director.scene(alone.player.place)
    assert scene
    assert "A cook." in scene.members[0].block


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/card edit Zoya: description Other.", "There is no card Zoya"),
        ("/card edit Mira: taste Salt.", "field"),
        ("/card edit Mira: name ", "/card edit needs more"),
    ],
)
async def test_what_is_no_change_to_a_card_is_told(alone: Typist, typed: str, told: str) -> None:
    [shown] = await alone(typed)
    assert told in shown


async def test_a_picture_beside_a_card_is_its_face(alone: Typist, tmp_path: Path) -> None:
    (tmp_path / "bea.json").write_bytes(written(v2("Bea")))
    (tmp_path / "bea.png").write_bytes(FACE)
    assert await alone(f"/card import {tmp_path}/bea.json") == ["answer imported: Bea"]
    await alone("/card export bea png")
    assert alone.screen.files["bea.png"][:41] == FACE[:41]
