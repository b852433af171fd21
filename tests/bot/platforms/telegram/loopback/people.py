"""People at their telephones: what they can do, and the updates that follow."""

import re
from dataclasses import dataclass
from typing import Any

from tests.bot.platforms.telegram.loopback.calls import Upload, captioned
from tests.bot.platforms.telegram.loopback.entities import piece, settle
from tests.bot.platforms.telegram.loopback.methods.files import document_of, photo_sizes
from tests.bot.platforms.telegram.loopback.presses import Press
from tests.bot.platforms.telegram.loopback.rooms import Room, Shown
from tests.bot.platforms.telegram.loopback.state import Chat, Json, Message, Query, State, Topic, User
from tests.bot.platforms.telegram.loopback.updates import Updates


@dataclass(frozen=True)
class Person:
    """Somebody with a telephone."""

    user: User
    state: State
    updates: Updates

    @property
    def id(self) -> int:
        """The number that Telegram knows them by."""
        return self.user.id

    def private(self) -> Room:
        """Open the private chat with the bot, begun or not."""
        chat = self.state.chats.get(self.id)
        if not chat:
            chat = Chat(self.id, "private", self.user.first_name, self.state.private_ids, is_started=False)
            chat.username, chat.is_forum = self.user.username, self.state.has_topics
            chat.members = {self.id: "member", self.state.bot.id: "member"}
            self.state.chats[self.id] = chat
        return Room(chat, self.state, self.updates)

    async def says(
        self,
        room: Room,
        text: str,
        *,
        reply_to: Shown | None = None,
        topic: Topic | None = None,
        entities: list[Json] | None = None,
    ) -> Shown:
        """Write a line. Commands, mentions and links in it become entities by themselves."""
        plain, found = settle(text, entities or [])
        content = {"text": plain} | ({"entities": found} if found else {})
        return self._write(room, content, reply_to, topic)

    async def starts(self, code: str = "") -> Room:
        """Open the bot's link, with a code or without, and press "Start"."""
        assert re.fullmatch(r"[A-Za-z0-9_-]{0,64}", code), f"Telegram takes no such code in a link: {code}"
        room = self.private()
        await self.says(room, f"/start {code}".strip())
        return room

    async def sends_document(
        self,
        room: Room,
        name: str,
        content: bytes,
        *,
        caption: str = "",
        topic: Topic | None = None,
        reply_to: Shown | None = None,
    ) -> Shown:
        """Send a file as it is."""
        document = document_of(self.state, Upload(name, content))
        return self._write(room, {"document": document} | captioned(*settle(caption, [])), reply_to, topic)

    async def sends_photo(
        self,
        room: Room,
        content: bytes,
        *,
        caption: str = "",
        topic: Topic | None = None,
        reply_to: Shown | None = None,
        album: str = "",
    ) -> Shown:
        """Send a picture, which Telegram recompresses; those with one `album` belong together."""
        told = {"media_group_id": album} if album else {}
        photo = {"photo": photo_sizes(self.state, content)}
        return self._write(room, photo | told | captioned(*settle(caption, [])), reply_to, topic)

    async def sends_voice(self, room: Room, *, caption: str = "", reply_to: Shown | None = None) -> Shown:
        """Send a recording of three seconds."""
        voice = document_of(self.state, Upload("voice.ogg", b"OggS")) | {"duration": 3}
        del voice["file_name"]
        return self._write(room, {"voice": voice} | captioned(*settle(caption, [])), reply_to, None)

    async def edits(self, line: Shown, text: str) -> None:
        """Rewrite a line of one's own."""
        message = line.message
        assert message.author is self.user, "people can edit only what they wrote"
        kind, names = ("text", "entities") if "text" in message.content else ("caption", "caption_entities")
        plain, entities = settle(text, [])
        kept = {key: value for key, value in message.content.items() if key not in (kind, names)}
        message.content = kept | {kind: plain} | ({names: entities} if entities else {})
        message.edited = self.state.clock.date()
        self._tell("edited_message", message)

    async def deletes(self, line: Shown) -> None:
        """Take a line away. Telegram tells bots nothing of it."""
        line.message.chat.messages.pop(line.message.id, None)
        self.state.changed.ring()

    async def presses(self, line: Shown, label: str) -> Press:
        """Press the button with that label; what comes of it is in the Press."""
        assert line.message.markup, f"there are no buttons below this:\n{line}"
        buttons = [button for row in line.message.markup["inline_keyboard"] for button in row]
        wanted = next((button for button in buttons if button["text"] == label), None)
        assert wanted, f"there is no button {label!r} among {[button['text'] for button in buttons]}"
        assert "callback_data" in wanted, f"the button {label!r} tells the bot nothing"
        query = Query(str(next(self.state.numbers)), self.state.clock.now())
        self.state.queries[query.id] = query
        news: dict[str, Any] = {"id": query.id, "from": self.user.as_json(), "data": wanted["callback_data"]}
        news |= {"message": line.message.as_json(), "chat_instance": str(line.message.chat.id)}
        self.updates.add("callback_query", news)
        return Press(query, self.state)

    async def reacts(self, line: Shown, emoji: str) -> None:
        """Put a reaction on a line; the bot hears of it only if it asked for such news."""
        message, new = line.message, [{"type": "emoji", "emoji": emoji}] if emoji else []
        old = message.reactions.get(self.id, [])
        message.reactions[self.id] = new
        news = {"chat": message.chat.as_json(), "message_id": message.id, "date": self.state.clock.date()}
        self.updates.add(
            "message_reaction", news | {"user": self.user.as_json(), "old_reaction": old, "new_reaction": new}
        )

    async def joins(self, room: Room) -> None:
        """Enter a group."""
        self._become(room.chat, "member")
        self._write(room, {"new_chat_members": [self.user.as_json()]}, None, None)

    async def leaves(self, room: Room) -> None:
        """Leave a group."""
        self._write(room, {"left_chat_member": self.user.as_json()}, None, None)
        self._become(room.chat, "left")

    async def blocks(self) -> None:
        """Block the bot."""
        self._block(is_blocked=True)

    async def unblocks(self) -> None:
        """Let the bot write again."""
        self._block(is_blocked=False)

    def _block(self, *, is_blocked: bool) -> None:
        chat, bot = self.private().chat, self.state.bot
        old = self.state.membership(chat, bot)
        chat.is_blocked, chat.members[bot.id] = is_blocked, "kicked" if is_blocked else "member"
        self._member_news("my_chat_member", chat, old, self.state.membership(chat, bot))

    def _become(self, chat: Chat, status: str) -> None:
        old = self.state.membership(chat, self.user)
        chat.members[self.id] = status
        self._member_news("chat_member", chat, old, self.state.membership(chat, self.user))

    def _member_news(self, kind: str, chat: Chat, old: Json, new: Json) -> None:
        news = {"chat": chat.as_json(), "from": self.user.as_json(), "date": self.state.clock.date()}
        self.updates.add(kind, news | {"old_chat_member": old, "new_chat_member": new})

    def _write(self, room: Room, content: Json, reply_to: Shown | None, topic: Topic | None) -> Shown:
        chat = room.chat
        assert chat.members.get(self.id) not in (None, "left", "kicked"), f"{self.user.first_name} is not in there"
        assert not (topic and topic.is_closed), f"nobody can write into {topic}"
        chat.is_started = True
        replied = reply_to.message if reply_to else None
        thread, is_topic = (topic.id, True) if topic else (None, False)
        if replied and not topic:
            thread, is_topic = _thread_of(chat, replied)
        message = self.state.keep(chat, self.user, content, reply_to=replied, thread=thread, is_topic=is_topic)
        self._tell("message", message)
        return Shown(message)

    def _tell(self, kind: str, message: Message) -> None:
        self.state.changed.ring()
        if _reaches_bot(self.state, message):
            self.updates.add(kind, message.as_json())


def _thread_of(chat: Chat, replied: Message) -> tuple[int | None, bool]:
    """Find the thread of a reply: its topic's; in supergroups without topics that of the first message answered."""
    if replied.is_topic or chat.kind != "supergroup" or chat.is_forum:
        return replied.thread, replied.is_topic
    return replied.thread or replied.id, False


def _reaches_bot(state: State, message: Message) -> bool:
    """Decide whether the bot may read a message. https://core.telegram.org/bots/features#privacy-mode"""
    chat = message.chat
    standing = chat.members.get(state.bot.id, "left")
    if standing in ("left", "kicked"):
        return False
    if chat.kind == "private" or state.reads_all or standing == "administrator":
        return True
    text, entities = message.words
    is_service = not {"text", "photo", "document", "voice"} & message.content.keys()
    is_reply = message.reply_to is not None and message.reply_to.author is state.bot
    return is_service or is_reply or any(_addresses(state.bot, text, entity) for entity in entities)


def _addresses(bot: User, text: str, entity: Json) -> bool:
    words = piece(text, entity["offset"], entity["length"]).lower()
    name = f"@{bot.username}".lower()
    if entity["type"] == "bot_command":
        return "@" not in words or words.endswith(name)
    return entity["type"] == "mention" and words == name
