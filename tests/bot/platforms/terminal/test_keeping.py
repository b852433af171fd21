# ruff: noqa: F811
"""Commands about lore, state, what follows replies, and reasons: typed at a terminal that plays with a real model."""

import re
from pathlib import Path

import pytest

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import data, database, director, engine, migrated  # noqa: F401
from tests.bot.roleplay.lorebooks import book, card, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3}


async def shown(director: Director, *lines: str, state: list[dict[str, object]] | None = None) -> list[str]:
    """Open a scene, take lines, and return what was shown after the last."""
    screen = PaperScreen()
    player = Player(director, screen, "Anna", [card("Mira", state=state)], LANGUAGES)
    await player.open(player.cards)
    for line in lines:
        screen.shown.clear()
        await take(player, line)
    return screen.shown


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


async def test_values_are_shown_and_set(director: Director) -> None:
    assert await shown(director, "/state") == ["answer The story keeps no values."]
    assert await shown(director, "/state", state=[DAY]) == ["answer day 3"]
    assert await shown(director, "/state day = 4", state=[DAY]) == ["answer day 4"]
    assert await shown(director, "/state day 5", state=[DAY]) == ["answer day 5"]
    assert await shown(director, "/state day 99", state=[DAY]) == [
        "fail day cannot be “99”: a whole number from 1 to 9 was expected."
    ]


async def test_what_follows_replies_is_set_and_shown(director: Director) -> None:
    off = "answer After each reply: narrate off, suggest 0, state off."
    assert await shown(director, "/after") == [off]
    assert await shown(director, "/after suggest 2") == [off.replace("suggest 0", "suggest 2")]
    assert await shown(director, "/after suggest 2", "/after suggest off") == [off]
    reply, state, suggested = await shown(director, "/after suggest 2", "/after state on", "Hello.", state=[DAY])
    assert reply.startswith("Mira: ")
    assert re.fullmatch(r"note day [1-9]", state)
    assert suggested.startswith("answer - ")


async def test_a_reply_is_explained(director: Director) -> None:
    for line in ("/why", "/why 3"):
        assert (await shown(director, "Hello.", line))[0] == "answer Mira answered: of those present they felt like it."
    [prompt] = await shown(director, "Hello.", "/why prompt")
    assert prompt.startswith("answer <|im_start|>system")
    tokens = await shown(director, "Hello.", "/why 3 tokens")
    assert all(re.match(r"answer “.*” \d+%", token, re.DOTALL) for token in tokens)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/lore", "/lore takes one of attach, detach, list, add, why, as in /lore list."),
        ("/lore attach nowhere.json", "The file nowhere.json cannot be read: No such file or directory."),
        ("/lore attach", "The file  cannot be read: Is a directory."),
        (
            "/lore add dragon",
            "/lore add takes keys and a text, as in /lore add dragon, drake = Dragons sleep here.",
        ),
        ("/lore detach x", "There is no lorebook x."),
        ("/after", ""),
        ("/after dance", "/after takes narrate on, suggest 3, or state on; off in place of each."),
        ("/after suggest 50", "/after suggest takes a whole number from 1 to 5, as in /after suggest 2."),
        ("/after state on", "The story keeps no values: a card defines them, as docs/formats.md says."),
        ("/why", "There is no reply yet that the model has written."),
        ("/why 9", "/why takes a whole number from 1 to 1, as in /why 2."),
        ("/why 1", "Of that turn nothing is known: only replies that the model has written have reasons."),
    ],
)
async def test_what_cannot_be_done_is_told(director: Director, line: str, told: str) -> None:
    [answer] = await shown(director, line)
    assert answer == f"fail {told}" if told else answer.startswith("answer ")
