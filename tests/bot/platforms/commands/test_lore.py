"""Commands about lore, with a real director."""

import json
from pathlib import Path

import pytest

from bot.roleplay.director import Director
from bot.store import books
from tests.bot.commands.cards import v2, written
from tests.bot.platforms.theatre import Typist, typist
from tests.bot.roleplay.lorebooks import book, card, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(director: Director, *lines: str) -> list[str]:
    """Open a scene, take lines, and return what was shown after the last."""
    return await (await typist(director, card("Mira"))).last(*lines)


@pytest.fixture
def north(tmp_path: Path) -> Path:
    file = tmp_path / "north.json"
    file.write_bytes(book(entry("Dragons sleep.", "dragon"), entry("", "owl")))
    return file


async def test_lorebooks_come_and_go(director: Director, north: Path) -> None:
    assert await shown(director, f"/lore attach {north}") == [
        "answer Attached: North, 2 entries.",
        "note The lore entry 'owl' says nothing.",
    ]
    assert await shown(director, f"/lore attach {north}", "/lore list") == ["answer - North, 2 entries"]
    assert await shown(director, f"/lore attach {north}", "/lore detach north", "/lore list") == [
        "answer No lorebook counts here."
    ]
    assert await shown(director, "/lore add dragon, drake = Dragons sleep = they do.") == [
        "answer Added to Mira, 1 entry."
    ]


async def test_lore_that_fired_is_explained(director: Director, north: Path) -> None:
    assert await shown(director, f"/lore attach {north}", "A dragon!", "/lore why") == [
        "answer dragon (North): its key dragon stands in the newest message; told, 5 tokens."
    ]
    assert await shown(director, "Hello.", "/lore why") == ["answer No lore came in for that reply."]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "/lore burn",
            "/lore goes on with one of these words: list, attach, detach, add, import, mine, use, export, remove, why.",
        ),
        ("/lore attach nowhere.json", "The file nowhere.json cannot be read: No such file or directory."),
        ("/lore attach", "/lore attach needs more, for example /lore attach world.json"),
        ("/lore add dragon", "/lore add needs more, for example /lore add dragon, drake = Dragons sleep here."),
        ("/lore detach x", "There is no lorebook x."),
    ],
)
async def test_what_cannot_be_done_is_told(director: Director, line: str, told: str) -> None:
    assert await shown(director, line) == [f"fail {told}"]


async def test_lorebooks_of_ones_own_come_count_and_go(alone: Typist, tmp_path: Path) -> None:
    world = {"entries": {"0": {"uid": 0, "key": ["net"], "content": "Nets tear."}}}
    (tmp_path / "Nets.json").write_text(json.dumps(world))
    lines = ("/lore mine", f"/lore import {tmp_path}/Nets.json", "/lore mine", "/lore use nets", "/lore use fog")
    assert await alone(*lines) == [
        "answer You have no lorebooks yet: /lore import brings one.",
        "answer imported: Nets",
        "answer - Nets",
        "answer Attached: Nets, 1 entry.",
        "fail There is no lorebook fog.",
    ]
    assert await alone("/lore export nets", "/lore remove nets", "/lore mine") == [
        "answer The lorebook is in nets.json now.",
        "answer The lorebook Nets is removed; scenes that it counts in keep it.",
        "answer You have no lorebooks yet: /lore import brings one.",
    ]
    assert json.loads(alone.screen.files["nets.json"]) == world
    assert "answer - Nets, 1 entry" in await alone("/lore list")


async def test_a_lorebook_that_a_card_names_counts_with_it(alone: Typist, tmp_path: Path) -> None:
    """As in SillyTavern; a card that brings a lorebook along needs no other."""
    (tmp_path / "Nets.json").write_text('{"entries": {"0": {"uid": 0, "key": ["net"], "content": "Nets tear."}}}')
    for name, more in {"Bea": {"character_book": None}, "Cleo": {}}.items():
        (tmp_path / f"{name}.json").write_bytes(written(v2(name, extensions={"world": "Nets"}, **more)))
    lines = (
        f"/lore import {tmp_path}/Nets.json",
        *(f"/card import {tmp_path}/{name}.json" for name in ("Bea", "Cleo")),
    )
    await alone(*lines, "/scene start Bea")
    assert await alone("/lore list") == ["answer - Nets, 1 entry"]
    await alone("/scene start Cleo")
    async with alone.player.director._house.database.reading() as session:
        assert alone.player.scene
        assert await books.attached(session, alone.player.scene.id) == ()


async def test_a_lorebook_that_is_not_there_is_asked_for(alone: Typist, tmp_path: Path) -> None:
    for name in ("Bea", "Cleo"):
        more = {"extensions": {"world": "Nets"}, "character_book": None}
        (tmp_path / f"{name}.json").write_bytes(written(v2(name, **more)))
        await alone(f"/card import {tmp_path}/{name}.json")
    asked = "note The card of {} names the lorebook Nets, which is not here: /lore attach brings it in."
    assert asked.format("Bea") in await alone("/scene start Bea")
    assert await alone("/cast add Cleo") == [asked.format("Cleo"), "answer Cleo is here now."]
    (tmp_path / "Nets.json").write_text('{"entries": {"0": {"uid": 0, "key": ["net"], "content": "Nets tear."}}}')
    await alone(f"/lore attach {tmp_path}/Nets.json")
    assert not [one for one in await alone("/scene start Bea") if one.startswith("note")]
