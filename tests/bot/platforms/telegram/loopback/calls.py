"""One request of the bot: its parameters, read as their types; and the table of all that is answered."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bot.platforms.telegram.loopback.entities import Formatted, settle, units
from tests.bot.platforms.telegram.loopback.faults import Rates
from tests.bot.platforms.telegram.loopback.html import parse_html
from tests.bot.platforms.telegram.loopback.markdown import parse_markdown
from tests.bot.platforms.telegram.loopback.refusals import (
    CAPTION_TOO_LONG,
    EMPTY,
    NO_THREAD,
    TOO_LONG,
    Refused,
    bad,
    forbidden,
)
from tests.bot.platforms.telegram.loopback.state import Chat, Json, Message, State
from tests.bot.platforms.telegram.loopback.updates import Updates

TEXT_UNITS = 4096
CAPTION_UNITS = 1024
PARSERS = {"html": parse_html, "markdownv2": parse_markdown}


@dataclass(frozen=True)
class Upload:
    """A file that came with a request."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Call:
    """A request, and all that it may touch."""

    method: str
    values: dict[str, str | Upload]
    state: State
    updates: Updates
    rates: Rates

    def text(self, name: str, default: str = "") -> str:
        """Read a string."""
        value = self.values.get(name, default)
        return value if isinstance(value, str) else default

    def number(self, name: str, default: int = 0) -> int:
        """Read an integer."""
        try:
            return int(self.text(name) or default)
        except ValueError:
            raise bad(f"{name} must be an integer") from None

    def flag(self, name: str) -> bool:
        """Read a boolean."""
        return self.text(name).lower() in ("true", "1")

    def json(self, name: str) -> Any:
        """Read an object or a list; None if it is not there."""
        if not (written := self.text(name)):
            return None
        try:
            return json.loads(written)
        except ValueError:
            raise bad(f"can't parse {name} JSON object") from None

    def formatted(self, name: str = "text", entities: str = "entities") -> Formatted:
        """Read a text as its parse mode or its entities say, and as Telegram keeps it."""
        given = self.json(entities) or []
        return read_text(self.text(name), self.text("parse_mode"), given, limit=limit_of(name))

    @property
    def thread(self) -> int | None:
        """The topic that a message is for."""
        return self.number("message_thread_id") or None

    def chat(self) -> Chat:
        """Find the chat that is meant, or refuse as Telegram does if the bot may not write there."""
        return reachable(self.state, self.text("chat_id"))

    def message(self, missing: str, *, chat: str = "chat_id") -> Message:
        """Find the message that is meant."""
        found = reachable(self.state, self.text(chat)).messages.get(self.number("message_id"))
        if not found:
            raise bad(missing)
        return found


Method = Callable[[Call], Awaitable[Any]]


@dataclass
class Table:
    """All methods that are answered, by their names in lower case."""

    methods: dict[str, Method] = field(default_factory=dict)

    def answers(self, name: str) -> Callable[[Method], Method]:
        """Enter a method."""

        def enter(method: Method) -> Method:
            self.methods[name.lower()] = method
            return method

        return enter


TABLE = Table()


def limit_of(name: str) -> int:
    """Say how long a text or a caption may be, in UTF-16 units."""
    return TEXT_UNITS if name == "text" else CAPTION_UNITS


def read_text(text: str, mode: str, given: list[Json], *, limit: int) -> Formatted:
    """Parse, settle and measure a text or a caption."""
    if mode and mode.lower() not in PARSERS:
        raise bad("unsupported parse_mode")
    plain, entities = PARSERS[mode.lower()](text) if mode else (text, given)
    plain, entities = settle(plain, entities)
    if units(plain) > limit:
        raise bad(TOO_LONG if limit == TEXT_UNITS else CAPTION_TOO_LONG)
    return plain, entities


def read_message_text(call: Call) -> Json:
    """Read what a text message says; it must say something."""
    text, entities = call.formatted()
    if not text:
        raise bad(EMPTY)
    return {"text": text} | ({"entities": entities} if entities else {})


def read_caption(call: Call) -> Json:
    """Read what stands under a picture or document; it may be empty."""
    return captioned(*call.formatted("caption", "caption_entities"))


def captioned(caption: str, entities: list[Json]) -> Json:
    """Make the fields of a caption."""
    told = {"caption": caption, "caption_entities": entities}
    return {key: value for key, value in told.items() if value}


def reachable(state: State, wanted: str) -> Chat:
    """Find a chat that the bot may write to."""
    named = [chat for chat in state.chats.values() if chat.username and f"@{chat.username}" == wanted]
    chat = named[0] if named else state.chats.get(int(wanted) if wanted.lstrip("-").isdigit() else 0)
    if not chat:
        raise bad("chat not found" if wanted else "chat_id is empty")
    if chat.migrated_to:
        raise Refused(400, "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
    if chat.is_blocked:
        raise forbidden("bot was blocked by the user")
    if not chat.is_started:
        raise forbidden("bot can't initiate conversation with a user")
    if chat.kind != "private" and chat.members.get(state.bot.id, "left") in ("left", "kicked"):
        raise forbidden(f"bot was kicked from the {chat.kind} chat")
    return chat


def open_thread(state: State, chat: Chat, thread: int | None) -> bool:
    """Check that one may write into a topic; whether it is one, and not just a thread of replies."""
    if thread is None:
        return False
    topic = chat.topics.get(thread)
    if not topic and chat.kind == "supergroup" and not chat.is_forum and thread in chat.messages:
        return False
    if not topic or topic.is_deleted:
        raise bad(NO_THREAD)
    if topic.is_closed and chat.members.get(state.bot.id) != "administrator":
        raise bad("TOPIC_CLOSED")
    return True
