"""Our records as the JSON of Discord's API v10."""

from datetime import datetime
from typing import Any

from tests.bot.platforms.discord.loopback.things import (
    DM,
    FORUM,
    Attachment,
    Channel,
    Guild,
    Interaction,
    Member,
    Message,
    Role,
    User,
    Webhook,
)

Json = dict[str, Any]
BEGAN = "2024-01-01T00:00:00+00:00"


def user(one: User) -> Json:
    return {
        "id": str(one.id),
        "username": one.name,
        "discriminator": "0000" if one.bot else "0",
        "global_name": one.display,
        "avatar": one.avatar,
        "bot": one.bot,
        "public_flags": 0,
    }


def role(one: Role) -> Json:
    return {
        "id": str(one.id),
        "name": one.name,
        "permissions": str(one.permissions),
        "mentionable": one.mentionable,
        "position": one.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def member(one: Member, with_user: bool = True) -> Json:
    payload: Json = {
        "roles": [str(of.id) for of in one.roles],
        "nick": one.nick,
        "avatar": None,
        "joined_at": BEGAN,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "pending": False,
        "flags": 0,
        "communication_disabled_until": None,
    }
    return payload | {"user": user(one.user)} if with_user else payload


def channel(one: Channel) -> Json:
    payload: Json = {"id": str(one.id), "type": one.kind, "last_message_id": _last(one), "flags": 0}
    if one.kind == DM:
        return payload | {"recipients": [user(other) for other in one.recipients if not other.bot]}
    assert one.guild
    payload |= {"name": one.name, "guild_id": str(one.guild.id), "rate_limit_per_user": 0}
    if one.is_thread:
        assert one.parent
        assert one.owner
        return payload | {
            "parent_id": str(one.parent.id),
            "owner_id": str(one.owner.id),
            "message_count": len(one.messages),
            "total_message_sent": len(one.messages),
            "member_count": len(one.members),
            "applied_tags": [],
            "thread_metadata": {
                "archived": one.archived,
                "locked": one.locked,
                "auto_archive_duration": 1440,
                "archive_timestamp": BEGAN,
                "create_timestamp": BEGAN,
            },
        }
    overwrites = [
        {"id": str(key), "type": of.kind, "allow": str(of.allow), "deny": str(of.deny)}
        for key, of in one.overwrites.items()
    ]
    payload |= {"position": 0, "parent_id": None, "nsfw": one.nsfw, "topic": one.topic}
    forum = {
        "available_tags": [],
        "default_reaction_emoji": None,
        "default_forum_layout": 0,
        "default_sort_order": None,
    }
    return payload | {"permission_overwrites": overwrites} | (forum if one.kind == FORUM else {})


def _last(one: Channel) -> str | None:
    return str(max(one.messages)) if one.messages else None


def guild(one: Guild, channels: list[Channel], me: User, with_members: bool) -> Json:
    """A guild as GUILD_CREATE tells it; without the intent for members only the bot itself is among them."""
    members = [of for of in one.members.values() if with_members or of.user is me]
    return {
        "id": str(one.id),
        "name": one.name,
        "owner_id": str(one.owner.id),
        "roles": [role(of) for of in one.roles.values()],
        "members": [member(of) for of in members],
        "member_count": len(one.members),
        "channels": [channel(of) for of in channels if not of.is_thread],
        "threads": [channel(of) for of in channels if of.is_thread and not of.archived],
        "preferred_locale": one.locale,
        "joined_at": BEGAN,
        "large": False,
        "unavailable": False,
        "features": [],
        **{key: [] for key in ("emojis", "stickers", "voice_states", "presences", "stage_instances")},
        **{key: [] for key in ("guild_scheduled_events", "soundboard_sounds")},
        **{key: None for key in ("icon", "splash", "banner", "description", "afk_channel_id", "system_channel_id")},
        **{key: None for key in ("vanity_url_code", "rules_channel_id", "public_updates_channel_id", "application_id")},
        **{key: 0 for key in ("verification_level", "default_message_notifications", "explicit_content_filter")},
        **{key: 0 for key in ("mfa_level", "premium_tier", "nsfw_level", "system_channel_flags", "afk_timeout")},
        "premium_subscription_count": 0,
        "premium_progress_bar_enabled": False,
    }


def attachment(one: Attachment) -> Json:
    payload = {"id": str(one.id), "filename": one.filename, "size": len(one.data), "content_type": one.content_type}
    payload |= {"url": one.url, "proxy_url": one.url}
    return payload | ({"description": one.description} if one.description else {})


def message(one: Message, me: User, nested: bool = False) -> Json:
    """A message as REST answers it; `me` says whose reactions count as one's own."""
    author = user(one.author)
    if one.webhook:
        author |= {"id": str(one.webhook.id), "username": one.name, "avatar": one.avatar, "bot": True}
        author |= {"discriminator": "0000", "global_name": None}
    payload: Json = {
        "id": str(one.id),
        "channel_id": str(one.channel.id),
        "author": author,
        "content": one.content,
        "timestamp": stamp(one.sent),
        "edited_timestamp": stamp(one.edited) if one.edited else None,
        "tts": False,
        "mention_everyone": one.everyone,
        "mentions": [user(of) for of in one.mentioned],
        "mention_roles": [str(of.id) for of in one.mentioned_roles],
        "attachments": [attachment(of) for of in one.attachments],
        "embeds": one.embeds,
        "components": one.components,
        "reactions": [_reaction(emoji, who, me) for emoji, who in one.reactions.items() if who],
        "pinned": False,
        "type": one.kind,
        "flags": one.flags,
    }
    if one.nonce is not None:
        payload["nonce"] = one.nonce
    if one.webhook:
        payload["webhook_id"] = str(one.webhook.id)
        payload |= {"application_id": str(one.webhook.application)} if one.webhook.application else {}
    if one.interaction:
        payload |= {"webhook_id": str(me.id), "application_id": str(me.id)}
        payload["interaction_metadata"] = _metadata(one.interaction)
    if one.thread:
        payload["thread"] = channel(one.thread)
    if one.reply_to and not nested:
        payload |= {"message_reference": {"type": 0, "message_id": str(one.reply_to.id)}}
        payload["message_reference"]["channel_id"] = str(one.reply_to.channel.id)
        payload["referenced_message"] = None if one.reply_to.deleted else message(one.reply_to, me, True)
    return payload


def _reaction(emoji: str, who: list[User], me: User) -> Json:
    counts = {"count": len(who), "count_details": {"normal": len(who), "burst": 0}, "burst_colors": []}
    return counts | {"me": me in who, "me_burst": False, "emoji": {"id": None, "name": emoji}}


def _metadata(one: Interaction) -> Json:
    return {"id": str(one.id), "type": one.kind, "user": user(one.user), "authorizing_integration_owners": {}}


def event(one: Message, me: User) -> Json:
    """A message as the gateway tells it: with its guild, and the author's membership."""
    payload = message(one, me)
    if one.channel.guild:
        payload["guild_id"] = str(one.channel.guild.id)
        if not one.webhook and (of := one.channel.guild.members.get(one.author.id)):
            payload["member"] = member(of, with_user=False)
    return payload


def webhook(one: Webhook) -> Json:
    assert one.channel.guild
    return {
        "id": str(one.id),
        "type": 1,
        "token": one.token,
        "name": one.name,
        "avatar": one.avatar,
        "channel_id": str(one.channel.id),
        "guild_id": str(one.channel.guild.id),
        "user": user(one.creator),
        "application_id": str(one.application) if one.application else None,
    }


def stamp(moment: datetime) -> str:
    return moment.isoformat()
