"""REST: messages, reactions and typing in a channel."""

from typing import Any

from tests.bot.platforms.discord.loopback import payloads, permissions, posting
from tests.bot.platforms.discord.loopback.calls import Call, route
from tests.bot.platforms.discord.loopback.refusals import Refusal, invalid, unknown
from tests.bot.platforms.discord.loopback.things import DM, FORUM, Message, User

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = MESSAGES + "/{message_id}"
REACTIONS = MESSAGE + "/reactions"


@route("GET", MESSAGES)
def history(call: Call) -> Any:
    """The newest first, at most `limit`; `after` takes the oldest that are newer than it."""
    channel = call.channel("read_message_history")
    limit = int(call.query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid("limit", "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    found = sorted(channel.messages.values(), key=lambda message: message.id)
    if "after" in call.query:
        found = [message for message in found if message.id > int(call.query["after"])][:limit]
    elif "around" in call.query:
        found = sorted(found, key=lambda message: abs(message.id - int(call.query["around"])))[:limit]
        found.sort(key=lambda message: message.id)
    else:
        before = int(call.query.get("before", 1 << 63))
        found = [message for message in found if message.id < before][-limit:]
    return [payloads.message(message, call.me) for message in reversed(found)]


@route("POST", MESSAGES)
def post(call: Call) -> Any:
    channel = call.channel()
    if channel.kind == FORUM:
        raise Refusal(400, 50008, "Cannot send messages in a non-text channel")
    permissions.require_to_send(channel, call.me)
    if channel.kind == DM and call.state.closed.intersection(channel.recipients):
        raise Refusal(403, 50007, "Cannot send messages to this user")
    if call.files:
        permissions.require(channel, call.me, "attach_files")
    if channel.archived and channel.locked:
        raise Refusal(400, 50083, "Thread is archived")
    reply_to = _referenced(call, channel.messages)
    sender = posting.Sender(call.me, call.me.name, call.me.avatar)
    return payloads.message(posting.post(call.state, channel, sender, call.body, reply_to), call.me)


def _referenced(call: Call, messages: dict[int, Message]) -> Message | None:
    reference = call.json.get("message_reference")
    if not reference:
        return None
    found = messages.get(int(reference["message_id"]))
    if found is None and reference.get("fail_if_not_exists", True):
        raise invalid("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    return found


@route("GET", MESSAGE)
def get(call: Call) -> Any:
    return payloads.message(call.message(call.channel("read_message_history")), call.me)


@route("PATCH", MESSAGE)
def edit(call: Call) -> Any:
    """Only the bot's own; of another's, a moderator may suppress embeds and nothing else."""
    message = call.message(call.channel())
    if message.author is not call.me or message.webhook:
        if set(call.json) != {"flags"}:
            raise Refusal(403, 50005, "Cannot edit a message authored by another user")
        permissions.require(message.channel, call.me, "manage_messages")
    return payloads.message(posting.edit(call.state, message, call.body), call.me)


@route("DELETE", MESSAGE)
def delete(call: Call) -> None:
    message = call.message(call.channel())
    if message.author is not call.me or message.webhook:
        permissions.require(message.channel, call.me, "manage_messages")
    posting.delete(call.state, message)


@route("POST", MESSAGES + "/bulk-delete")
def delete_many(call: Call) -> None:
    channel = call.channel("manage_messages")
    keys = {int(key) for key in call.json["messages"]}
    if not 2 <= len(keys) <= 100:
        raise Refusal(400, 50016, "Provided too few or too many messages to delete. Must provide between 2 and 100.")
    posting.delete_many(call.state, channel, [channel.messages[key] for key in keys if key in channel.messages])


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> None:
    channel = call.channel()
    permissions.require_to_send(channel, call.me)
    posting.type_in(call.state, channel, call.me)


@route("PUT", REACTIONS + "/{emoji_name}/@me")
def react(call: Call) -> None:
    message = call.message(call.channel("read_message_history"))
    emoji = call.params["emoji_name"]
    if not message.reactions.get(emoji):
        permissions.require(message.channel, call.me, "add_reactions")
    if emoji.isascii():
        raise unknown("Emoji")
    posting.react(call.state, message, call.me, emoji)


@route("DELETE", REACTIONS + "/{emoji_name}/@me")
def unreact(call: Call) -> None:
    posting.unreact(call.state, call.message(call.channel()), call.me, call.params["emoji_name"])


@route("DELETE", REACTIONS + "/{emoji_name}/{user_id}")
def unreact_another(call: Call) -> None:
    user = call.state.users.get(call.key("user_id"))
    if user is None:
        raise unknown("User")
    message = call.message(call.channel(*(() if user is call.me else ("manage_messages",))))
    posting.unreact(call.state, message, user, call.params["emoji_name"])


@route("GET", REACTIONS + "/{emoji_name}")
def who_reacted(call: Call) -> Any:
    who: list[User] = call.message(call.channel("read_message_history")).reactions.get(call.params["emoji_name"], [])
    return [payloads.user(user) for user in who]


@route("DELETE", REACTIONS)
def clear(call: Call) -> None:
    posting.clear_reactions(call.state, call.message(call.channel("manage_messages")))
