"""One channel of Discord as a wall to write on: posts under a character's name and face. It knows no story."""

import logging
from collections import OrderedDict
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager

import aiohttp
import discord

from bot.core import Turn
from bot.platforms.controls import Button
from bot.platforms.delivery import Pace, Unreachable, Unsteady
from bot.platforms.discord.buttons import row_view
from bot.platforms.discord.reading import Channel, id_of, snowflake
from bot.platforms.discord.webhooks import Home, Webhooks
from bot.words import Words, sentence

logger = logging.getLogger(__name__)

LIMIT_CHARACTERS = 2000
NAME_CHARACTERS = 80
HAIR_SPACE = "\u200a"
REFUSED_NAMES = ("discord", "clyde")
BACK = "↩️"
NOBODY = discord.AllowedMentions.none()
REMEMBERED_POSTS = 500

UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK = 10015
TOO_LATE_TO_EDIT = 30046

FACELESS = sentence(
    "I may not manage webhooks here, so characters speak under my name: a moderator can grant me Manage Webhooks."
)

MANY = "{count} posts have left the story. A moderator says whether they are to be deleted here too."

Face = Callable[[int | None, str], Awaitable[bytes | None]]
"""Returns the picture of a character by its id, or of whoever is called so; None where there is none."""


class DiscordSurface:
    """One channel, thread or private chat."""

    def __init__(self, channel: Channel, webhooks: Webhooks, face: Face, words: Callable[[], Words]) -> None:
        self.channel = channel
        self.pace = Pace()
        self._webhooks = webhooks
        self._face = face
        self._words = words
        self._through: OrderedDict[int, discord.Webhook | None] = OrderedDict()
        self._last: tuple[str, int | None] | None = None
        self._has_told = False

    def outbox(self, name: str, character: int | None) -> "CharacterOutbox":
        return CharacterOutbox(self, name, character)

    async def remove(self, posts: Sequence[str]) -> None:
        for post in posts:
            async with translated():
                await self._delete(snowflake(post))

    async def mark(self, posts: Sequence[str]) -> None:
        for post in posts:
            async with translated():
                await self.channel.get_partial_message(snowflake(post)).add_reaction(BACK)

    async def unmark(self, posts: Sequence[str]) -> None:
        me = self.channel.guild.me if not isinstance(self.channel, discord.DMChannel) else self.channel.me
        for post in posts:
            async with translated():
                await self.channel.get_partial_message(snowflake(post)).remove_reaction(BACK, me)

    async def controls(self, post: str, buttons: Sequence[tuple[Button, str]], turn: int) -> None:
        async with translated():
            await self._change(snowflake(post), view=row_view(buttons, turn) if buttons else None)

    async def ask_to_remove(self, count: int) -> None:
        async with translated():
            await self.channel.send(self._words().say(sentence(MANY, count=count)), allowed_mentions=NOBODY)

    async def divide(self, turns: Sequence[Turn]) -> None:
        quoted = "\n".join(f"> **{escaped(turn.name)}**: {' '.join(turn.text.split())[:200]}" for turn in turns)
        async with translated():
            await self.channel.send(f"───\n{quoted}"[:LIMIT_CHARACTERS], allowed_mentions=NOBODY, suppress_embeds=True)

    async def post(self, text: str, name: str, character: int | None) -> str:
        """Send a post under somebody's name and face, or where that cannot be under the bot's own."""
        async with translated():
            webhook = await self._webhook(character, name)
            if webhook is None:
                message = await self.channel.send(_signed(name, text), allowed_mentions=NOBODY, suppress_embeds=True)
            else:
                message = await self._through_webhook(webhook, text, name, character)
            self._remember(message.id, webhook)
            return id_of(message)

    async def rewrite(self, message: int, text: str, name: str) -> None:
        """Let a post of the bot say something else."""
        webhook = await self._webhook_of(message)
        await self._change(message, content=text if webhook else _signed(name, text))

    async def _change(
        self,
        message: int,
        *,
        content: str | None = discord.utils.MISSING,
        view: discord.ui.View | None = discord.utils.MISSING,
    ) -> None:
        """Change a post of the bot through the webhook that sent it; nothing where it is gone."""
        webhook = await self._webhook_of(message)
        try:
            if webhook:
                await webhook.edit_message(
                    message, content=content, view=view, allowed_mentions=NOBODY, thread=self._thread
                )
            else:
                await self.channel.get_partial_message(message).edit(
                    content=content, view=view, allowed_mentions=NOBODY
                )
        except discord.HTTPException as error:
            if error.code not in (UNKNOWN_MESSAGE, TOO_LATE_TO_EDIT):
                raise
            logger.info("a post could not be changed: %s", error.text)

    @property
    def home(self) -> Home | None:
        """The channel whose webhooks are used; None in a private chat."""
        if isinstance(self.channel, discord.Thread):
            return self.channel.parent
        return None if isinstance(self.channel, discord.DMChannel) else self.channel

    @property
    def _thread(self) -> discord.Thread:
        return self.channel if isinstance(self.channel, discord.Thread) else discord.utils.MISSING

    async def _through_webhook(
        self, webhook: discord.Webhook, text: str, name: str, character: int | None
    ) -> discord.Message:
        username = self._username(name, character)
        try:
            return await webhook.send(
                text, username=username, wait=True, allowed_mentions=NOBODY, suppress_embeds=True, thread=self._thread
            )
        except discord.NotFound as error:
            if error.code != UNKNOWN_WEBHOOK:
                raise
        assert self.home
        self._webhooks.forget(self.home)
        again = await self._webhook(character, name)
        if again is None:
            return await self.channel.send(_signed(name, text), allowed_mentions=NOBODY, suppress_embeds=True)
        return await again.send(
            text, username=username, wait=True, allowed_mentions=NOBODY, suppress_embeds=True, thread=self._thread
        )

    async def _webhook(self, character: int | None, name: str) -> discord.Webhook | None:
        """Return the webhook for a face; None in private chats and where the bot may not manage webhooks."""
        if self.home is None:
            return None
        if not self.home.permissions_for(self.home.guild.me).manage_webhooks:
            await self._tell_once()
            return None
        return await self._webhooks.with_face(self.home, await self._face(character, name))

    async def _tell_once(self) -> None:
        if not self._has_told:
            self._has_told = True
            await self.channel.send(self._words().say(FACELESS), allowed_mentions=NOBODY)

    def _username(self, name: str, character: int | None) -> str:
        """Return a name that Discord takes; of two in a row who are called the same the second gets a thin space.

        Clients would show the posts of both as one's.
        """
        taken = " ".join(name.split())[: NAME_CHARACTERS - 2] or "?"
        for word in REFUSED_NAMES:
            if (at := taken.lower().find(word)) >= 0:
                taken = taken[: at + 1] + HAIR_SPACE + taken[at + 1 :]
        if self._last and self._last[0] == taken and self._last[1] != character:
            taken += HAIR_SPACE
        self._last = (taken, character)
        return taken

    async def _webhook_of(self, message: int) -> discord.Webhook | None:
        """Return the webhook that has sent a post; None where the bot itself has."""
        if message in self._through or self.home is None:
            return self._through.get(message)
        found = await self.channel.fetch_message(message)
        webhook = await self._webhooks.by_id(self.home, found.webhook_id) if found.webhook_id else None
        self._remember(message, webhook)
        return webhook

    def _remember(self, message: int, webhook: discord.Webhook | None) -> None:
        self._through[message] = webhook
        if len(self._through) > REMEMBERED_POSTS:
            self._through.popitem(last=False)

    async def _delete(self, message: int) -> None:
        try:
            if webhook := await self._webhook_of(message):
                await webhook.delete_message(message, thread=self._thread)
            else:
                await self.channel.get_partial_message(message).delete()
        except discord.NotFound:
            logger.info("a post was gone already")


class CharacterOutbox:
    """Where one speaker's posts go in a channel."""

    def __init__(self, surface: DiscordSurface, name: str, character: int | None) -> None:
        self.limit = LIMIT_CHARACTERS - NAME_CHARACTERS - len("****\n")
        self._surface = surface
        self._name = name
        self._character = character

    async def post(self, text: str, number: int) -> str:
        return await self._surface.post(text, self._name, self._character)

    async def edit(self, post: str, text: str, number: int) -> None:
        async with translated():
            await self._surface.rewrite(snowflake(post), text, self._name)

    async def remove(self, posts: Sequence[str]) -> None:
        await self._surface.remove(posts)


@asynccontextmanager
async def translated() -> AsyncGenerator[None]:
    """Let what Discord refuses come as Unreachable where that stays so, and as Unsteady where it may not."""
    try:
        yield
    except (discord.Forbidden, discord.NotFound) as error:
        raise Unreachable("Discord does not let me write here any more: {reason}.", reason=error.text) from error
    except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
        reason = error.text if isinstance(error, discord.HTTPException) else type(error).__name__
        raise Unsteady("Discord did not take that: {reason}.", reason=reason or "no reason given") from error


def escaped(name: str) -> str:
    """Return a name whose Markdown is text."""
    return discord.utils.escape_markdown(" ".join(name.split()))


def _signed(name: str, text: str) -> str:
    return f"**{escaped(name)[:NAME_CHARACTERS]}**\n{text}"
