"""The table of commands as Discord takes it: groups, options, limits, and who is offered them. It runs none itself."""

from collections.abc import Awaitable, Callable, Sequence
from inspect import Parameter, Signature
from typing import Any, Protocol

import discord
from discord import app_commands

from bot.platforms.commands.offers import KNOWN
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.discord.files import attached

DESCRIPTION_CHARACTERS = 100
MOST_CHOICES = 25
JOIN = " · "

MANAGE_SERVER = discord.Permissions(manage_guild=True)
MANAGE_MESSAGES = discord.Permissions(manage_messages=True)
ADMIN = {
    "access": MANAGE_SERVER,
    "invite": MANAGE_SERVER,
    "uninvite": MANAGE_SERVER,
    "filter": MANAGE_MESSAGES,
}
"""Commands that a server's own settings offer to few, until its administrators say otherwise."""
ONLY_ON_SERVERS = ("filter",)

Values = dict[str, str | int | discord.Attachment]
"""What Discord says was given to a command, by the names of its options; only what was given."""

SlashCommand = app_commands.Command[Any, ..., None]


class Desk(Protocol):
    """Whoever runs the commands, and completes what is typed."""

    async def run(self, interaction: discord.Interaction, command: Command, given: Values, /) -> None: ...

    async def complete(
        self, interaction: discord.Interaction, option: Option, typed: str, /
    ) -> list[app_commands.Choice[str]]: ...


def slash(commands: Sequence[Command], desk: Desk) -> list[SlashCommand | app_commands.Group]:
    """Return commands for Discord; a group holds those whose first word is its name."""
    made: dict[str, SlashCommand | app_commands.Group] = {}
    for command in commands:
        word = command.path[0]
        if len(command.path) == 1:
            made[word] = _single(command, desk)
            continue
        if word not in made:
            words = [one.path[1] for one in commands if one.path[0] == word and len(one.path) > 1]
            made[word] = app_commands.Group(name=word, description=fitting(JOIN.join(words)))
        group = made[word]
        assert isinstance(group, app_commands.Group)
        group.add_command(_single(command, desk))
    for word in ADMIN.keys() & made.keys():
        made[word].default_permissions = ADMIN[word]
    for word in made.keys() & {*ONLY_ON_SERVERS}:
        made[word].guild_only = True
    return list(made.values())


def given_to(command: Command, values: Values) -> Given:
    """Return what was given to a command, as the table's commands take it."""
    turns = {option.name for option in command.options if option.kind is Kind.TURN}
    words = {name: str(value) for name, value in values.items() if isinstance(value, str | int)}
    return Given(
        {name: word.strip().removeprefix("#") if name in turns else word for name, word in words.items()},
        {name: attached(value) for name, value in values.items() if isinstance(value, discord.Attachment)},
    )


def fitting(text: str) -> str:
    """Return a description that is short enough; a sign shows where it was cut."""
    return text if len(text) <= DESCRIPTION_CHARACTERS else text[: DESCRIPTION_CHARACTERS - 1].rstrip() + "…"


def is_required(option: Option) -> bool:
    """Tell whether Discord asks for an option itself; for a long text a form does."""
    return option.is_needed and not option.is_long


def _single(command: Command, desk: Desk) -> SlashCommand:
    async def callback(interaction: discord.Interaction, **given: Any) -> None:
        named = {parameter[:-1]: value for parameter, value in given.items() if value is not None}
        await desk.run(interaction, command, named)

    # discord.py reads a command's options off its function; the names may be words of Python, such as `as`.
    parameters = [Parameter("interaction", Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)]
    parameters += [_parameter(option) for option in command.options]
    callback.__signature__ = Signature(parameters)
    decorated: Callable[..., Any] = callback
    if command.options:
        decorated = app_commands.rename(**{_safe(option): option.name for option in command.options})(decorated)
        decorated = app_commands.describe(**{_safe(option): fitting(option.help) for option in command.options})(
            decorated
        )
        decorated = app_commands.choices(**_choices(command))(decorated)
        decorated = app_commands.autocomplete(**_completions(command, desk))(decorated)
    return app_commands.Command(name=command.path[-1], description=fitting(command.help), callback=decorated)


def _safe(option: Option) -> str:
    return f"{option.name}_"


def _parameter(option: Option) -> Parameter:
    range: Any = app_commands.Range
    kinds: dict[Kind, Any] = {Kind.NUMBER: range[int, option.least, option.most], Kind.FILE: discord.Attachment}
    kind = kinds.get(option.kind, str)
    default = Parameter.empty if is_required(option) else None
    return Parameter(_safe(option), Parameter.KEYWORD_ONLY, default=default, annotation=kind)


def _choices(command: Command) -> dict[str, list[app_commands.Choice[str]]]:
    return {
        _safe(option): [app_commands.Choice(name=choice, value=choice) for choice in option.choices]
        for option in command.options
        if option.choices
    }


def _completions(command: Command, desk: Desk) -> dict[str, Any]:
    def completion(option: Option) -> Callable[..., Awaitable[list[app_commands.Choice[str]]]]:
        async def complete(interaction: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
            return await desk.complete(interaction, option, current)

        return complete

    return {_safe(option): completion(option) for option in command.options if option.kind in KNOWN}
