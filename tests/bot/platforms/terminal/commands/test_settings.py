"""Commands about settings, texts and files, with a real director."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")

Typed = Callable[..., Awaitable[list[str]]]


@pytest_asyncio.fixture(loop_scope="module")
async def typed(director: Director, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Typed]:
    """Play with Mira and the Captain in an empty folder; type lines and return what they show."""
    monkeypatch.chdir(tmp_path)
    screen = PaperScreen()
    player = Player(director, screen, "Anna", [card("Mira"), card("Captain of the Guard")], LANGUAGES)
    await player.enter()

    async def type_lines(*lines: str) -> list[str]:
        screen.shown.clear()
        for line in lines:
            await take(player, line)
        return list(screen.shown)

    yield type_lines


async def test_settings_are_set_and_told(typed: Typed) -> None:
    *set_, told = await typed(
        "/settings preset precise",
        "/settings captain of the guard  temp 1.5",
        "/settings exact on",
        "/settings Captain of the Guard",
    )
    assert set_ == ["answer From now on: Precise.", "answer From now on: temp 1.5.", "answer From now on: exact on."]
    lines = told.removeprefix("answer ").split("\n")
    assert lines[:3] == [
        "reply_tokens: 12 (as the owner set it)",
        "exact: on (the scene)",
        "temperature: 1.5 (the character)",
    ]
    assert "top_k: 40 (the scene's preset Precise)" in lines
    assert lines[-1] == "window: 1,024 tokens of each story, for all"
    [told] = await typed("/settings reset")
    assert "temperature: 0.8 (as the owner set it)" in told


async def test_presets_are_kept_and_listed(typed: Typed) -> None:
    assert await typed("/settings temp 1.3", "/preset save Night rain", "/preset", "/preset delete night rain") == [
        "answer From now on: temp 1.3.",
        "answer Saved: Night rain.",
        "answer Presets: Creative, Balanced, and Precise.",
        "answer Your own: Night rain.",
        "answer Deleted: Night rain.",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/settings temp 9", "Sampling value temperature = 9 cannot be used: expected a number from 0 to 5."),
        ("/settings temp", "/settings takes a name and a value, as in"),
        ("/settings preset", "/settings takes a name and a value, as in"),
        ("/settings Bo temp 1", "There is no setting Bo."),
        ("/settings window 99", "All stories have the same window"),
        ("/preset save", "/preset takes list, or save or delete with a name"),
        ("/preset frame it", "/preset takes list, or save or delete with a name"),
        ("/ask", "There is no question"),
        ("/write Once", "A scene with a cast is played here"),
        ("/export", "/export takes a format and a file, as in /export md; the formats are md, html, jsonl."),
        ("/export pdf", "/export takes a format and a file"),
        ("/export md nowhere/story.md", "The file nowhere/story.md cannot be written: No such file or directory."),
        ("/import", "/import takes a file, as in /import story.jsonl"),
        ("/import nowhere.jsonl", "The file nowhere.jsonl cannot be read: No such file or directory."),
        ("/import 'x", "/import takes a file, as in /import story.jsonl"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(typed: Typed, line: str, told: str) -> None:
    [shown] = await typed(line)
    assert shown.startswith(f"fail {told}")


async def test_a_story_goes_into_a_file_and_comes_back(typed: Typed) -> None:
    name = "Mira, Captain of the Guard.jsonl"
    assert await typed("/export jsonl", "/export jsonl", f"/export MD {name}", "/export md my story.md") == [
        f"answer The story is in {name} now.",
        "answer The story is in Mira, Captain of the Guard 2.jsonl now.",
        f"fail The file {name} is there already: choose another name.",
        "answer The story is in my story.md now.",
    ]
    Path("log.txt").write_text("Tolly: Steam.\nBo: Fog.\nAnna: Hm.", encoding="utf-8")  # noqa: ASYNC240
    assert await typed(f"/import '{name}'", "/import log.txt Bo", "/cast") == [
        "answer The story has one turn.",
        "Mira: Mira waves at Anna.",
        "answer The story has 3 turns.",
        "Anna: Hm.",
        "answer Present: Tolly and Anna.",
    ]


async def test_a_story_begins_anew(typed: Typed) -> None:
    assert len(await typed("Hello.", "Well?")) == 2
    assert await typed("/reset", "/story") == [
        "note The story begins anew; the one before is kept.",
        "Mira: Mira waves at Anna.",
        "#1 Mira: Mira waves at Anna.",
    ]


async def test_a_notebook_is_written_in(typed: Typed) -> None:
    opened, first, second, answer = await typed("/notebook Fog", r"/write Once,\nat sea", "it rained", "/ask Where?")
    assert opened.startswith("answer A new notebook: Fog.")
    assert first.startswith(": ")  # what the model writes has nobody's name
    assert second.startswith(": ")
    assert answer.startswith("answer ")
    [turn, *_] = await typed("/story")
    assert turn == "#1 : Once,\nat sea"
