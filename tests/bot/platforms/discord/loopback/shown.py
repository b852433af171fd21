"""What somebody sees in a channel, and waiting until it is there."""

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tests.bot.platforms.discord.loopback.components import BUTTON, SELECTS, TEXT_DISPLAY, walk
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import LOADING, Attachment, Channel, Message, User

WITHIN_S = 30.0
LOOK_AGAIN_S = 0.02
Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as it looks at one moment; `record` is the message itself, which goes on changing."""

    id: int
    author: str
    face: bytes | None
    content: str
    text: str
    """The content, and whatever text stands in components of the second version."""
    buttons: tuple[str, ...]
    selects: tuple[str, ...]
    embeds: tuple[dict[str, object], ...]
    files: tuple[Attachment, ...]
    reactions: dict[str, int]
    private: bool
    thinking: bool
    edited: bool
    record: Message

    def __str__(self) -> str:
        notes = [f"[{name}]" for name in (*self.buttons, *self.selects, *(file.filename for file in self.files))]
        notes += [f"{emoji}{count}" for emoji, count in self.reactions.items()]
        marks = [name for name in ("private", "thinking", "edited") if getattr(self, name)]
        return " ".join([f"{self.author}:", self.text, *notes, *(f"({mark})" for mark in marks)])


def look(state: State, message: Message) -> Shown:
    parts = list(walk(message.components))
    texts = [message.content, *(one["content"] for one in parts if one["type"] == TEXT_DISPLAY)]
    return Shown(
        message.id,
        message.name,
        state.pictures.get(message.avatar or ""),
        message.content,
        "\n".join(text for text in texts if text),
        tuple(label(one) for one in parts if one["type"] == BUTTON),
        tuple(one.get("placeholder") or one["custom_id"] for one in parts if one["type"] in SELECTS),
        tuple(message.embeds),
        tuple(message.attachments),
        {emoji: len(who) for emoji, who in message.reactions.items() if who},
        message.private_to is not None,
        bool(message.flags & LOADING),
        message.edited is not None,
        message,
    )


def label(button: dict[str, object]) -> str:
    """What a button says: its emoji and its label."""
    emoji = button.get("emoji")
    return f"{emoji['name'] if isinstance(emoji, dict) else ''} {button.get('label') or ''}".strip()


def seen(state: State, channel: Channel, by: User | None) -> list[Shown]:
    """All messages of a channel, the oldest first, with those that are private to who looks."""
    found = [*channel.messages.values(), *(one for one in channel.private if by and one.private_to is by)]
    return [look(state, message) for message in sorted(found, key=lambda message: message.id)]


async def until(state: State, holds: Callable[[], Found], told: Callable[[], str], within_s: float = WITHIN_S) -> Found:
    """Wait until something holds, looking at every change here, and now and then for what changes elsewhere.

    Fails with what is told when it does not hold in time.
    """
    try:
        async with asyncio.timeout(within_s):
            while not (found := holds()):
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(state.change(), LOOK_AGAIN_S)
            return found
    except TimeoutError:
        raise AssertionError(f"Not within {within_s} s. There is: {told()}") from None


def transcript(shown: Sequence[Shown]) -> str:
    return "\n".join(("", *(str(one) for one in shown))) if shown else "nothing at all"
