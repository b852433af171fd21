"""The link by which whoever runs a server invites the bot."""

import base64
import binascii

import discord

from bot.errors import ConfigError
from bot.words import sentence

PERMISSIONS = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    manage_webhooks=True,
    manage_messages=True,
    read_message_history=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
)
"""What the bot is invited with."""

NO_TOKEN = sentence("No bot's token is set: put it into discord.token in troupe.toml, or into TROUPE_DISCORD__TOKEN.")
NOT_A_TOKEN = sentence(
    "That is no bot's token: copy it anew, at https://discord.com/developers/applications under Bot."
)


def invitation(application: int) -> str:
    """Return the link for an application, with the permissions that the bot needs."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


def application_of(token: str) -> int:
    """Return the application that a bot's token belongs to: its first part says that. Raises ConfigError."""
    if not token:
        raise ConfigError(NO_TOKEN)
    first = token.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)))
    except (ValueError, binascii.Error) as error:
        raise ConfigError(NOT_A_TOKEN) from error
