"""What people see of a chat."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from tests.bot.platforms.telegram.loopback.methods.topics import begin_topic, remove_topic
from tests.bot.platforms.telegram.loopback.presses import PATIENCE_SECONDS
from tests.bot.platforms.telegram.loopback.rendering import rendered
from tests.bot.platforms.telegram.loopback.state import Chat, Json, Message, State, Topic, User
from tests.bot.platforms.telegram.loopback.updates import Updates

T = TypeVar("T")

LOOK_AGAIN_SECONDS = 0.1  # for what changes outside of Telegram, such as the bot's own files


@dataclass(frozen=True)
class Shown:
    """A message as it looks right now: it follows edits."""

    message: Message

    @property
    def id(self) -> int:
        """Its number within the chat."""
        return self.message.id

    @property
    def by(self) -> str:
        """The first name of who wrote it."""
        return self.message.author.first_name

    @property
    def by_bot(self) -> bool:
        """Whether the bot wrote it."""
        return self.message.author.is_bot

    @property
    def text(self) -> str:
        """The text or caption, plain."""
        return self.message.words[0]

    @property
    def html(self) -> str:
        """The text or caption with its formatting as HTML, such as `<i>waves</i>`."""
        return rendered(*self.message.words)

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of the buttons below, row by row."""
        rows = (self.message.markup or {}).get("inline_keyboard", [])
        return [[button["text"] for button in row] for row in rows]

    @property
    def labels(self) -> list[str]:
        """The labels of all buttons."""
        return [label for row in self.buttons for label in row]

    @property
    def thread(self) -> int | None:
        """The topic it stands in."""
        return self.message.thread

    @property
    def reply_to(self) -> "Shown | None":
        """What it answers."""
        return Shown(self.message.reply_to) if self.message.reply_to else None

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture."""
        return "photo" in self.message.content

    @property
    def document(self) -> str | None:
        """The name of the file that it is, if it is one."""
        return self.message.content.get("document", {}).get("file_name")

    @property
    def reactions(self) -> list[str]:
        """All reactions on it."""
        return [one["emoji"] for given in self.message.reactions.values() for one in given]

    def __str__(self) -> str:
        kind = "[photo] " if self.is_photo else f"[{self.document}] " if self.document else ""
        said = self.html or ("" if kind else f"({', '.join(self.message.content)})")
        below = "".join("\n    " + " ".join(f"[{label}]" for label in row) for row in self.buttons)
        where = f" (topic {self.thread})" if self.thread else ""
        return f"{self.id:>4} {self.by}{where}: {kind}{said}{below}"


@dataclass(frozen=True)
class Room:
    """A chat with eyes on it."""

    at: Chat
    state: State
    updates: Updates

    @property
    def chat(self) -> Chat:
        """The chat, also after a group has become a supergroup."""
        return self.state.chats[self.at.migrated_to] if self.at.migrated_to else self.at

    @property
    def id(self) -> int:
        """The number that Telegram knows it by."""
        return self.chat.id

    @property
    def shown(self) -> list[Shown]:
        """All messages that stand there now, oldest first."""
        return [Shown(message) for message in self.chat.messages.values()]

    @property
    def said(self) -> list[Shown]:
        """What the bot has written, oldest first."""
        return [line for line in self.shown if line.by_bot]

    @property
    def last(self) -> Shown:
        """What the bot wrote last."""
        assert self.said, f"the bot has said nothing\n{self}"
        return self.said[-1]

    @property
    def draft(self) -> str | None:
        """The text of the preview that is shown now, if any; with topics, of the newest."""
        return next(reversed(self.drafts.values()), None)

    @property
    def drafts(self) -> dict[int | None, str]:
        """The previews that are shown now, by the topics they stand in."""
        now = self.state.clock.now()
        return {thread: draft.text for thread, draft in self.chat.drafts.items() if draft.until > now}

    @property
    def drafted(self) -> list[str]:
        """The texts of all previews so far."""
        return self.chat.drafted

    @property
    def actions(self) -> list[str]:
        """All chat actions so far, such as typing."""
        return self.chat.actions

    @property
    def pinned(self) -> list[Shown]:
        """What is pinned, newest first."""
        return [Shown(self.chat.messages[one]) for one in self.chat.pinned if one in self.chat.messages]

    def content(self, line: Shown) -> bytes:
        """Load the picture or file that a message is."""
        sizes = line.message.content.get("photo") or [line.message.content["document"]]
        return self.state.files[sizes[-1]["file_id"]]

    async def until(self, seen: Callable[["Room"], T | None], seconds: float = PATIENCE_SECONDS) -> T:
        """Wait until `seen(room)` is true or something; give that back. Fails with all that was shown."""
        try:
            async with asyncio.timeout(seconds):
                while not (found := seen(self)):
                    await self.state.changed.wait(LOOK_AGAIN_SECONDS)
        except TimeoutError:
            raise AssertionError(f"this was not seen within {seconds:g} s; shown was:\n{self}") from None
        return found

    async def until_said(self, words: str, seconds: float = PATIENCE_SECONDS) -> Shown:
        """Wait until a message of the bot holds these words; that message."""
        return await self.until(lambda room: next((one for one in room.said if words in one.text), None), seconds)

    async def until_after(self, line: Shown, seconds: float = PATIENCE_SECONDS) -> Shown:
        """Wait for the first message of the bot that is newer than a line."""
        return await self.until(lambda room: next((one for one in room.said if one.id > line.id), None), seconds)

    def topic(self, name: str, *, by: User | None = None) -> Topic:
        """Begin a topic; the bot is told, as of any service message."""
        author = by or next(self.state.users[one] for one in self.chat.members if one != self.state.bot.id)
        topic = begin_topic(self.state, self.chat, author, name)
        self.updates.add("message", self.chat.messages[topic.id].as_json())
        return topic

    def remove(self, topic: Topic) -> None:
        """Delete a topic."""
        remove_topic(self.state, self.chat, topic)

    def becomes_supergroup(self) -> None:
        """Turn a group into a supergroup with another number, as happens when its settings change."""
        old = self.chat
        new = self.state.add_supergroup(old)
        owner = self.state.users[next(iter(old.members))]
        for chat, content in ((old, {"migrate_to_chat_id": new.id}), (new, {"migrate_from_chat_id": old.id})):
            self._service(chat, owner, content)
        old.migrated_to = new.id

    def _service(self, chat: Chat, author: User, content: Json) -> None:
        self.updates.add("message", self.state.keep(chat, author, content).as_json())

    def __str__(self) -> str:
        draft = f"\n     (draft) {self.draft}" if self.draft else ""
        return "\n".join(map(str, self.shown)) + draft
