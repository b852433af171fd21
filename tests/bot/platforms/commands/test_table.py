"""The table of commands: fit for every platform."""

import re
from collections import Counter

import pytest

from bot.errors import PlayError
from bot.platforms.commands import COMMANDS, Attached, Command, Given, Kind, Option
from bot.platforms.commands.typed import find, read

NAME = re.compile(r"[a-z0-9_-]{1,32}")
MOST_HELP_CHARACTERS = 100
MOST_OF_A_KIND = 25
MOST_CHOICES = 25
MOST_COMMANDS = 100

every_command = pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)


@every_command
def test_discord_takes_every_name_and_help(command: Command) -> None:
    """https://discord.com/developers/docs/interactions/application-commands has the limits."""
    assert 1 <= len(command.path) <= 2
    for name in (*command.path, *(option.name for option in command.options)):
        assert NAME.fullmatch(name), name
    for help in (command.help, *(option.help for option in command.options)):
        assert 1 <= len(help) <= MOST_HELP_CHARACTERS, help
        assert not help.endswith("."), help
    assert len(command.options) <= MOST_OF_A_KIND
    assert len({option.name for option in command.options}) == len(command.options)


@every_command
def test_choices_and_numbers_are_bounded(command: Command) -> None:
    for option in command.options:
        assert (option.kind is Kind.CHOICE) == bool(option.choices), option.name
        assert len(option.choices) <= MOST_CHOICES
        assert option.least < option.most


@every_command
def test_its_own_example_can_be_typed(command: Command) -> None:
    found, rest = find(COMMANDS, command.example.removeprefix("/"))
    assert found is command
    values = read(command, rest)
    for option in command.options:
        if option.example:
            assert values[option.name].strip() == option.example.strip()


@every_command
def test_what_is_needed_has_an_example_and_missing_it_shows_that(command: Command) -> None:
    needed = [option for option in command.options if option.is_needed]
    assert all(option.example for option in needed)
    if needed:
        with pytest.raises(PlayError) as raised:
            command.check(Given())
        assert str(raised.value) == f"/{command.name} needs more, for example {command.example}"


def test_no_group_is_too_large_and_each_has_one_usual_command() -> None:
    groups = Counter(command.path[0] for command in COMMANDS if len(command.path) == 2)
    assert max(groups.values()) <= MOST_OF_A_KIND
    assert len({command.path[0] for command in COMMANDS}) <= MOST_COMMANDS
    assert Counter(command.path[0] for command in COMMANDS if command.is_usual) == dict.fromkeys(groups, 1)
    assert not groups.keys() & {command.path[0] for command in COMMANDS if len(command.path) == 1}
    assert len({command.path for command in COMMANDS}) == len(COMMANDS)


def test_usage_tells_how_it_is_typed() -> None:
    usages = {command.name: command.usage for command in COMMANDS}
    assert usages["say"] == "/say AS: TEXT"
    assert usages["edit"] == "/edit [TURN] TEXT"
    assert usages["filter add"] == "/filter add [both|in|out] WORDS"
    assert usages["after"] == "/after [narrate=on|off] [suggest=SUGGEST] [state=on|off]"


async def _read(most: int) -> bytes:
    return b""


def test_a_file_is_enough_where_one_is_needed() -> None:
    attach = next(command for command in COMMANDS if command.name == "lore attach")
    attach.check(Given(files={"file": Attached("north.json", _read)}))
    with pytest.raises(PlayError):
        attach.check(Given({"file": " "}))


def test_what_was_given_is_read_without_white_space() -> None:
    given = Given({"count": " 3 ", "text": " a "})
    assert (given.number("count"), given.text("text"), given.number("x"), given.text("x")) == (3, "a", None, "")


@pytest.mark.parametrize("value", ["0", "10", "²", "-1", "1.5", "x", "9" * 5000])
def test_a_number_outside_its_bounds_is_refused(value: str) -> None:
    option = Option("count", "so many", Kind.NUMBER, most=9)
    with pytest.raises(PlayError, match="/x takes a whole number from 1 to 9 as count, not "):
        Command(("x",), "x", COMMANDS[0].act, (option,)).check(Given({"count": value}))
