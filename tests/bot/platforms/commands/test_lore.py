"""Commands about lore, with a real director."""

from pathlib import Path

import pytest

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import typist
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
        ("/lore burn", "/lore goes on with one of these words: list, attach, detach, add, why."),
        ("/lore attach nowhere.json", "The file nowhere.json cannot be read: No such file or directory."),
        ("/lore attach", "/lore attach needs more, for example /lore attach world.json"),
        ("/lore add dragon", "/lore add needs more, for example /lore add dragon, drake = Dragons sleep here."),
        ("/lore detach x", "There is no lorebook x."),
    ],
)
async def test_what_cannot_be_done_is_told(director: Director, line: str, told: str) -> None:
    assert await shown(director, line) == [f"fail {told}"]
