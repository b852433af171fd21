"""The link with which a server lets the bot in."""

import base64
import binascii

import discord

from bot.errors import PlatformError

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
"""What the bot is invited with. Managing messages is for deleting many posts at once, after an undo."""


def invite_link(application: int) -> str:
    """Return where whoever runs a server lets a bot in, by the id of its application."""
    return discord.utils.oauth_url(application, permissions=PERMISSIONS, scopes=("bot", "applications.commands"))


def application_of(token: str) -> int:
    """Return the id of the application that a token belongs to, which its first part says. Raises PlatformError."""
    part = token.partition(".")[0]
    try:
        return int(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, binascii.Error) as error:
        raise PlatformError("discord.token is none: copy the bot's token anew.") from error
