"""What one person reads on Telegram: the story on the chat's wall, and words about it beside."""

from collections.abc import Iterator, Mapping, Sequence

from telegram import InlineKeyboardMarkup

from bot.core import Turn
from bot.platforms.delivery import persist
from bot.platforms.splitting import split
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.formatting import Formatted, bold, formatted, units
from bot.platforms.telegram.keyboards import columns, keyboard
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.surface import LIMIT_UNITS, NAME_UNITS
from bot.platforms.wall import Wall
from bot.roleplay.performance import Reply

SAY = "s"
"""Begins what is kept with the buttons of suggestions."""
ANOTHER = f"{SAY}:more"


class ChatScreen:
    """Somebody who has written in a chat: `reply_to` is their message, which answers in groups refer to."""

    def __init__(self, wall: Wall, chat: Chat, *, reply_to: int | None = None) -> None:
        self.wall = wall
        self.chat = chat
        self._reply_to = reply_to

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.wall.show(turns)

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        told = Formatted("")
        for one in (piece for turn in turns for piece in _quoted(turn, numbers)):
            if told.text and units(told.text) + units(one.text) > LIMIT_UNITS - NAME_UNITS:
                await self._send(told)
                told = Formatted("")
            told = told + Formatted("\n\n" if told.text else "") + one
        await self._send(told)

    async def answer(self, text: str) -> None:
        await self.show(text)

    async def note(self, text: str) -> None:
        await self.show(text)

    async def alarm(self, text: str) -> None:
        await self.show(text)

    async def fail(self, sentence: str) -> None:
        await self.show(sentence)

    async def file(self, name: str, data: bytes) -> str:
        await persist(lambda: self.chat.document(name, data, reply_to=self._answered))
        return name

    async def follow(self, reply: Reply) -> None:
        await self.wall.follow(reply)

    async def spoken(self, reply: Reply) -> None:
        await self.wall.spoken(reply)

    async def suggestions(self, lines: Sequence[str]) -> None:
        told = "\n".join(f"{number}. {' '.join(line.split())}" for number, line in enumerate(lines, 1))
        numbers = [(str(number), f"{SAY}:{number}") for number in range(1, len(lines) + 1)]
        await self.show(told, keyboard([*columns(numbers, 5), [("⟲", ANOTHER)]]))

    async def state(self, line: str) -> None:
        await self.wall.state(line)

    async def show(self, text: str, markup: InlineKeyboardMarkup | None = None) -> None:
        """Show words about the story; a keyboard stands under the last of them."""
        parts = split(text, LIMIT_UNITS, length=units)
        for number, part in enumerate(parts, 1):
            await self._send(Formatted(part), markup if number == len(parts) else None)

    @property
    def _answered(self) -> int | None:
        return self._reply_to if self.chat.is_group else None

    async def _send(self, said: Formatted, markup: InlineKeyboardMarkup | None = None) -> None:
        if said.text.strip():
            posting = Posting(self.chat)
            await persist(lambda: posting.send(said, markup=markup, reply_to=self._answered, is_silent=True))


def _quoted(turn: Turn, numbers: Mapping[int, int]) -> Iterator[Formatted]:
    """Yield a turn as somebody reads it who asked to see it, in as many pieces as it needs."""
    head = Formatted(f"#{numbers[turn.id]} " if turn.id in numbers else "")
    if turn.name:
        head = head + bold(turn.name) + Formatted(": ")
    for part in split(turn.text, LIMIT_UNITS - 2 * NAME_UNITS, length=units):
        yield head + formatted(part)
        head = Formatted("")
