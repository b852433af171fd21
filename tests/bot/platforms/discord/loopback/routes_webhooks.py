"""REST: webhooks, their posts, and the messages of an interaction, which go by the same paths."""

import re
from typing import Any

from tests.bot.platforms.discord.loopback import answers, components, payloads, permissions, posting
from tests.bot.platforms.discord.loopback.calls import Call, route
from tests.bot.platforms.discord.loopback.refusals import Refusal, check_length, invalid, lacks_permissions, unknown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import DM, FORUM, THREAD, Channel, Message, Webhook

WEBHOOK, BY_TOKEN = "/webhooks/{webhook_id}", "/webhooks/{webhook_id}/{webhook_token}"
MESSAGE, ORIGINAL = BY_TOKEN + "/messages/{message_id}", BY_TOKEN + "/messages/@original"


def check_name(name: str, path: str) -> None:
    """Raise 50035 for a name of a webhook that Discord refuses: 1-80 characters, never its own names."""
    check_length(path, name.strip(), 1, 80)
    if found := re.search(r"discord|clyde", name, re.IGNORECASE):
        message = f'Username cannot contain "{found[0].lower()}"'
        raise invalid(path, "USERNAME_INVALID_CONTAINS", message)


@route("POST", "/channels/{channel_id}/webhooks")
def create(call: Call) -> Any:
    channel = call.channel("manage_webhooks")
    if channel.is_thread or channel.kind == DM:
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    check_name(call.json["name"], "name")
    most = call.state.rules.webhooks_per_channel
    if sum(one.channel is channel for one in call.state.webhooks.values()) >= most:
        raise Refusal(400, 30007, f"Maximum number of webhooks reached ({most})")
    return payloads.webhook(call.state.webhook(channel, call.json["name"], call.me, call.avatar()))


@route("GET", "/channels/{channel_id}/webhooks")
def of_channel(call: Call) -> Any:
    channel = call.channel("manage_webhooks")
    return [_seen(call, one) for one in call.state.webhooks.values() if one.channel is channel]


@route("GET", "/guilds/{guild_id}/webhooks")
def of_guild(call: Call) -> Any:
    guild = call.guild
    if not permissions.in_guild(guild, guild.members[call.me.id]) & permissions.named("manage_webhooks"):
        raise lacks_permissions()
    return [_seen(call, one) for one in call.state.webhooks.values() if one.channel.guild is guild]


def _seen(call: Call, webhook: Webhook) -> Any:
    """A webhook as the bot sees it: the token of another application's is kept from it."""
    payload = payloads.webhook(webhook)
    if webhook.application not in (None, call.me.id):
        del payload["token"]
    return payload


@route("GET", BY_TOKEN)
@route("GET", WEBHOOK)
def get(call: Call) -> Any:
    return payloads.webhook(_mine(call))


@route("PATCH", BY_TOKEN)
@route("PATCH", WEBHOOK)
def edit(call: Call) -> Any:
    webhook, state = _mine(call), call.state
    if call.json.get("name") is not None:
        check_name(call.json["name"], "name")
        webhook.name = call.json["name"]
    if "avatar" in call.json:
        webhook.avatar = call.avatar()
    if target := state.channels.get(int(call.json.get("channel_id") or 0)):
        permissions.require(target, call.me, "manage_webhooks")
        webhook.channel = target
    state.tell_webhooks(webhook.channel)
    return payloads.webhook(webhook)


@route("DELETE", BY_TOKEN)
@route("DELETE", WEBHOOK)
def delete(call: Call) -> None:
    call.state.remove_webhook(_mine(call))


def _mine(call: Call) -> Webhook:
    webhook = call.webhook()
    if "webhook_token" not in call.params:
        permissions.require(webhook.channel, call.me, "manage_webhooks")
    return webhook


@route("POST", BY_TOKEN)
def execute(call: Call) -> Any:
    """Post as the webhook, under the name and face that the body gives; answers the post when it is waited for."""
    if call.key("webhook_id") == call.me.id:
        return payloads.message(answers.follow_up(call.state, answers.live(call.state, call), call.body), call.me)
    webhook = call.webhook()
    name = call.json.get("username") or webhook.name
    check_name(name, "username")
    url = call.json.get("avatar_url")
    avatar = call.state.picture(url.encode()) if url else webhook.avatar
    _may_carry(webhook, call)
    channel = _place(call.state, webhook, call)
    sender = posting.Sender(webhook.creator, name, avatar, webhook)
    message = posting.post(call.state, channel, sender, call.body)
    return payloads.message(message, call.me) if call.query.get("wait") in ("true", "True", "1") else None


def _may_carry(webhook: Webhook, call: Call) -> None:
    clicks = any("custom_id" in one for one in components.walk(call.json.get("components") or []))
    if clicks and not webhook.application:
        raise invalid("components", "WEBHOOK_NOT_APPLICATION_OWNED", "Only an application's webhook may be clicked.")


def _place(state: State, webhook: Webhook, call: Call) -> Channel:
    """Where the post goes: the webhook's channel, one of its threads, or a new post of its forum."""
    if key := call.query.get("thread_id"):
        thread = state.channels.get(int(key))
        if thread is None or thread.parent is not webhook.channel:
            raise unknown("Channel")
        if thread.archived and thread.locked:
            raise Refusal(400, 50083, "Thread is archived")
        return thread
    if webhook.channel.kind != FORUM:
        return webhook.channel
    if not call.json.get("thread_name"):
        raise Refusal(400, 220001, "Webhooks posted to forum channels must have a thread_name or thread_id")
    return state.thread(webhook.channel, call.json["thread_name"], webhook.creator, THREAD)


def _posted(call: Call) -> Message:
    """The message in the path: of the webhook itself, or an answer to the interaction whose token is given."""
    if call.key("webhook_id") == call.me.id:
        return answers.find(answers.live(call.state, call), call.params.get("message_id", "@original"))
    webhook = call.webhook()
    channel = _place(call.state, webhook, call) if "thread_id" in call.query else webhook.channel
    message = call.message(channel)
    if message.webhook is not webhook:
        raise unknown("Message")
    return message


@route("GET", ORIGINAL)
@route("GET", MESSAGE)
def get_message(call: Call) -> Any:
    return payloads.message(_posted(call), call.me)


@route("PATCH", ORIGINAL)
@route("PATCH", MESSAGE)
def edit_message(call: Call) -> Any:
    message = _posted(call)
    if message.interaction:
        return payloads.message(answers.edit(call.state, message, call.body), call.me)
    assert message.webhook
    _may_carry(message.webhook, call)
    return payloads.message(posting.edit(call.state, message, call.body), call.me)


@route("DELETE", ORIGINAL)
@route("DELETE", MESSAGE)
def delete_message(call: Call) -> None:
    posting.delete(call.state, _posted(call))
