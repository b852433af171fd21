"""Who somebody is on Discord. What they may do then is the play's matter."""

from collections.abc import Collection

import discord

from bot.core import Role


def role_of(
    user: discord.abc.User,
    *,
    owners: Collection[int],
    moderators: Collection[int] = (),
    players: Collection[int] = (),
) -> Role:
    """Return what somebody is where they write: the bot's owners are those of its application.

    Who runs the server, and whoever has one of the roles `moderators`, is a moderator. Where roles of `players` are
    set, the others only look on. Roles are known by their ids.
    """
    if user.id in owners:
        return Role.OWNER
    if not isinstance(user, discord.Member):
        return Role.PLAYER
    permissions = user.guild_permissions
    theirs = {role.id for role in user.roles}
    if permissions.administrator or permissions.manage_guild or theirs & {*moderators}:
        return Role.MODERATOR
    return Role.PLAYER if not players or theirs & {*players} else Role.SPECTATOR
