"""Messages as they are posted, edited, deleted and reacted to, by people, the bot and webhooks alike."""

import mimetypes
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.bot.platforms.discord.loopback import components, mentions, payloads, permissions
from tests.bot.platforms.discord.loopback.refusals import Refusal, invalid, unknown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import (
    COMPONENTS_V2,
    EPHEMERAL,
    Attachment,
    Channel,
    Interaction,
    Message,
    User,
    Webhook,
)

CONTENT_CHARACTERS = 2000
FILE_BYTES = 10 * 1024 * 1024
OLD = timedelta(hours=1)
BULK_AGE = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Sender:
    """Who posts, and under which name and face; `private_to` makes the post ephemeral."""

    user: User
    name: str
    avatar: str | None = None
    webhook: Webhook | None = None
    interaction: Interaction | None = None
    private_to: User | None = None


@dataclass(frozen=True, slots=True)
class Upload:
    filename: str
    data: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """What a request says a message shall be: its JSON, and the files that came with it by their number."""

    json: dict[str, Any]
    files: dict[int, Upload] = field(default_factory=dict)

    @property
    def flags(self) -> int:
        return self.json.get("flags") or 0

    def check(self, old: Message | None = None) -> None:
        """Raise a refusal for what Discord would not take as a message, or as an edit of one."""
        content = self.json.get("content") or ""
        if len(content) > CONTENT_CHARACTERS:
            raise invalid("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.")
        new = bool((self.flags | (old.flags if old else 0)) & COMPONENTS_V2)
        if new and (content or self.json.get("embeds")):
            raise invalid("content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", "No content beside these.")
        components.check_embeds(self.json.get("embeds") or [])
        components.check_message(self.json.get("components") or [], new)
        if len(self.files) > 10:
            raise Refusal(400, 30015, "Maximum number of attachments in a message reached (10)")
        if any(len(file.data) > FILE_BYTES for file in self.files.values()):
            raise Refusal(413, 40005, "Request entity too large")
        if len(str(self.json.get("nonce") or "")) > 25:
            raise invalid("nonce", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")


def post(state: State, channel: Channel, sender: Sender, body: Body, reply_to: Message | None = None) -> Message:
    """Post a message and tell everybody; an ephemeral one is told to nobody.

    Raises 50035 for a body that is too long, 50006 for an empty one. With `enforce_nonce` the post of the same nonce is
    returned instead of a second one.
    """
    body.check()
    if body.json.get("enforce_nonce") and (earlier := _with_nonce(channel, sender.user, body.json.get("nonce"))):
        return earlier
    message = Message(state.id(), channel, sender.user, sender.name, sender.avatar, state.now())
    message.webhook, message.interaction = sender.webhook, sender.interaction
    message.private_to, message.reply_to, message.nonce = sender.private_to, reply_to, body.json.get("nonce")
    message.kind = 19 if reply_to else 20 if sender.interaction and sender.interaction.kind == 2 else 0
    message.flags = body.flags | (EPHEMERAL if sender.private_to else 0)
    _fill(state, message, body)
    if not (message.content.strip() or message.embeds or message.attachments or message.components):
        raise Refusal(400, 50006, "Cannot send an empty message")
    if sender.private_to:
        channel.private.append(message)
        state.moved()
        return message
    channel.messages[message.id] = message
    channel.archived = False
    state.publish("MESSAGE_CREATE", payloads.event(message, state.me), channel.guild, channel)
    return message


def edit(state: State, message: Message, body: Body) -> Message:
    """Edit what the body names and leave the rest; raises 30046 for an old message that is edited too often."""
    body.check(message)
    if state.now() - message.sent > OLD:
        if message.edits_when_old >= state.rules.edits_of_old:
            raise Refusal(429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later")
        message.edits_when_old += 1
    message.edits.append(message.content)
    if "flags" in body.json:
        message.flags = message.flags & ~4 | body.flags
    _fill(state, message, body)
    message.edited = state.now()
    tell_edited(state, message)
    return message


def tell_edited(state: State, message: Message) -> None:
    if message.private_to:
        return state.moved()
    data = payloads.event(message, state.me)
    state.publish("MESSAGE_UPDATE", data, message.channel.guild, message.channel)


def _fill(state: State, message: Message, body: Body) -> None:
    """Put what the body names into the message."""
    given = body.json
    if "content" in given:
        message.content = given["content"] or ""
        _mention(state, message, given.get("allowed_mentions"))
    if "embeds" in given:
        message.embeds = [{"type": "rich"} | embed for embed in given["embeds"] or []]
    if "components" in given:
        message.components = number(given["components"] or [])
    if "attachments" in given or body.files:
        message.attachments = _attachments(state, message, body)


def _mention(state: State, message: Message, allowed: dict[str, Any] | None) -> None:
    guild = message.channel.guild
    any_role = bool(message.webhook) or permissions.may(message.channel, message.author, "mention_everyone")
    found = mentions.find(message.content, allowed, state.users, guild, any_role)
    message.mentioned, message.mentioned_roles, message.everyone = found.users, found.roles, found.everyone
    message.pinged |= found.pinged
    if message.reply_to and (allowed is None or allowed.get("replied_user", not message.author.bot)):
        message.mentioned = list(dict.fromkeys([*message.mentioned, message.reply_to.author]))
        message.pinged.add(message.reply_to.author.name)


def _attachments(state: State, message: Message, body: Body) -> list[Attachment]:
    """The files that an edit keeps, named by id, and the new ones, named by their number."""
    listed = {str(one["id"]): one for one in body.json.get("attachments") or []}
    kept = [one for one in message.attachments if "attachments" not in body.json or str(one.id) in listed]
    new = []
    for index, upload in body.files.items():
        about = listed.get(str(index), {})
        name = about.get("filename") or upload.filename
        kind = mimetypes.guess_type(name)[0] or upload.content_type or "application/octet-stream"
        new.append(state.file(message.channel, name, upload.data, kind, about.get("description")))
    return kept + new


def number(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Give every component an id of its own, as Discord does."""
    for index, component in enumerate(components.walk(found), 1):
        component.setdefault("id", index)
    return found


def _with_nonce(channel: Channel, user: User, nonce: str | int | None) -> Message | None:
    if nonce is None:
        return None
    posts = (one for one in channel.messages.values() if one.author is user)
    return next((one for one in posts if str(one.nonce) == str(nonce)), None)


def delete(state: State, message: Message) -> None:
    """Delete one message, which is then unknown; raises 10008 for one that already is."""
    message.deleted = True
    if message.private_to:
        message.channel.private.remove(message)
        return state.moved()
    if message.channel.messages.pop(message.id, None) is None:
        raise unknown("Message")
    state.publish(
        "MESSAGE_DELETE", {"id": str(message.id), **_place(message.channel)}, message.channel.guild, message.channel
    )


def delete_many(state: State, channel: Channel, found: list[Message]) -> None:
    """Delete messages in bulk; raises 50034 where one is over two weeks old."""
    if any(state.now() - message.sent > BULK_AGE for message in found):
        raise Refusal(400, 50034, "You can only bulk delete messages that are under 14 days old.")
    for message in found:
        message.deleted = True
        channel.messages.pop(message.id, None)
    data = {"ids": [str(message.id) for message in found], **_place(channel)}
    state.publish("MESSAGE_DELETE_BULK", data, channel.guild, channel)


def react(state: State, message: Message, user: User, emoji: str) -> None:
    who = message.reactions.setdefault(emoji, [])
    if user in who:
        return
    who.append(user)
    data = _reaction(message, user, emoji) | {"message_author_id": str(message.author.id)}
    if message.channel.guild:
        data["member"] = payloads.member(message.channel.guild.members[user.id])
    state.publish("MESSAGE_REACTION_ADD", data, message.channel.guild, message.channel)


def unreact(state: State, message: Message, user: User, emoji: str) -> None:
    if user not in message.reactions.get(emoji, ()):
        raise unknown("Emoji")
    message.reactions[emoji].remove(user)
    data = _reaction(message, user, emoji)
    state.publish("MESSAGE_REACTION_REMOVE", data, message.channel.guild, message.channel)


def clear_reactions(state: State, message: Message) -> None:
    message.reactions.clear()
    data = {"message_id": str(message.id), **_place(message.channel)}
    state.publish("MESSAGE_REACTION_REMOVE_ALL", data, message.channel.guild, message.channel)


def _reaction(message: Message, user: User, emoji: str) -> dict[str, Any]:
    data = {"user_id": str(user.id), "message_id": str(message.id), "emoji": {"id": None, "name": emoji}}
    return data | {"burst": False, "type": 0} | _place(message.channel)


def _place(channel: Channel) -> dict[str, str]:
    place = {"channel_id": str(channel.id)}
    return place | ({"guild_id": str(channel.guild.id)} if channel.guild else {})


def type_in(state: State, channel: Channel, user: User) -> None:
    channel.typing.append((state.now(), user))
    data = {"user_id": str(user.id), "timestamp": int(state.now().timestamp()), **_place(channel)}
    if channel.guild:
        data["member"] = payloads.member(channel.guild.members[user.id])
    state.publish("TYPING_START", data, channel.guild, channel)
