"""REST: users, guilds with their members, roles and channels, threads, direct messages, and the gateway's address."""

from typing import Any

from tests.bot.platforms.discord.loopback import payloads, permissions, posting
from tests.bot.platforms.discord.loopback.calls import Call, route
from tests.bot.platforms.discord.loopback.refusals import Refusal, check_length, invalid, unknown
from tests.bot.platforms.discord.loopback.things import DM, FORUM, PRIVATE_THREAD, THREAD, User


@route("GET", "/gateway")
def gateway(call: Call) -> Any:
    return {"url": call.state.url.replace("http", "ws", 1)}


@route("GET", "/gateway/bot")
def gateway_of_bot(call: Call) -> Any:
    limit = {"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": 16}
    return {"url": call.state.url.replace("http", "ws", 1), "shards": call.state.shards, "session_start_limit": limit}


@route("GET", "/users/@me")
def myself(call: Call) -> Any:
    return payloads.user(call.me) | {"verified": True, "mfa_enabled": False, "flags": 0}


@route("PATCH", "/users/@me")
def change_myself(call: Call) -> Any:
    call.me.name = call.json.get("username") or call.me.name
    if "avatar" in call.json:
        call.me.avatar = call.avatar()
    return myself(call)


@route("GET", "/users/@me/guilds")
def my_guilds(call: Call) -> Any:
    found = [one for one in call.state.guilds.values() if call.me.id in one.members]
    return [{"id": str(one.id), "name": one.name, "icon": None, "owner": False, "features": []} for one in found]


@route("GET", "/users/{user_id}")
def user(call: Call) -> Any:
    return payloads.user(_user(call))


def _user(call: Call) -> User:
    found = call.state.users.get(call.key("user_id"))
    if found is None:
        raise unknown("User")
    return found


@route("POST", "/users/@me/channels")
def open_direct(call: Call) -> Any:
    """Open a direct channel; whom the bot shares no server with, it cannot reach (50007)."""
    found = call.state.users.get(int(call.json["recipient_id"]))
    if found is None:
        raise unknown("User")
    if found.bot or not any(found.id in one.members for one in call.state.guilds.values()):
        raise Refusal(403, 50007, "Cannot send messages to this user")
    return payloads.channel(call.state.direct(found))


@route("DELETE", "/users/@me/guilds/{guild_id}")
def leave(call: Call) -> None:
    guild = call.guild
    del guild.members[call.me.id]
    call.state.publish("GUILD_DELETE", {"id": str(guild.id)}, guild)


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Any:
    return payloads.guild(call.guild, [], call.me, False)


@route("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> Any:
    of = call.guild
    return [payloads.channel(one) for one in call.state.channels.values() if one.guild is of and not one.is_thread]


@route("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> Any:
    return [payloads.role(one) for one in call.guild.roles.values()]


@route("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> Any:
    return [payloads.member(one) for one in list(call.guild.members.values())[: int(call.query.get("limit", 1))]]


@route("GET", "/guilds/{guild_id}/members/search")
def find_members(call: Call) -> Any:
    wanted = call.query["query"].casefold()
    return [payloads.member(one) for one in call.guild.members.values() if one.user.name.casefold().startswith(wanted)]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Any:
    found = call.guild.members.get(_user(call).id)
    if found is None:
        raise unknown("Member")
    return payloads.member(found)


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Any:
    of = call.guild
    found = [one for one in call.state.channels.values() if one.guild is of and one.is_thread and not one.archived]
    return {"threads": [payloads.channel(one) for one in found], "members": []}


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Any:
    return payloads.channel(call.channel())


@route("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Any:
    found = call.channel()
    if found.kind == DM:
        raise Refusal(400, 50024, "Cannot execute action on this channel type")
    if not (found.is_thread and found.owner is call.me):
        permissions.require(found, call.me, "manage_threads" if found.is_thread else "manage_channels")
    for name in ("name", "topic", "nsfw", "archived", "locked"):
        if name in call.json:
            setattr(found, name, call.json[name])
    event = "THREAD_UPDATE" if found.is_thread else "CHANNEL_UPDATE"
    call.state.publish(event, payloads.channel(found), found.guild, found)
    return payloads.channel(found)


@route("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Any:
    found = call.channel()
    permissions.require(found, call.me, "manage_threads" if found.is_thread else "manage_channels")
    call.state.remove_channel(found)
    return payloads.channel(found)


@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def thread_of_message(call: Call) -> Any:
    parent = call.channel("create_public_threads")
    message = call.message(parent)
    if message.thread:
        raise Refusal(400, 160004, "A thread has already been created for this message")
    check_length("name", call.json["name"], 1, 100)
    return payloads.channel(call.state.thread(parent, call.json["name"], call.me, THREAD, message))


@route("POST", "/channels/{channel_id}/threads")
def thread(call: Call) -> Any:
    """A thread of a channel, or a post in a forum with its first message."""
    parent = call.channel()
    check_length("name", call.json["name"], 1, 100)
    if parent.kind == FORUM:
        permissions.require(parent, call.me, "send_messages")
        started = posting.Body(call.json.get("message") or {}, call.files)
        if not started.json and not started.files:
            raise invalid("message", "BASE_TYPE_REQUIRED", "This field is required")
        started.check()
        made = call.state.thread(parent, call.json["name"], call.me, THREAD)
        message = posting.post(call.state, made, posting.Sender(call.me, call.me.name, call.me.avatar), started)
        return payloads.channel(made) | {"message": payloads.message(message, call.me)}
    kind = call.json.get("type", PRIVATE_THREAD)
    permissions.require(
        parent, call.me, "create_private_threads" if kind == PRIVATE_THREAD else "create_public_threads"
    )
    return payloads.channel(call.state.thread(parent, call.json["name"], call.me, kind))


@route("PUT", "/channels/{channel_id}/thread-members/@me")
def join(call: Call) -> None:
    found = call.channel()
    if call.me not in found.members:
        found.members.append(call.me)


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_to_thread(call: Call) -> None:
    found, added = call.channel("send_messages_in_threads"), _user(call)
    if added not in found.members:
        found.members.append(added)
