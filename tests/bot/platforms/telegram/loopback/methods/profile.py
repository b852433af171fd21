"""The bot itself: who it is, what it calls itself, and which commands people are offered."""

import json
import re

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call
from tests.bot.platforms.telegram.loopback.refusals import bad
from tests.bot.platforms.telegram.loopback.state import Json

MOST_COMMANDS = 100
DESCRIPTION_CHARACTERS = 256
LIMITS = {"Name": 64, "Description": 512, "ShortDescription": 120}
FIELDS = {"Name": "name", "Description": "description", "ShortDescription": "short_description"}


@TABLE.answers("getMe")
async def get_me(call: Call) -> Json:
    """Tell who the bot is."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": call.state.reads_all,
        "supports_inline_queries": False,
        "has_topics_enabled": call.state.has_topics,
    }
    return call.state.bot.as_json() | abilities


@TABLE.answers("logOut")
@TABLE.answers("close")
async def close(call: Call) -> bool:
    """Take leave."""
    return True


def scope_key(scope: Json | None) -> str:
    """Write a scope so that equal ones are equal."""
    return json.dumps(scope or {"type": "default"}, sort_keys=True)


def _place(call: Call) -> tuple[str, str]:
    language = call.text("language_code")
    if language and not re.fullmatch("[a-z]{2}", language):
        raise bad("invalid language code specified")
    return scope_key(call.json("scope")), language


@TABLE.answers("setMyCommands")
async def set_my_commands(call: Call) -> bool:
    """Offer commands."""
    commands = call.json("commands") or []
    if len(commands) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command.get("command", "").removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command.get("description", "")) <= DESCRIPTION_CHARACTERS:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    call.state.commands[_place(call)] = commands
    call.state.changed.ring()
    return True


@TABLE.answers("getMyCommands")
async def get_my_commands(call: Call) -> list[Json]:
    """List the commands of a scope and language."""
    return call.state.commands.get(_place(call), [])


@TABLE.answers("deleteMyCommands")
async def delete_my_commands(call: Call) -> bool:
    """Offer none."""
    call.state.commands.pop(_place(call), None)
    return True


async def _set_profile(call: Call) -> bool:
    kind = call.method.removeprefix("setMy")
    value = call.text(FIELDS[kind])
    if len(value) > LIMITS[kind]:
        raise bad(f"BOT_{kind.upper()}_TOO_LONG")
    call.state.profile[kind, call.text("language_code")] = value
    return True


async def _get_profile(call: Call) -> Json:
    kind = call.method.removeprefix("getMy")
    return {FIELDS[kind]: call.state.profile.get((kind, call.text("language_code")), "")}


for _kind in LIMITS:
    TABLE.answers(f"setMy{_kind}")(_set_profile)
    TABLE.answers(f"getMy{_kind}")(_get_profile)


@TABLE.answers("setChatMenuButton")
async def set_chat_menu_button(call: Call) -> bool:
    """Choose what stands beside the input line; nothing here shows it."""
    return True
