"""Application commands as Discord takes them: names, counts, lengths, and 200 creations a day."""

import regex

from tests.bot.platforms.discord.loopback.payloads import Json
from tests.bot.platforms.discord.loopback.refusals import Refusal, check_length, invalid
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import Command

MOST = {1: 100, 2: 15, 3: 15}
"""How many commands of a kind: slash commands, and those of users' and messages' context menus."""
_NAME = regex.compile(r"[-_'\p{L}\p{N}\p{sc=Devanagari}\p{sc=Thai}]{1,32}")


def check(body: Json) -> None:
    """Raise 50035 for a command that Discord would not take; its texts may have 8,000 characters in all."""
    if body.get("type", 1) == 1:
        _check_described(body, "command")
        if _texts(body) > 8000:
            raise invalid("options", "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    else:
        check_length("name", body["name"], 1, 32)
        for name in (body.get("name_localizations") or {}).values():
            check_length("name_localizations", name, 1, 32)


def _check_described(body: Json, path: str) -> None:
    for name in (body["name"], *(body.get("name_localizations") or {}).values()):
        if not _NAME.fullmatch(name) or name != name.lower():
            raise invalid(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {name}")
    for text in (body.get("description") or "", *(body.get("description_localizations") or {}).values()):
        check_length(f"{path}.description", text, 1, 100)
    options = body.get("options") or []
    if len(options) > 25:
        raise invalid(f"{path}.options", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    names = [option["name"] for option in options]
    if len(set(names)) < len(names):
        raise invalid(
            f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists"
        )
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        raise invalid(f"{path}.options", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first")
    for option in options:
        _check_described(option, f"{path}.options.{option['name']}")
        choices = option.get("choices") or []
        if len(choices) > 25 or (choices and option.get("autocomplete")):
            raise invalid(f"{path}.options.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
        for choice in choices:
            check_length(f"{path}.choices.name", choice["name"], 1, 100)


def _texts(body: Json) -> int:
    """Characters of names, descriptions and values; of translations the longest counts."""
    own = max(map(len, (body["name"], *(body.get("name_localizations") or {}).values())))
    own += max(map(len, (body.get("description") or "", *(body.get("description_localizations") or {}).values())))
    own += sum(len(choice["name"]) + len(str(choice["value"])) for choice in body.get("choices") or [])
    return own + sum(_texts(option) for option in body.get("options") or [])


def upsert(state: State, guild: int | None, body: Json) -> Command:
    """Create a command, or replace the one of its name and kind, which keeps its id; raises 30034 after 200 a day."""
    check(body)
    body = {"type": 1} | body
    for command in of(state, guild):
        if (command.name, command.kind) == (body["name"], body["type"]):
            command.body = body
            return command
    same = sum(command.kind == body["type"] for command in of(state, guild))
    if same >= MOST[body["type"]]:
        raise Refusal(400, 30032, f"Maximum number of application commands reached ({MOST[body['type']]})")
    created = state.created_today.get(guild, 0)
    if created >= state.rules.commands_per_day:
        raise Refusal(400, 30034, "Max number of daily application command creates has been reached (200)")
    state.created_today[guild] = created + 1
    command = Command(state.id(), guild, body)
    state.commands[command.id] = command
    return command


def overwrite(state: State, guild: int | None, bodies: list[Json]) -> list[Command]:
    """Let these be all the commands there are; nothing changes where one of them is refused."""
    for body in bodies:
        check(body)
    keys = {(body["name"], body.get("type", 1)) for body in bodies}
    if len(keys) < len(bodies):
        raise invalid("commands", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
    for command in of(state, guild):
        if (command.name, command.kind) not in keys:
            del state.commands[command.id]
    return [upsert(state, guild, body) for body in bodies]


def of(state: State, guild: int | None) -> list[Command]:
    return [command for command in state.commands.values() if command.guild == guild]
