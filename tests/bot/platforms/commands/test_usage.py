"""How commands are written in a list of them."""

import pytest

from bot.platforms.commands import COMMANDS, Command
from bot.platforms.commands.usage import usage
from bot.words import Languages

LANGUAGES = Languages()
SUGGEST = next(command for command in COMMANDS if command.name == "suggest")
EXPORT = next(command for command in COMMANDS if command.name == "story export")


@pytest.mark.parametrize(
    ("command", "language", "written"),
    [
        (SUGGEST, "en", "/suggest [COUNT]"),
        (SUGGEST, "ru", "/suggest [СКОЛЬКО]"),
        (SUGGEST, "zh", "/suggest [数量]"),
        (EXPORT, "ja", "/story export md|html|jsonl|txt"),
    ],
)
def test_what_stands_for_something_else_is_translated_and_what_is_typed_is_not(
    command: Command, language: str, written: str
) -> None:
    assert usage(command, LANGUAGES.best(language)) == written


@pytest.mark.parametrize("language", LANGUAGES.tags)
def test_every_command_can_be_written_down_in_every_language(language: str) -> None:
    written = {usage(command, LANGUAGES.best(language)) for command in COMMANDS}
    assert len(written) == len(COMMANDS)
