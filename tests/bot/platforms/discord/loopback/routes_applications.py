"""REST: the application itself, its commands, and its answers to interactions."""

from typing import Any

from tests.bot.platforms.discord.loopback import answers, commands, payloads, told
from tests.bot.platforms.discord.loopback.calls import Call, route
from tests.bot.platforms.discord.loopback.posting import Body
from tests.bot.platforms.discord.loopback.refusals import unknown
from tests.bot.platforms.discord.loopback.things import Command

ALL, IN_GUILD = "/applications/{application_id}/commands", "/applications/{application_id}/guilds/{guild_id}/commands"
LIMITED = {"presences": 1 << 13, "members": 1 << 15, "message_content": 1 << 19}
"""The flags of an application in under 100 servers whose privileged intents are switched on."""


def flags(call_state: Any) -> int:
    return sum(LIMITED[name] for name in call_state.rules.privileged)


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def me(call: Call) -> Any:
    owner = next((guild.owner for guild in call.state.guilds.values()), call.me)
    return {
        "id": str(call.me.id),
        "name": call.me.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "owner": payloads.user(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": flags(call.state),
        "approximate_guild_count": len(call.state.guilds),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "bot": payloads.user(call.me),
    }


def _place(call: Call) -> int | None:
    if call.key("application_id") != call.me.id:
        raise unknown("application command")
    return call.guild.id if "guild_id" in call.params else None


def _payload(call: Call, command: Command) -> Any:
    return told.command(command, call.me.id)


@route("GET", ALL)
@route("GET", IN_GUILD)
def listed(call: Call) -> Any:
    return [_payload(call, command) for command in commands.of(call.state, _place(call))]


@route("PUT", ALL)
@route("PUT", IN_GUILD)
def overwrite(call: Call) -> Any:
    return [_payload(call, command) for command in commands.overwrite(call.state, _place(call), call.json)]


@route("POST", ALL)
@route("POST", IN_GUILD)
def upsert(call: Call) -> Any:
    return _payload(call, commands.upsert(call.state, _place(call), call.json))


def _found(call: Call) -> Command:
    command = call.state.commands.get(call.key("command_id"))
    if command is None or command.guild != _place(call):
        raise unknown("application command")
    return command


@route("GET", ALL + "/{command_id}")
@route("GET", IN_GUILD + "/{command_id}")
def get(call: Call) -> Any:
    return _payload(call, _found(call))


@route("PATCH", ALL + "/{command_id}")
@route("PATCH", IN_GUILD + "/{command_id}")
def edit(call: Call) -> Any:
    command = _found(call)
    commands.check(command.body | call.json)
    command.body |= call.json
    return _payload(call, command)


@route("DELETE", ALL + "/{command_id}")
@route("DELETE", IN_GUILD + "/{command_id}")
def delete(call: Call) -> None:
    del call.state.commands[_found(call).id]


@route("POST", "/interactions/{interaction_id}/{interaction_token}/callback")
def respond(call: Call) -> Any:
    """Answer an interaction; with `with_response` it says what came of it."""
    interaction = call.state.interactions.get(call.params["interaction_token"])
    if interaction is None or interaction.id != call.key("interaction_id"):
        raise unknown("Interaction")
    body = Body(call.json.get("data") or {}, call.files)
    message = answers.respond(call.state, interaction, call.json["type"], body)
    if call.query.get("with_response") not in ("1", "true", "True"):
        return None
    told: dict[str, Any] = {"interaction": {"id": str(interaction.id), "type": interaction.kind}}
    if message:
        told["interaction"] |= {"response_message_id": str(message.id)}
        told["interaction"]["response_message_ephemeral"] = message.private_to is not None
        told["resource"] = {"type": call.json["type"], "message": payloads.message(message, call.me)}
    return told
