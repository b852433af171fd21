"""Commands about the story as a whole."""

from pathlib import Path

import pytest
import pytest_asyncio

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import FakeDirector, Typist, typist
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def typed(director: Director) -> Typist:
    """Play with Mira and the Captain."""
    return await typist(director, card("Mira"), card("Captain of the Guard"))


async def test_the_story_is_shown_whole_or_its_end() -> None:
    director = FakeDirector(turns=[("Mira", "One."), ("Anna", ""), ("Mira", "Three."), ("Anna", "Four.")])
    told = await typist(director)
    assert await told("/story 2") == ["#3 Mira: Three.", "#4 Anna: Four."]
    assert await told("/story") == ["#1 Mira: One.", "#3 Mira: Three.", "#4 Anna: Four."]


async def test_a_story_goes_into_a_file_and_comes_back(typed: Typist, tmp_path: Path) -> None:
    name = "Mira, Captain of the Guard.jsonl"
    assert await typed("/story export JSONL") == [f"answer The story is in {name} now."]
    (tmp_path / "my story.jsonl").write_bytes(typed.screen.files[name])
    (tmp_path / "log.txt").write_text("Tolly: Steam.\nBo: Fog.\nAnna: Hm.", encoding="utf-8")
    assert await typed(
        f"/story import '{tmp_path}/my story.jsonl'", f"/story import {tmp_path}/log.txt Bo, Anna", "/cast"
    ) == [
        "answer The story has one turn.",
        "Mira: Mira waves at Anna.",
        "answer The story has 3 turns.",
        "Tolly: Steam.",
        "Bo: Fog.",
        "Anna: Hm.",
        "answer Present: Tolly and Anna.",
    ]


async def test_a_story_begins_anew(typed: Typist) -> None:
    assert len(await typed("Hello.", "Well?")) == 2
    assert await typed("/story reset", "/story") == [
        "note The story begins anew; the one before is kept.",
        "Mira: Mira waves at Anna.",
        "#1 Mira: Mira waves at Anna.",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/story two", "/story goes on with one of these words: show, export, import, reset."),
        ("/story export", "/story export needs more, for example /story export md"),
        ("/story export pdf", "/story export takes one of these as format: md, html, jsonl, txt."),
        ("/story import", "/story import needs more, for example /story import story.jsonl"),
        ("/story import nowhere.jsonl", "The file nowhere.jsonl cannot be read: No such file or directory."),
        ('/story import "x', "A quotation mark is not closed."),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(typed: Typist, line: str, told: str) -> None:
    assert await typed(line) == [f"fail {told}"]
