"""A slash command as a person fills it in, put into the words of an interaction."""

from typing import Any

from tests.bot.platforms.discord.loopback import payloads, permissions
from tests.bot.platforms.discord.loopback.posting import Upload
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import Channel, Command, Role, User

SUBCOMMAND, GROUP, STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, FILE = range(1, 12)
TYPES: dict[int, tuple[type, ...]] = {STRING: (str,), INTEGER: (int,), BOOLEAN: (bool,), NUMBER: (int, float)}
Json = dict[str, Any]


def find_command(state: State, channel: Channel, user: User, name: str, kind: int) -> Command:
    """The command as this person sees it in this channel; fails where nobody could choose it there."""
    guild = channel.guild.id if channel.guild else None
    fits = [one for one in state.commands.values() if (one.name, one.kind) == (name, kind)]
    fits = [one for one in fits if one.guild in (None, guild)]
    known = ", ".join(sorted(one.name for one in state.commands.values()))
    assert fits, f"There is no command {name} here. There are: {known or 'none'}."
    command = max(fits, key=lambda one: one.guild is not None)
    needed = command.body.get("default_member_permissions")
    if guild and needed is not None:
        own = permissions.in_channel(channel, user)
        allowed = own == permissions.EVERYTHING or (int(needed) and own & int(needed) == int(needed))
        assert allowed, f"{user.name} does not see {name}: it needs permissions {needed}."
    assert not command.body.get("nsfw") or channel.home.nsfw, f"{name} is for age-restricted channels."
    if guild is None:
        contexts = command.body.get("contexts")
        assert 1 in contexts if contexts else command.body.get("dm_permission", True), f"{name} is for servers only."
    return command


def command_data(state: State, channel: Channel, user: User, text: str, given: Json, focus: str | None = None) -> Json:
    """The data of an interaction for `/group sub` with its options; `focus` is the one that is being typed."""
    first, *rest = text.removeprefix("/").split()
    command = find_command(state, channel, user, first, 1)
    options, nest = command.body.get("options") or [], []
    for word in rest:
        found = [one for one in options if one["name"] == word and one["type"] in (SUBCOMMAND, GROUP)]
        assert found, f"/{first} has no {word}. It has: {', '.join(one['name'] for one in options)}."
        nest.append(found[0])
        options = found[0].get("options") or []
    assert not any(one["type"] in (SUBCOMMAND, GROUP) for one in options), f"{text} needs a subcommand."
    resolved: Json = {}
    filled = _fill(state, channel, options, given, focus, resolved)
    for option in reversed(nest):
        filled = [{"name": option["name"], "type": option["type"], "options": filled}]
    data: Json = {"id": str(command.id), "name": command.name, "type": 1, "options": filled}
    return data | ({"resolved": resolved} if resolved else {})


def _fill(state: State, channel: Channel, options: list[Json], given: Json, focus: str | None, resolved: Json):
    names = {option["name"] for option in options}
    assert not set(given) - names, f"There is no option {', '.join(set(given) - names)}; there are {sorted(names)}."
    filled: list[Json] = []
    for option in options:
        name = option["name"]
        if name not in given:
            assert focus or not option.get("required"), f"The option {name} is required."
            continue
        value = given[name] if name == focus else _value(state, channel, option, given[name], resolved)
        entry = {"name": name, "type": option["type"], "value": value}
        filled.append(entry | ({"focused": True} if name == focus else {}))
    return filled


def _value(state: State, channel: Channel, option: Json, value: Any, resolved: Json) -> Any:
    """One option's value: of the type, within the limits and among the choices that Discord's client would let in."""
    name, kind = option["name"], option["type"]
    if types := TYPES.get(kind):
        assert isinstance(value, types), f"{name} is not {value!r}."
        if choices := option.get("choices"):
            fits = [one["value"] for one in choices if value in (one["name"], one["value"])]
            assert fits, f"{name} is one of {[one['name'] for one in choices]}, not {value}."
            return fits[0]
        size = len(value) if kind == STRING else value
        least, most = ("min_length", "max_length") if kind == STRING else ("min_value", "max_value")
        limits = option.get(least, size), option.get(most, 6000 if kind == STRING else size)
        assert limits[0] <= size <= limits[1], f"{name} must be within {limits}, not {size}."
        return value
    return resolve(state, channel, value, resolved)


def resolve(state: State, channel: Channel, value: Any, resolved: Json) -> str:
    """Put what is chosen, a person, a role, a room or a file, among what is resolved; returns its id."""
    if isinstance(value, Upload):
        file = state.file(channel, value.filename, value.data, value.content_type or "application/octet-stream")
        resolved.setdefault("attachments", {})[str(file.id)] = payloads.attachment(file)
        return str(file.id)
    if isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = payloads.role(value)
        return str(value.id)
    user = getattr(value, "user", value)
    if isinstance(user, User):
        resolved.setdefault("users", {})[str(user.id)] = payloads.user(user)
        if channel.guild and (member := channel.guild.members.get(user.id)):
            bits = {"permissions": str(permissions.in_channel(channel, user))}
            resolved.setdefault("members", {})[str(user.id)] = payloads.member(member, with_user=False) | bits
        return str(user.id)
    found: Channel = value.record
    bits = {"permissions": str(permissions.in_channel(found, state.me))}
    resolved.setdefault("channels", {})[str(found.id)] = payloads.channel(found) | bits
    return str(found.id)
