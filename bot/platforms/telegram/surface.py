"""One chat of Telegram as a wall to write on: posts of the bot, with a speaker's name on top. It knows no story."""

import logging
import secrets
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, MessageEntity, User

from bot.core import Turn
from bot.platforms.controls import Button
from bot.platforms.delivery import Pace, Stuck, Unreachable, persist
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.formatting import Formatted, bold, formatted, quoted, units
from bot.platforms.telegram.keyboards import KEEP_ALL, REMOVE_ALL, keyboard, row
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.reading import number_of, post_id
from bot.words import Sentence, Words, counted, sentence

logger = logging.getLogger(__name__)

LIMIT_UNITS = 4096
NAME_UNITS = 160
OUT_OF_STORY = "👻"
"""Telegram takes no ↩ as a reaction. https://core.telegram.org/bots/api#reactiontypeemoji"""
QUOTED_CHARACTERS = 200
DRAFT_RENEWED_SECONDS = 20.0
"""A draft fades after 30 s. https://core.telegram.org/bots/api#sendmessagedraft"""
TYPING_SECONDS = 4.0
WHOLE_SECONDS = 0.4
EDIT_SECONDS = 1.2
GROUP_EDIT_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Staging:
    """What a chat is told of the play: its words; whether a speaker is named; a face that has not been shown yet.

    Speakers are known by their names, and characters by their ids too.
    """

    words: Callable[[], Words]
    is_named: Callable[[str, int | None], Awaitable[bool]]
    new_face: Callable[[int], Awaitable[bytes | None]]


def pace_of(chat: Chat, *, streams_in_groups: bool) -> Pace:
    """Return how replies grow in a chat: in drafts where it is private; by edits in groups, if at all."""
    if chat.is_group:
        edit_s = GROUP_EDIT_SECONDS if streams_in_groups else None
        return Pace(edit_s=edit_s, typing_s=TYPING_SECONDS, length=units)
    return Pace(whole_s=WHOLE_SECONDS, edit_s=EDIT_SECONDS, typing_s=TYPING_SECONDS, length=units)


class TelegramSurface:
    """A chat, or a topic of it."""

    def __init__(self, chat: Chat, pace: Pace, staging: Staging) -> None:
        self.chat = chat
        self.pace = pace
        self.staging = staging
        self.rows: dict[int, InlineKeyboardMarkup] = {}

    def outbox(self, name: str, character: int | None) -> "SpeakerOutbox":
        return SpeakerOutbox(self, name, character)

    def is_here(self, post: str) -> bool:
        """Tell whether a post stands in this chat: those of a group that has grown stay behind in the former one."""
        return post == post_id(self.chat.id, number_of(post))

    def _here(self, posts: Sequence[str]) -> list[int]:
        return [number_of(post) for post in posts if self.is_here(post)]

    async def remove(self, posts: Sequence[str]) -> None:
        numbers = self._here(posts)
        if numbers and not await persist(lambda: self.chat.delete(numbers)):  # none vanishes after two days
            gone = Formatted(self.staging.words().say(sentence("This is not part of the story any more.")))
            for number in numbers:
                await persist(lambda number=number: self.chat.edit(number, gone))

    async def mark(self, posts: Sequence[str]) -> None:
        for number in self._here(posts):
            await persist(lambda number=number: self.chat.react(number, OUT_OF_STORY))

    async def unmark(self, posts: Sequence[str]) -> None:
        for number in self._here(posts):
            await persist(lambda number=number: self.chat.react(number, None))

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        if not self.is_here(post):
            return
        number, markup = number_of(post), row(buttons, turn)
        self.rows.pop(number, None)
        if markup:
            self.rows[number] = markup
        if markup or not self.chat.is_busy:  # a press of an old button is answered, and changes nothing
            await persist(lambda: self.chat.put_buttons(number, markup))

    async def ask_to_remove(self, count: int) -> None:
        words = self.staging.words()
        asked = counted(
            "One post here is not part of the story any more. Is it to vanish?",
            "{count} posts here are not part of the story any more. Are they to vanish?",
            count=count,
        )
        answers = [(words.say(sentence("Remove them")), REMOVE_ALL), (words.say(sentence("Keep them")), KEEP_ALL)]
        posting = Posting(self.chat)
        await persist(lambda: posting.send(Formatted(words.say(asked)), markup=keyboard([answers]), is_silent=True))

    async def divide(self, turns: Sequence[Turn]) -> None:
        told = "\n".join(f"**{turn.name}**: {' '.join(turn.text.split())[:QUOTED_CHARACTERS]}" for turn in turns)
        posting = Posting(self.chat)
        await persist(lambda: posting.send(Formatted("───\n") + quoted(told), is_silent=True))

    async def typing(self) -> None:
        """Show that something is being written."""
        await self.chat.typing()

    async def say(self, what: Sentence) -> str:
        """Say something that is no part of the story, and return the id of its post."""
        posting = Posting(self.chat)
        said = Formatted(self.staging.words().say(what))
        return post_id(self.chat.id, await persist(lambda: posting.send(said, is_silent=True)))

    async def ping(self, accounts: Sequence[str], what: Sentence) -> None:
        """Call people: in a chat of one's own each message does so already."""
        if not self.chat.is_group:
            return
        said = Formatted(self.staging.words().say(what))
        for account in accounts:
            person = User(number_of(account), "", is_bot=False)
            said = (
                said + Formatted(" ") + Formatted("●", (MessageEntity(MessageEntity.TEXT_MENTION, 0, 1, user=person),))
            )
        posting = Posting(self.chat)
        await persist(lambda: posting.send(said))

    def foot(self, line: str) -> str:
        """Return how things stand in the story, as it is written under a reply."""
        return f"\n\n_{line}_"


class SpeakerOutbox:
    """Where one speaker's posts go in a chat. While a text grows it is a draft, where there are drafts."""

    def __init__(self, surface: TelegramSurface, name: str, character: int | None) -> None:
        self.limit = LIMIT_UNITS - NAME_UNITS
        self._surface = surface
        self._chat = surface.chat
        self._name = name
        self._character = character
        self._is_named: bool | None = None
        self._has_entered = False
        self._under_way: dict[int, Posting] = {}
        self._draft = secrets.randbelow(2**31 - 1) + 1
        self._drafted: tuple[str, float] = ("", 0.0)

    async def post(self, text: str, number: int) -> str:
        await self._enter()
        posting = self._under_way.setdefault(number, Posting(self._chat))
        sent = await posting.send(await self._said(text, number))
        del self._under_way[number]
        return post_id(self._chat.id, sent)

    async def edit(self, post: str, text: str, number: int) -> None:
        message = number_of(post)
        said = await self._said(text, number)
        if not self._surface.is_here(post) or not await self._chat.edit(
            message, said, markup=self._surface.rows.get(message)
        ):
            raise Stuck("That message is gone.")

    async def remove(self, posts: Sequence[str]) -> None:
        await self._surface.remove(posts)

    async def preview(self, text: str) -> bool:
        """Show a text as a draft; False in groups, for long texts, and where a Bot API server knows no drafts."""
        if not text.strip():
            return True
        said = await self._said(text, 0)
        if not self._chat.has_drafts or units(said.text) > LIMIT_UNITS - NAME_UNITS:
            return False
        shown, at = self._drafted
        now = time.monotonic()
        if said.text != shown or now - at > DRAFT_RENEWED_SECONDS:
            await self._enter()
            await self._chat.draft(self._draft, said)
            self._drafted = (said.text, now)
        return self._chat.has_drafts

    async def _enter(self) -> None:
        """Show the face of a character that speaks here for the first time."""
        if self._has_entered or self._character is None:
            return
        self._has_entered = True
        if picture := await self._surface.staging.new_face(self._character):
            try:
                posting = Posting(self._chat)
                await persist(lambda: posting.picture(picture, bold(self._name)))
            except Unreachable as error:
                logger.info("a face was not shown: %s", error)

    async def _said(self, text: str, number: int) -> Formatted:
        said = formatted(text)
        if not said.text.strip():
            said = Formatted(text)
        if self._is_named is None:
            self._is_named = await self._surface.staging.is_named(self._name, self._character)
        if not self._is_named or number:
            return said
        return bold(" ".join(self._name.split())[: NAME_UNITS // 2]) + Formatted("\n") + said
