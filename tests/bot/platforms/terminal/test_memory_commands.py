"""Notes, memory and knowledge at the terminal, with a real director."""

from pathlib import Path

import pytest

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.director import Director
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import AT, SILENT, card, data, database, director, engine, migrated

__all__ = ["data", "database", "director", "engine", "migrated"]

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(director: Director, *lines: str) -> list[str]:
    """Type lines in a scene with Mira, who says nothing, and Tomas, and return what the screen shows of the last."""
    screen = PaperScreen()
    player = Player(director, screen, "Kim", (), LANGUAGES)
    await director.scenes.start(PLACE, player.account, [SILENT, card("Tomas", talkativeness=0.0)], at=AT)
    for line in lines:
        screen.shown.clear()
        await take(player, line)
    return screen.shown


GONE = "answer The note is gone."
READ = "answer The note is read with the replies from now on."


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["/note"], ["answer There are no notes."]),
        (["/note It rains: all day."], [READ]),
        (["/note It rains: all day.", "/note"], ["answer the scene (depth 4, every 1): It rains: all day."]),
        (["/note mira: Be sad. -every=3 -depth=2", "/note"], ["answer Mira (depth 2, every 3): Be sad."]),
        (["/note It rains.", "/note off"], [GONE]),
        (["/note Mira: Be sad.", "/note Mira: off", "/note"], ["answer There are no notes."]),
        (
            ["/note " + "rain " * 300],
            ["answer The note is read with the replies, but only its first 256 tokens or so."],
        ),
        (
            ["/note -every=0 It rains."],
            ["fail A note's depth is from 0 to 1,000, and it is told every 1 to 100 replies."],
        ),
    ],
)
async def test_notes(director: Director, lines: list[str], told: list[str]) -> None:
    assert await shown(director, *lines) == told


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["/memory"], ["answer Nothing was summed up yet.", "answer Nothing is pinned."]),
        (["/memory remember The ring is cursed."], ["Narrator: The ring is cursed."]),
        (["/memory remember Oh.", "/memory pins"], ["answer 1. Narrator: Oh."]),
        (["/memory pin"], ["answer Pinned: Mira: Mira waves at Kim."]),
        (["/memory pin 2"], ["fail The story has only 1 turns."]),
        (["/memory pin", "/memory unpin"], ["answer No longer pinned: Mira: Mira waves at Kim."]),
        (["/memory unpin"], ["fail There is no pin 1: /memory pins lists them."]),
        (["/memory search waves"], ["Mira: Mira waves at Kim."]),
        (["/memory search snow"], ["answer Nothing like that was said."]),
        (["/memory edit They met."], ["fail There is no summary to be changed yet."]),
        (["/memory summary", "/memory edit They met."], ["answer The summary is changed."]),
        (["/memory summary", "/memory edit They met.", "/memory"][:3], None),
        (["/memory summary", "/memory edit off"], ["answer The summary is gone."]),
        (
            ["/memory forget"],
            ["fail /memory takes one of these: show, summary, edit, remember, pin, unpin, pins, search."],
        ),
    ],
)
async def test_memory(director: Director, lines: list[str], told: list[str] | None) -> None:
    told = told or ["answer What happened so far: They met.", "answer Nothing is pinned."]
    assert await shown(director, *lines) == told


async def test_a_recap(director: Director) -> None:
    [told] = await shown(director, "/recap")
    assert told.startswith("answer In the one turn since your last: ")
    assert len(told) > 45


async def test_knowledge(director: Director, tmp_path: Path) -> None:
    page = tmp_path / "port alder.txt"
    page.write_text("The chapel burned.")
    attach = f'/knowledge attach "{page}"'
    assert await shown(director, "/knowledge") == ["answer No document is attached."]
    assert await shown(director, attach) == ["answer Attached: port alder, one passage."]
    assert await shown(director, attach, "/knowledge list") == ["answer port alder (port alder.txt, one passage)"]
    assert await shown(director, attach, "/knowledge detach port alder") == ["answer Detached: port alder."]
    assert await shown(director, "/knowledge attach port alder") == ["answer Attached: port alder, one passage."]
    assert await shown(director, "/knowledge remove port alder") == ["answer Removed: port alder."]
    assert await shown(director, "/knowledge attach snow.md") == ["fail There is no document snow.md here."]
    assert await shown(director, "/knowledge attach") == ["fail Name a file: Markdown, plain text or HTML."]
    assert await shown(director, f"/knowledge attach {tmp_path}") == [
        f"fail The file {tmp_path} cannot be read: Is a directory."
    ]
    assert await shown(director, "/knowledge burn") == [
        "fail /knowledge takes one of these: attach, detach, remove, list."
    ]
