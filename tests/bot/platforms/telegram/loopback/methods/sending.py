"""Messages that the bot writes."""

from typing import Any

from tests.bot.platforms.telegram.loopback.calls import (
    TABLE,
    Call,
    captioned,
    limit_of,
    open_thread,
    reachable,
    read_caption,
    read_message_text,
    read_text,
)
from tests.bot.platforms.telegram.loopback.methods.buttons import read_markup
from tests.bot.platforms.telegram.loopback.methods.files import keep_document, keep_photo
from tests.bot.platforms.telegram.loopback.refusals import bad
from tests.bot.platforms.telegram.loopback.state import DRAFT_SECONDS, Chat, Draft, Json, Message

ACTIONS = {
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
    "choose_sticker", "find_location", "record_video_note", "upload_video_note",
}  # fmt: skip


def _send(call: Call, content: Json, *, chat: Chat | None = None) -> Message:
    """Write a message of the bot, checked in all that messages share."""
    chat = chat or call.chat()
    markup = read_markup(call)
    reply_to = _replied(call, chat)
    thread = call.thread
    if thread is None and reply_to and chat.is_forum:
        thread = reply_to.thread
    is_topic = open_thread(call.state, chat, thread)
    call.rates.spend(chat)
    more: dict[str, Any] = {"markup": markup, "reply_to": reply_to, "is_silent": call.flag("disable_notification")}
    return call.state.keep(chat, call.state.bot, content, thread=thread, is_topic=is_topic, **more)


def _replied(call: Call, chat: Chat) -> Message | None:
    wanted = call.json("reply_parameters")
    if not wanted:
        return None
    found = chat.messages.get(wanted["message_id"])
    if not found and not wanted.get("allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return found


@TABLE.answers("sendMessage")
async def send_message(call: Call) -> Json:
    """Send a text."""
    return _send(call, read_message_text(call)).as_json()


@TABLE.answers("sendPhoto")
async def send_photo(call: Call) -> Json:
    """Send a picture."""
    caption = read_caption(call)
    return _send(call, {"photo": keep_photo(call, call.values.get("photo"))} | caption).as_json()


@TABLE.answers("sendDocument")
async def send_document(call: Call) -> Json:
    """Send a file."""
    caption = read_caption(call)
    return _send(call, {"document": keep_document(call, call.values.get("document"))} | caption).as_json()


@TABLE.answers("sendMediaGroup")
async def send_media_group(call: Call) -> list[Json]:
    """Send an album of 2 to 10 pictures, or as many documents."""
    media = call.json("media") or []
    if not 2 <= len(media) <= 10:
        raise bad("there must be 2-10 items in the media group" if media else "media is empty")
    if len({item["type"] for item in media}) > 1 and any(item["type"] == "document" for item in media):
        raise bad("document can't be mixed with other media types")
    contents = [read_media(call, item) for item in media]
    album = {"media_group_id": str(next(call.state.numbers))}
    return [_send(call, content | album).as_json() for content in contents]


def read_media(call: Call, item: Json) -> Json:
    """Read an InputMedia."""
    given = item.get("caption_entities") or []
    caption = captioned(
        *read_text(item.get("caption", ""), item.get("parse_mode", ""), given, limit=limit_of("caption"))
    )
    source = str(item.get("media", ""))
    value = call.values.get(source.removeprefix("attach://")) if source.startswith("attach://") else source
    if item["type"] == "photo":
        return {"photo": keep_photo(call, value)} | caption
    return {"document": keep_document(call, value)} | caption


@TABLE.answers("copyMessage")
async def copy_message(call: Call) -> Json:
    """Send what somebody else's message says."""
    source = reachable(call.state, call.text("from_chat_id")).messages.get(call.number("message_id"))
    if not source:
        raise bad("message to copy not found")
    content = dict(source.content)
    if "caption" in call.values:
        content = {key: value for key, value in content.items() if not key.startswith("caption")} | read_caption(call)
    return {"message_id": _send(call, content).id}


@TABLE.answers("sendMessageDraft")
async def send_message_draft(call: Call) -> bool:
    """Show what the bot is still writing, for 30 seconds, in private chats."""
    text, entities = call.formatted()
    chat = call.chat()
    if chat.kind != "private":
        raise bad("TEXTDRAFT_PEER_INVALID")
    if not call.number("draft_id"):
        raise bad("RANDOM_ID_INVALID")
    open_thread(call.state, chat, call.thread)
    draft = Draft(text, entities, call.state.clock.now() + DRAFT_SECONDS)
    chat.drafts.pop(call.thread, None)
    chat.drafts[call.thread] = draft
    chat.drafted.append(text)
    call.state.changed.ring()
    return True


@TABLE.answers("sendChatAction")
async def send_chat_action(call: Call) -> bool:
    """Show that the bot is typing."""
    chat = call.chat()
    if call.text("action") not in ACTIONS:
        raise bad("wrong parameter action in request")
    open_thread(call.state, chat, call.thread)
    chat.actions.append(call.text("action"))
    call.state.changed.ring()
    return True
