"""What Telegram remembers: who there is, in which chats, and what was written there."""

import asyncio
import itertools
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

DRAFT_SECONDS = 30
QUERY_SECONDS = 15  # Telegram names no number; bots see answers refused after about as long
SERVICE_ADMIN = {"status": "administrator", "can_be_edited": False, "is_anonymous": False, "can_manage_chat": True,
                 "can_delete_messages": True, "can_manage_video_chats": True, "can_restrict_members": True,
                 "can_promote_members": False, "can_change_info": True, "can_invite_users": True,
                 "can_post_stories": False, "can_edit_stories": False, "can_delete_stories": False,
                 "can_pin_messages": True, "can_manage_topics": True}  # fmt: skip

Json = dict[str, Any]


class Bell:
    """Wakes everybody who waits whenever it is rung."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def ring(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = asyncio.Event()

    async def wait(self, seconds: float | None = None) -> None:
        """Wait for the next ring, or until the time is over."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._event.wait()


@dataclass
class Clock:
    """Real time, and what a test lets pass besides, in seconds."""

    ahead: float = 0.0

    def now(self) -> float:
        """Say how late it is, in seconds since nothing in particular."""
        return time.monotonic() + self.ahead

    def date(self) -> int:
        """Say how late it is, in seconds since 1970."""
        return int(time.time() + self.ahead)


@dataclass
class User:
    """Somebody on Telegram."""

    id: int
    first_name: str
    username: str | None = None
    language: str | None = None
    is_bot: bool = False

    def as_json(self) -> Json:
        """Make a User."""
        told = {"username": self.username, "language_code": self.language}
        known = {key: value for key, value in told.items() if value}
        return {"id": self.id, "is_bot": self.is_bot, "first_name": self.first_name} | known


@dataclass
class Topic:
    """A thread of a forum, or of a private chat with topics."""

    id: int
    name: str
    is_closed: bool = False
    is_deleted: bool = False


@dataclass
class Draft:
    """The preview of a message that a bot still writes."""

    text: str
    entities: list[Json]
    until: float


@dataclass
class Chat:
    """A private chat with the bot, a group or a supergroup."""

    id: int
    kind: str
    title: str
    ids: "itertools.count[int]"
    members: dict[int, str] = field(default_factory=dict)
    username: str | None = None
    is_forum: bool = False
    is_started: bool = True
    is_blocked: bool = False
    migrated_to: int | None = None
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: "dict[int, Message]" = field(default_factory=dict)
    drafts: dict[int | None, Draft] = field(default_factory=dict)
    drafted: list[str] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    pinned: list[int] = field(default_factory=list)

    def as_json(self) -> Json:
        """Make a Chat."""
        name = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        named = {"username": self.username} if self.username else {}
        return {"id": self.id, "type": self.kind} | name | named | ({"is_forum": True} if self.is_forum else {})


@dataclass
class Message:
    """A message; `content` holds its fields of the wire, such as text and entities, or photo and caption."""

    id: int
    chat: Chat
    author: User
    date: int
    content: Json
    thread: int | None = None
    is_topic: bool = False
    reply_to: "Message | None" = None
    markup: Json | None = None
    edited: int | None = None
    is_silent: bool = False
    reactions: dict[int, list[Json]] = field(default_factory=dict)

    def as_json(self, *, is_quoted: bool = False) -> Json:
        """Make a Message; one that is quoted quotes none itself."""
        told: Json = {
            "message_thread_id": self.thread,
            "is_topic_message": self.is_topic or None,
            "reply_to_message": self.reply_to.as_json(is_quoted=True) if self.reply_to and not is_quoted else None,
            "reply_markup": self.markup,
            "edit_date": self.edited,
        }
        start = {"message_id": self.id, "from": self.author.as_json(), "chat": self.chat.as_json(), "date": self.date}
        return start | {key: value for key, value in told.items() if value is not None} | self.content

    @property
    def words(self) -> tuple[str, list[Json]]:
        """The text or caption, with its entities."""
        kind = "text" if "text" in self.content else "caption"
        return self.content.get(kind, ""), self.content.get("entities" if kind == "text" else "caption_entities", [])


@dataclass
class Query:
    """A press on a button of an inline keyboard, and how it was answered."""

    id: str
    asked: float
    answer: Json | None = None


@dataclass
class State:
    """All of it."""

    token: str
    bot: User
    clock: Clock
    reads_all: bool = False
    has_topics: bool = False
    changed: Bell = field(default_factory=Bell)
    users: dict[int, User] = field(default_factory=dict)
    chats: dict[int, Chat] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)
    queries: dict[str, Query] = field(default_factory=dict)
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    profile: dict[tuple[str, str], str] = field(default_factory=dict)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    private_ids: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def free_group_id(self, kind: str) -> int:
        """Find a number for a group; those of supergroups begin with -100."""
        return (-1_001_000_000_000 if kind == "supergroup" else -1_000_000) - next(self.numbers)

    def add_supergroup(self, group: Chat) -> Chat:
        """Make the supergroup that a group becomes, with the same people and without what was said."""
        new = Chat(self.free_group_id("supergroup"), "supergroup", group.title, itertools.count(1))
        new.members = dict(group.members)
        self.chats[new.id] = new
        return new

    def keep(self, chat: Chat, author: User, content: Json, **more: Any) -> Message:
        """Write a message into a chat."""
        message = Message(next(chat.ids), chat, author, self.clock.date(), content, **more)
        chat.messages[message.id] = message
        if author.is_bot:
            chat.drafts.pop(message.thread, None)
        self.changed.ring()
        return message

    def keep_file(self, content: bytes, name: str) -> Json:
        """Keep a file, and make what documents and photos have in common."""
        number = next(self.numbers)
        file_id = f"file-{number}"
        self.files[file_id] = content
        self.paths[f"documents/file_{number}_{name}"] = file_id
        return {"file_id": file_id, "file_unique_id": f"unique-{number}", "file_size": len(content)}

    def membership(self, chat: Chat, user: User) -> Json:
        """Make a ChatMember."""
        status = chat.members.get(user.id, "left")
        told: Json = {"status": status, "user": user.as_json()}
        if status == "creator":
            told["is_anonymous"] = False
        if status == "kicked":
            told["until_date"] = 0
        return told | SERVICE_ADMIN if status == "administrator" else told
