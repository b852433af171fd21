"""Everything there is in this Discord, and its clock. It knows no wire: whoever listens gets its events."""

import asyncio
import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bot.platforms.discord.loopback import payloads, permissions
from tests.bot.platforms.discord.loopback.refusals import unknown
from tests.bot.platforms.discord.loopback.things import (
    DM,
    TEXT,
    Attachment,
    Channel,
    Command,
    Guild,
    Interaction,
    Member,
    Message,
    Overwrite,
    Role,
    User,
    Webhook,
)

EPOCH_MS = 1420070400000
"""Discord's first second, from which its ids count milliseconds."""
Event = Callable[[str, Any, Guild | None, Channel | None], None]


@dataclass(slots=True)
class Rules:
    """What this Discord insists on; a test may loosen or tighten it."""

    answer_within_s: float = 3.0
    token_lives_s: float = 15 * 60.0
    webhooks_per_channel: int = 15
    commands_per_day: int = 200
    edits_of_old: int = 3
    """How often a message over an hour old may be edited in an hour before 30046; Discord does not say."""
    privileged: set[str] = field(default_factory=lambda: {"members", "message_content", "presences"})
    """Privileged intents that are switched on for the application; another one is refused with close code 4014."""


class State:
    def __init__(self) -> None:
        self.rules = Rules()
        self.url = ""
        self.token = "loopback.token.of.the.bot"
        self.shift = timedelta()
        self.listeners: list[Event] = []
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.webhooks: dict[int, Webhook] = {}
        self.commands: dict[int, Command] = {}
        self.created_today: dict[int | None, int] = {}
        self.interactions: dict[str, Interaction] = {}
        self.cdn: dict[str, Attachment] = {}
        self.pictures: dict[str, bytes] = {}
        self.shards = 1
        self.closed: set[User] = set()
        self._last_id = 0
        self._moved = asyncio.Event()
        self.me = self.user("Troupe", bot=True)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.shift

    def id(self) -> int:
        """Make the next id, which says its time as Discord's do."""
        ms = int((time.time() + self.shift.total_seconds()) * 1000) - EPOCH_MS
        self._last_id = max(self._last_id + 1, ms << 22)
        return self._last_id

    def publish(self, event: str, data: Any, guild: Guild | None = None, channel: Channel | None = None) -> None:
        """Tell the listeners, and wake who waits for something to be seen."""
        for listener in self.listeners:
            listener(event, data, guild, channel)
        self.moved()

    def moved(self) -> None:
        self._moved.set()
        self._moved = asyncio.Event()

    async def change(self) -> None:
        """Wait until anything changes."""
        await self._moved.wait()

    def picture(self, data: bytes) -> str:
        """Keep a picture and return the hash by which it is asked for."""
        name = hashlib.md5(data, usedforsecurity=False).hexdigest()
        self.pictures[name] = data
        return name

    def user(self, name: str, bot: bool = False, display: str | None = None, locale: str = "en-US") -> User:
        user = User(self.id(), name, bot, None, display, locale)
        self.users[user.id] = user
        return user

    def guild(self, name: str, owner: User, bot: int = permissions.BOT) -> Guild:
        """Make a guild that the application has been invited to, with `bot` as its permissions."""
        key = self.id()
        everyone = Role(key, "@everyone", permissions.PEOPLE, position=0)
        guild = Guild(key, name, owner, everyone, {key: everyone})
        self.guilds[key] = guild
        guild.members[owner.id] = Member(owner)
        role = self.role(guild, self.me.name, bot)
        guild.members[self.me.id] = Member(self.me, [role])
        return guild

    def role(self, guild: Guild, name: str, bits: int = 0, mentionable: bool = False) -> Role:
        role = Role(self.id(), name, bits, mentionable, len(guild.roles))
        guild.roles[role.id] = role
        self.publish("GUILD_ROLE_CREATE", {"guild_id": str(guild.id), "role": payloads.role(role)}, guild)
        return role

    def join(self, guild: Guild, user: User, roles: list[Role], nick: str | None = None) -> Member:
        member = guild.members[user.id] = Member(user, roles, nick)
        self.publish("GUILD_MEMBER_ADD", payloads.member(member) | {"guild_id": str(guild.id)}, guild)
        return member

    def channel(self, guild: Guild, name: str, kind: int = TEXT, nsfw: bool = False) -> Channel:
        channel = Channel(self.id(), name, kind, guild, nsfw=nsfw)
        self.channels[channel.id] = channel
        self.publish("CHANNEL_CREATE", payloads.channel(channel), guild, channel)
        return channel

    def direct(self, user: User) -> Channel:
        """The channel between the bot and somebody, made when it is first asked for."""
        for channel in self.channels.values():
            if channel.kind == DM and user in channel.recipients:
                return channel
        channel = Channel(self.id(), user.name, DM, recipients=[user, self.me])
        self.channels[channel.id] = channel
        self.publish("CHANNEL_CREATE", payloads.channel(channel), None, channel)
        return channel

    def overwrite(self, channel: Channel, target: User | Role, allow: int = 0, deny: int = 0) -> None:
        channel.overwrites[target.id] = Overwrite(0 if isinstance(target, Role) else 1, allow, deny)
        self.publish("CHANNEL_UPDATE", payloads.channel(channel), channel.guild, channel)

    def thread(self, parent: Channel, name: str, owner: User, kind: int, of: Message | None = None) -> Channel:
        """Make a thread; from a message it takes that message's id, as Discord's do."""
        thread = Channel(of.id if of else self.id(), name, kind, parent.guild, parent, owner, parent.nsfw)
        thread.members.append(owner)
        self.channels[thread.id] = thread
        if of:
            of.thread = thread
        self.publish("THREAD_CREATE", payloads.channel(thread) | {"newly_created": True}, parent.guild, thread)
        return thread

    def remove_channel(self, channel: Channel) -> None:
        """Take a channel away with its threads and webhooks."""
        for thread in [one for one in self.channels.values() if one.parent is channel]:
            self.remove_channel(thread)
        if self.channels.pop(channel.id, None) is None:
            raise unknown("Channel")
        for webhook in [one for one in self.webhooks.values() if one.channel is channel]:
            del self.webhooks[webhook.id]
        event = "THREAD_DELETE" if channel.is_thread else "CHANNEL_DELETE"
        self.publish(event, payloads.channel(channel), channel.guild, None)

    def webhook(self, channel: Channel, name: str, creator: User, avatar: str | None = None) -> Webhook:
        key = self.id()
        application = self.me.id if creator is self.me else None
        webhook = Webhook(key, f"secret{key}", name, channel, creator, avatar, application)
        self.webhooks[key] = webhook
        self.tell_webhooks(channel)
        return webhook

    def remove_webhook(self, webhook: Webhook) -> None:
        del self.webhooks[webhook.id]
        self.tell_webhooks(webhook.channel)

    def tell_webhooks(self, channel: Channel) -> None:
        assert channel.guild
        data = {"guild_id": str(channel.guild.id), "channel_id": str(channel.id)}
        self.publish("WEBHOOKS_UPDATE", data, channel.guild, channel)

    def file(self, channel: Channel, filename: str, data: bytes, kind: str, about: str | None = None) -> Attachment:
        """Keep a file so that it can be fetched from the CDN."""
        key = self.id()
        path = f"attachments/{channel.id}/{key}/{filename}"
        self.cdn[path] = attachment = Attachment(key, filename, data, kind, f"{self.url}/cdn/{path}", about)
        return attachment

    def all_messages(self) -> list[Message]:
        return [message for channel in self.channels.values() for message in channel.messages.values()]
