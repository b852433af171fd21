"""Application commands and interactions as the JSON of Discord's API v10."""

from tests.bot.platforms.discord.loopback import permissions
from tests.bot.platforms.discord.loopback.payloads import Json, channel, member, message, user
from tests.bot.platforms.discord.loopback.things import Command, Interaction, User


def command(one: Command, application: int) -> Json:
    own = {"id": str(one.id), "application_id": str(application), "version": str(one.id)}
    own |= {"guild_id": str(one.guild)} if one.guild else {}
    usual = {"type": 1, "description": "", "options": [], "nsfw": False, "default_member_permissions": None}
    usual |= {"name_localizations": None, "description_localizations": None, "contexts": None}
    return usual | {"integration_types": [0], "dm_permission": True} | one.body | own


def interaction(one: Interaction, me: User) -> Json:
    """An interaction as INTERACTION_CREATE tells it."""
    payload: Json = {
        "id": str(one.id),
        "application_id": str(me.id),
        "type": one.kind,
        "token": one.token,
        "version": 1,
        "data": one.data,
        "channel_id": str(one.channel.id),
        "channel": channel(one.channel),
        "locale": one.user.locale,
        "app_permissions": str(permissions.in_channel(one.channel, me)),
        "entitlements": [],
        "authorizing_integration_owners": {},
        "context": 1,
        "attachment_size_limit": 10 * 1024 * 1024,
    }
    if one.message:
        payload["message"] = message(one.message, me)
    of = one.channel.guild
    if of is None:
        return payload | {"user": user(one.user)}
    payload |= {"guild_id": str(of.id), "guild_locale": of.locale, "context": 0}
    payload["guild"] = {"id": str(of.id), "locale": of.locale, "features": []}
    bits = {"permissions": str(permissions.in_channel(one.channel, one.user))}
    return payload | {"member": member(of.members[one.user.id]) | bits}
