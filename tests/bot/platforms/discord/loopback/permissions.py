"""Who may do what in which channel: roles, then the channel's overwrites, as Discord computes them."""

import discord

from tests.bot.platforms.discord.loopback.refusals import lacks_access, lacks_permissions
from tests.bot.platforms.discord.loopback.things import DM, Channel, Guild, Member, User

EVERYTHING = discord.Permissions.all().value
PEOPLE = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    embed_links=True,
    attach_files=True,
    add_reactions=True,
    read_message_history=True,
    use_application_commands=True,
).value
"""What @everyone may do in a guild of ours."""
BOT = PEOPLE | discord.Permissions(manage_webhooks=True, manage_messages=True, manage_threads=True).value
"""What the application's own role allows when it is invited."""
IN_DIRECT_MESSAGES = PEOPLE & ~discord.Permissions(create_public_threads=True).value


def named(*names: str) -> int:
    """The bits of permissions that are named as discord.py names them."""
    return discord.Permissions(**{name: True for name in names}).value


def in_guild(guild: Guild, member: Member) -> int:
    if member.user is guild.owner:
        return EVERYTHING
    bits = guild.everyone.permissions
    for role in member.roles:
        bits |= role.permissions
    return EVERYTHING if bits & named("administrator") else bits


def in_channel(channel: Channel, user: User) -> int:
    """The permissions of somebody in a channel; none at all for who is not a member there."""
    if channel.kind == DM or channel.guild is None:
        return IN_DIRECT_MESSAGES if user in channel.recipients else 0
    guild, member = channel.guild, channel.guild.members.get(user.id)
    if member is None:
        return 0
    bits = in_guild(guild, member)
    if bits == EVERYTHING:
        return bits
    overwrites = channel.home.overwrites
    if whole := overwrites.get(guild.everyone.id):
        bits = bits & ~whole.deny | whole.allow
    of_roles = [overwrites[role.id] for role in member.roles if role.id in overwrites]
    for overwrite in of_roles:
        bits &= ~overwrite.deny
    for overwrite in of_roles:
        bits |= overwrite.allow
    if own := overwrites.get(user.id):
        bits = bits & ~own.deny | own.allow
    return bits if bits & named("view_channel") else 0


def may(channel: Channel, user: User, *names: str) -> bool:
    bits = named(*names)
    return in_channel(channel, user) & bits == bits


def require(channel: Channel, user: User, *names: str) -> None:
    """Raise 50001 for a channel that somebody cannot see, 50013 for what they may not do there."""
    if not may(channel, user, "view_channel"):
        raise lacks_access()
    if not may(channel, user, *names):
        raise lacks_permissions()


def require_to_send(channel: Channel, user: User) -> None:
    require(channel, user, "send_messages_in_threads" if channel.is_thread else "send_messages")
