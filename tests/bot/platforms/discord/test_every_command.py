"""Commands without what they need, with the real client in a Discord of ours; an evening uses all of them."""

import pytest

from bot.platforms.commands import Command, Kind
from bot.platforms.discord.desk import HERE as COMMANDS
from bot.platforms.discord.slash import is_required
from tests.bot.platforms.discord.loopback.asking import Answer
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.shown import until
from tests.bot.platforms.discord.playing import Inn
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = {
    "card import": Upload("rosa.json", b'{"spec": "chara_card_v2", "data": {"name": "Rosa", "description": "Bakes."}}'),
    "lore attach": Upload("world.json", b'{"name": "World", "entries": {}}'),
    "lore import": Upload("world.json", b'{"name": "World", "entries": {}}'),
    "story import": Upload("story.txt", b"Anna: Hello.\nMira: Good evening.\n"),
}


async def over(answer: Answer) -> None:
    """Wait until a command is done: it has answered, or opened a form, or its answer has gone."""
    await until(answer.state, lambda: bool(answer.modal or answer.text or answer.message is None), answer.told)


def given(command: Command) -> dict[str, object]:
    """Return what a command needs."""
    values: dict[str, object] = {}
    for option in command.options:
        if option.kind is Kind.FILE and option.is_needed:
            values[option.name] = FILES[command.name]
        elif option.is_needed:
            example = option.example.strip()
            values[option.name] = int(example) if option.kind is Kind.NUMBER else example
    return values


def nothing(command: Command) -> dict[str, object]:
    """Return only what Discord itself does not let anybody leave out."""
    return {
        option.name: value
        for option in command.options
        if is_required(option)
        for value in [given(command)[option.name]]
    }


LESS = [command for command in COMMANDS if nothing(command) != given(command)]
"""What more is given to than Discord itself asks for."""


async def test_what_is_left_out_is_asked_for(inn: Inn) -> None:
    async with inn.scene(SILENT):
        for command in LESS:
            answer = await inn.anna.runs(inn.tavern, f"/{command.name}", **nothing(command))
            await over(answer)
            assert "went wrong" not in answer.text, command.name
            assert not answer.message or answer.private, command.name
            if any(option.is_long and option.is_needed for option in command.options):
                assert answer.modal or "cannot be read" in answer.text, command.name  # that card has no file


async def test_what_is_needed_cannot_be_left_out(inn: Inn) -> None:
    async with inn.playing():
        for command in COMMANDS:
            if any(map(is_required, command.options)):
                with pytest.raises(AssertionError, match="is required"):
                    await inn.anna.runs(inn.tavern, f"/{command.name}")
