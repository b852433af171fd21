"""Chats and who is in them."""

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call, reachable
from tests.bot.platforms.telegram.loopback.refusals import bad, forbidden
from tests.bot.platforms.telegram.loopback.state import Json


@TABLE.answers("getChat")
async def get_chat(call: Call) -> Json:
    """Tell all about a chat."""
    chat = call.chat()
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(gifts, True)}
    pinned = [chat.messages[one].as_json() for one in chat.pinned if one in chat.messages]
    return chat.as_json() | full | ({"pinned_message": pinned[0]} if pinned else {})


@TABLE.answers("getChatMember")
async def get_chat_member(call: Call) -> Json:
    """Tell what somebody is in a chat."""
    user = call.state.users.get(call.number("user_id"))
    if not user:
        raise bad("user not found")
    return call.state.membership(call.chat(), user)


@TABLE.answers("getChatAdministrators")
async def get_chat_administrators(call: Call) -> list[Json]:
    """List who may moderate a group: people, and the bot itself."""
    chat = call.chat()
    if chat.kind == "private":
        raise bad("there are no administrators in the private chat")
    wanted = [call.state.users[member] for member, status in chat.members.items() if status in _ADMINS]
    return [call.state.membership(chat, user) for user in wanted if not user.is_bot or user is call.state.bot]


_ADMINS = ("creator", "administrator")


@TABLE.answers("getChatMemberCount")
async def get_chat_member_count(call: Call) -> int:
    """Count who is in a chat."""
    return sum(status not in ("left", "kicked") for status in call.chat().members.values())


@TABLE.answers("leaveChat")
async def leave_chat(call: Call) -> bool:
    """Go."""
    chat = reachable(call.state, call.text("chat_id"))
    if chat.kind == "private":
        raise forbidden("bot can't leave a private chat")
    chat.members[call.state.bot.id] = "left"
    call.state.changed.ring()
    return True
