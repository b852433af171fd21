"""What commands say about the bot, and about each other."""

import pytest

from bot.errors import PlayError
from bot.platforms.commands import COMMANDS
from bot.platforms.commands.about import help_with, overview
from bot.platforms.commands.table import Given
from tests.bot.platforms.theatre import LANGUAGES, Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_privacy_says_where_things_are_kept(alone: Typist) -> None:
    assert "on their machine" in (await alone("/privacy"))[0]


async def test_what_would_be_deleted_is_told_and_nothing_done_unless_that_is_sure(alone: Typist) -> None:
    await alone("/persona create Kit: A sailor.", "Hello.")
    for what in ("delete", "erase"):
        [told] = await alone(f"/privacy {what}")
        assert "Personas: 1 · cards: 1 · lorebooks: 0 · documents: 0 · presets: 0 · lines in stories: 1" in told
        assert f"/privacy {what} sure=yes does it." in told
    assert "data folder" in (await alone("/privacy erase sure=yes"))[0]
    assert "- Kit" in (await alone("/persona list"))[0]


async def test_all_words_are_listed_once() -> None:
    told = dict(overview(COMMANDS, LANGUAGES.best("en")))
    assert list(told) == list(dict.fromkeys(command.path[0] for command in COMMANDS))
    assert told["retry"] == "let the last reply be spoken anew"
    assert told["preset"] == "list · save · delete"


async def test_help_lists_all_or_says_how_one_is_used(alone: Typist) -> None:
    command = help_with(COMMANDS)
    alone.screen.shown.clear()
    await command.act(alone.player, Given())
    assert all(f"/{word}" in alone.screen.shown[0] for word in ("help", "scene", "why"))
    await command.act(alone.player, Given({"command": "/scene start"}))
    assert "/scene start [greeting=GREETING]" in alone.screen.shown[1]
    with pytest.raises(PlayError, match="no command /nonsense"):
        await command.act(alone.player, Given({"command": "nonsense"}))


async def test_accounts_are_linked_and_people_invited(alone: Typist) -> None:
    code = (await alone("/link"))[0].split("/link ")[1].split()[0]
    assert "Anna (terminal)" in (await alone(f"/link {code}"))[0]
    assert "not good" in (await alone(f"/link {code}"))[0]
    assert "/start " in (await alone("/invite"))[0]
