"""Messages that change or vanish."""

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call, read_caption, read_message_text
from tests.bot.platforms.telegram.loopback.methods.buttons import read_markup
from tests.bot.platforms.telegram.loopback.methods.sending import read_media
from tests.bot.platforms.telegram.loopback.refusals import NOT_MODIFIED, bad
from tests.bot.platforms.telegram.loopback.state import Json, Message

DELETABLE_HOURS = 48
TEXT = ("text", "entities")
CAPTION = ("caption", "caption_entities")


def _own(call: Call) -> Message:
    message = call.message("message to edit not found")
    if message.author is not call.state.bot:
        raise bad("message can't be edited")
    return message


def _change(call: Call, message: Message, content: Json, *, gone: tuple[str, ...] = ()) -> Json:
    """Replace fields of a message and its keyboard; what stays the same in both is refused."""
    changed = {key: value for key, value in message.content.items() if key not in gone} | content
    markup = read_markup(call)
    if changed == message.content and markup == message.markup:
        raise bad(NOT_MODIFIED)
    call.rates.spend(message.chat)
    message.content, message.markup, message.edited = changed, markup, call.state.clock.date()
    call.state.changed.ring()
    return message.as_json()


@TABLE.answers("editMessageText")
async def edit_message_text(call: Call) -> Json:
    """Replace a text."""
    content, message = read_message_text(call), _own(call)
    if "text" not in message.content:
        raise bad("there is no text in the message to edit")
    return _change(call, message, content, gone=TEXT)


@TABLE.answers("editMessageCaption")
async def edit_message_caption(call: Call) -> Json:
    """Replace what stands under a picture or document."""
    content, message = read_caption(call), _own(call)
    if not {"photo", "document"} & message.content.keys():
        raise bad("there is no caption in the message to edit")
    return _change(call, message, content, gone=CAPTION)


@TABLE.answers("editMessageReplyMarkup")
async def edit_message_reply_markup(call: Call) -> Json:
    """Replace a keyboard."""
    return _change(call, _own(call), {})


@TABLE.answers("editMessageMedia")
async def edit_message_media(call: Call) -> Json:
    """Replace a picture or document, and its caption."""
    message = _own(call)
    content = read_media(call, call.json("media") or {})
    return _change(call, message, content, gone=(*TEXT, *CAPTION, "photo", "document"))


@TABLE.answers("deleteMessage")
async def delete_message(call: Call) -> bool:
    """Take a message away: the bot's own, any in a private chat, and any where the bot is an administrator."""
    message = call.message("message to delete not found")
    _check_deletion(call, message)
    _take_away(call, message)
    return True


@TABLE.answers("deleteMessages")
async def delete_messages(call: Call) -> bool:
    """Take several away; those that are gone already are passed over."""
    chat = call.chat()
    wanted = call.json("message_ids") or []
    if not 1 <= len(wanted) <= 100:
        raise bad("there must be 1-100 message identifiers" if wanted else "message identifiers are not specified")
    messages = [chat.messages[number] for number in wanted if number in chat.messages]
    for message in messages:
        _check_deletion(call, message)
    for message in messages:
        _take_away(call, message)
    return True


def _check_deletion(call: Call, message: Message) -> None:
    chat, bot = message.chat, call.state.bot
    is_old = call.state.clock.date() - message.date > DELETABLE_HOURS * 3600
    may = chat.members.get(bot.id) == "administrator" or (
        not is_old and (message.author is bot or chat.kind == "private")
    )
    if not may:
        raise bad("message can't be deleted for everyone" if is_old else "message can't be deleted")


def _take_away(call: Call, message: Message) -> None:
    del message.chat.messages[message.id]
    call.state.changed.ring()


@TABLE.answers("setMessageReaction")
async def set_message_reaction(call: Call) -> bool:
    """Put the bot's reaction on a message, or take it off."""
    message = call.message("message to react not found")
    reactions = call.json("reaction") or []
    if len(reactions) > 1 or any(one.get("type") != "emoji" for one in reactions):
        raise bad("REACTION_INVALID")
    message.reactions[call.state.bot.id] = reactions
    call.state.changed.ring()
    return True


@TABLE.answers("pinChatMessage")
async def pin_chat_message(call: Call) -> bool:
    """Pin a message; in groups only administrators may."""
    message = call.message("message to pin not found")
    _check_pinning(call)
    message.chat.pinned = [message.id, *(one for one in message.chat.pinned if one != message.id)]
    call.state.changed.ring()
    return True


@TABLE.answers("unpinChatMessage")
async def unpin_chat_message(call: Call) -> bool:
    """Unpin a message, or the newest pinned one."""
    chat = call.chat()
    _check_pinning(call)
    wanted = call.number("message_id") or next(iter(chat.pinned), 0)
    if wanted not in chat.pinned:
        raise bad("message to unpin not found")
    chat.pinned.remove(wanted)
    call.state.changed.ring()
    return True


@TABLE.answers("unpinAllChatMessages")
async def unpin_all_chat_messages(call: Call) -> bool:
    """Unpin all."""
    _check_pinning(call)
    call.chat().pinned.clear()
    call.state.changed.ring()
    return True


def _check_pinning(call: Call) -> None:
    chat = call.chat()
    if chat.kind != "private" and chat.members.get(call.state.bot.id) != "administrator":
        raise bad("not enough rights to manage pinned messages in the chat")
