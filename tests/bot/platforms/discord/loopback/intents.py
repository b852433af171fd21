"""Which events a connection asked for, and what of a message it may read."""

from typing import Any

import discord

from tests.bot.platforms.discord.loopback.things import DM, Channel

PRIVILEGED = {name: discord.Intents(**{name: True}).value for name in ("members", "presences", "message_content")}
BY_EVENT = {
    "MESSAGE_REACTION": ("guild_reactions", "dm_reactions"),
    "MESSAGE": ("guild_messages", "dm_messages"),
    "TYPING": ("guild_typing", "dm_typing"),
    "GUILD_MEMBER": ("members", None),
    "WEBHOOKS": ("webhooks", None),
    "GUILD": ("guilds", None),
    "CHANNEL": ("guilds", None),
    "THREAD": ("guilds", None),
}
"""The intent that events of a name need in guilds and in direct messages, by the beginning of their name."""


def wanted(event: str, intents: int, channel: Channel | None) -> bool:
    """Say whether a connection with these intents is told of an event."""
    direct = channel is not None and channel.kind == DM
    if event == "CHANNEL_CREATE" and direct:
        return True
    for beginning, (in_guild, in_direct) in BY_EVENT.items():
        if event.startswith(beginning):
            name = in_direct if direct else in_guild
            return name is None or bool(intents & discord.Intents(**{name: True}).value)
    return True


def unread(data: dict[str, Any], intents: int, me: int) -> dict[str, Any]:
    """A message as the connection gets it: without the intent for content, what others wrote is blank."""
    if intents & PRIVILEGED["message_content"] or "content" not in data:
        return data
    mentioned = any(user["id"] == str(me) for user in data["mentions"])
    own = data["author"]["id"] == str(me) or data.get("application_id") == str(me)
    if own or mentioned or "guild_id" not in data:
        return data
    return data | {"content": "", "embeds": [], "attachments": [], "components": []}
