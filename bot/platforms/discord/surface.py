"""One channel of Discord as a wall to write on. It knows no story."""

import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import discord

from bot.core import Turn
from bot.platforms.controls import Button
from bot.platforms.delivery import Pace, Stuck, Unreachable, Unsteady
from bot.platforms.discord.asking import question
from bot.platforms.discord.buttons import row_view
from bot.platforms.discord.posting import NAME_CHARACTERS, Face, Posting, escaped
from bot.platforms.discord.posting import NOBODY as NOBODY
from bot.platforms.discord.reading import Channel, id_of, snowflake
from bot.platforms.discord.refusals import translated as translated
from bot.platforms.discord.webhooks import Webhooks
from bot.words import Sentence, Words, sentence

logger = logging.getLogger(__name__)

LIMIT_CHARACTERS = 2000
QUOTED_CHARACTERS = 200
BACK = "↩️"
FAINT = "-# "

FACELESS = sentence(
    "I may not manage webhooks here, so characters speak under my name: a moderator can grant me Manage Webhooks."
)

FULL = sentence(
    "All webhooks of this channel are taken, so characters speak under my name: a moderator can delete some."
)


class DiscordSurface:
    """One channel, thread or private chat.

    `is_new` tells of an event whether it happens for the first time; `alarm` tells moderators something.
    """

    def __init__(
        self,
        channel: Channel,
        webhooks: Webhooks,
        face: Face,
        words: Callable[[Channel], Words],
        is_new: Callable[[str], Awaitable[bool]],
        alarm: Callable[[Channel, str], Awaitable[None]],
    ) -> None:
        self.pace = Pace()
        self.posting = Posting(channel, webhooks, face, self._tell_once)
        self._words = words
        self._is_new = is_new
        self._alarm = alarm

    @property
    def channel(self) -> Channel:
        """The channel as it is now."""
        return self.posting.channel

    def outbox(self, name: str, character: int | None) -> "CharacterOutbox":
        return CharacterOutbox(self.posting, name, character)

    async def remove(self, posts: Sequence[str]) -> None:
        async with translated():
            await self.posting.remove([snowflake(post) for post in posts])

    async def mark(self, posts: Sequence[str]) -> None:
        for post in posts:
            async with translated(), _as_far_as_it_can():
                await self.channel.get_partial_message(snowflake(post)).add_reaction(BACK)

    async def unmark(self, posts: Sequence[str]) -> None:
        me = self.channel.me if isinstance(self.channel, discord.DMChannel) else self.channel.guild.me
        for post in posts:
            async with translated(), _as_far_as_it_can():
                await self.channel.get_partial_message(snowflake(post)).remove_reaction(BACK, me)

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        try:
            async with translated():
                await self.posting.furnish(snowflake(post), row_view(buttons, turn) if buttons else None)
        except Stuck as error:  # such as those under a post whose webhook is gone
            logger.info("buttons cannot be changed: %s", error)

    async def ask_to_remove(self, count: int) -> None:
        async with translated():
            text, view = question(self._words(self.channel), count)
            await self.channel.send(text, view=view, allowed_mentions=NOBODY)

    async def divide(self, turns: Sequence[Turn]) -> None:
        quoted = (f"> **{escaped(turn.name)}**: {_shortened(turn.text)}" for turn in turns)
        async with translated():
            await self.posting.say("\n".join(("───", *quoted))[:LIMIT_CHARACTERS])

    async def typing(self) -> None:
        async with translated():
            await self.channel.typing()

    async def say(self, what: Sentence, /) -> str:
        async with translated():
            return id_of(await self.posting.say(f"{FAINT}{self._words(self.channel).say(what)}"))

    async def ping(self, accounts: Sequence[str], what: Sentence) -> None:
        people = [discord.Object(snowflake(account)) for account in accounts]
        called = " ".join(f"<@{person.id}>" for person in people)
        async with translated():
            await self.posting.say(
                f"{called} {self._words(self.channel).say(what)}", discord.AllowedMentions(users=people)
            )

    def foot(self, line: str) -> str:
        return f"\n{FAINT}{' '.join(line.split())}"

    async def _tell_once(self, *, is_full: bool) -> None:
        """Tell moderators, once, what keeps characters from having faces. No reply waits for that."""
        home = self.posting.home
        why = "full" if is_full else "faceless"
        if home and await self._is_new(f"discord:{why}-{home.id}"):
            try:
                await self._alarm(self.channel, self._words(self.channel).say(FULL if is_full else FACELESS))
            except (Unreachable, Unsteady) as error:
                logger.info("moderators cannot be told why characters have no faces: %s", error)


class CharacterOutbox:
    """Where one speaker's posts go in a channel."""

    def __init__(self, posting: Posting, name: str, character: int | None) -> None:
        self.limit = LIMIT_CHARACTERS - NAME_CHARACTERS - len("****\n")
        self._posting = posting
        self._name = name
        self._character = character

    async def post(self, text: str, number: int) -> str:
        async with translated():
            return id_of(await self._posting.post(text, self._name, self._character))

    async def edit(self, post: str, text: str, number: int) -> None:
        async with translated():
            await self._posting.rewrite(snowflake(post), text, self._name)

    async def remove(self, posts: Sequence[str]) -> None:
        async with translated():
            await self._posting.remove([snowflake(post) for post in posts])


@asynccontextmanager
async def _as_far_as_it_can() -> AsyncGenerator[None]:
    """Do without a mark where the bot may not set it, or there is nothing left to be marked."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        logger.info("a mark could not be changed: %s", error.text)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= QUOTED_CHARACTERS else f"{line[:QUOTED_CHARACTERS].rstrip()} …"
