"""Cards, lorebooks and stories in and out, as they are typed at the terminal, with a real director."""

import json
from asyncio import to_thread
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from characters import load_card
from tests.bot.commands.cards import FACE, v2, written
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

WORLD = {"entries": {"0": {"uid": 0, "key": ["net"], "content": "Nets tear."}}}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "bea.json").write_bytes(written(v2("Bea", creator_notes="For sailors.")))
    (folder / "bea.png").write_bytes(FACE)
    (folder / "changed.json").write_bytes(written(v2("Bea", personality="Kind.")))
    (folder / "bad.json").write_text("{")
    (folder / "Nets.json").write_text(json.dumps(WORLD))
    (folder / "log.txt").write_text("Tolly: Kettle's on.\nAnna: Yes.\n")
    return folder


@pytest_asyncio.fixture(loop_scope="module")
async def player(director: Director) -> Player:
    """Give somebody who plays a scene in which nobody answers unasked."""
    playing = Player(director, PaperScreen(), "Anna", [SILENT], LANGUAGES)
    await playing.enter()
    return playing


async def shown(player: Player, *lines: str) -> list[str]:
    player.screen = screen = PaperScreen()
    for line in lines:
        await take(player, line)
    return [line for line in screen.shown if not line.startswith("note ")]


async def test_cards_come_and_go(player: Player, here: Path) -> None:
    *told, failed = await shown(player, *(f"/card import {name}.json" for name in ("bea", "bea", "changed", "bad")))
    assert told == ["answer imported: Bea", "answer already there: Bea", "answer new version: Bea"]
    assert failed.startswith("fail The card bad.json cannot be read: it is not valid JSON")
    (told,) = await shown(player, "/card show bea")
    assert told.startswith("answer Bea\n\n")
    assert "Kind." in told
    await shown(player, "/card remove bea")
    assert await shown(player, "/card export bea bea.charx", "/card export bea bea.gif") == [
        "answer Written: bea.charx.",
        "fail /card export takes a card and a file that ends with one of .json, .png, .charx, "
        "as in /card export Mira mira.png.",
    ]
    file = await to_thread(load_card, here / "bea.charx")
    assert (file.card.creator_notes, file.picture is not None) == ("For sailors.", True)


async def test_lorebooks_come_are_attached_by_name_and_go(player: Player, here: Path) -> None:
    lines = (
        "/lore mine",
        "/lore import Nets.json",
        "/lore mine",
        "/lore attach nets",
        "/lore list",
        "/lore attach fog",
    )
    assert await shown(player, *lines) == [
        "answer You have no lorebooks yet: /lore import FILE brings one.",
        "answer imported: Nets",
        "answer - Nets",
        "answer Attached: Nets, 1 entry.",
        "answer - Nets, 1 entry",
        "fail There is neither a file fog nor a lorebook of yours.",
    ]
    assert await shown(player, "/lore export nets out.json", "/lore remove nets", "/lore mine", "/lore list") == [
        "answer Written: out.json.",
        "answer The lorebook Nets is removed; scenes that it counts in keep it.",
        "answer You have no lorebooks yet: /lore import FILE brings one.",
        "answer - Nets, 1 entry",
    ]


async def test_stories_come_and_go_by_that_name_too(player: Player, here: Path) -> None:
    told = await shown(player, "/story import log.txt", "/story export txt out.txt")
    assert told == [
        "answer The story has 2 turns.",
        "Anna: Yes.",
        "answer The story is in out.txt now.",
    ]
