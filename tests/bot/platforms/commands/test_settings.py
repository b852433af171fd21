"""Commands about settings, with a real director."""

import pytest
import pytest_asyncio

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import Typist, typist
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def typed(director: Director) -> Typist:
    """Play with Mira and the Captain."""
    return await typist(director, card("Mira"), card("Captain of the Guard"))


async def test_settings_are_set_and_told(typed: Typist) -> None:
    *set_, told = await typed(
        "/settings preset precise",
        '/settings set temp 1.5 character="captain of the guard"',
        "/settings set exact on",
        '/settings character="Captain of the Guard"',
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


async def test_presets_are_kept_and_listed(typed: Typist) -> None:
    assert await typed("/settings set temp 1.3", "/preset save Night rain", "/preset", "/preset delete night rain") == [
        "answer From now on: temp 1.3.",
        "answer Saved: Night rain.",
        "answer Presets: Creative, Balanced, and Precise.",
        "answer Your own: Night rain.",
        "answer Deleted: Night rain.",
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/settings set temp 9", "Sampling value temperature = 9 cannot be used: expected a number from 0 to 5."),
        ("/settings set temp", "/settings set needs more, for example /settings set temperature 0.9"),
        ("/settings temp 1", "/settings goes on with one of these words: show, set, preset, reset, ping, server."),
        ("/settings preset", "/settings preset needs more, for example /settings preset Creative"),
        ("/settings set Bo temp 1", "There is no setting Bo"),
        ("/settings set window 99", "All stories have the same window"),
        ("/settings set temp 1 character=Bo", "There is no character Bo in this scene."),
        ("/preset save", "/preset save needs more, for example /preset save Rain"),
        ("/preset frame it", "/preset goes on with one of these words: list, save, delete."),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(typed: Typist, line: str, told: str) -> None:
    [shown] = await typed(line)
    assert shown.startswith(f"fail {told}")
