"""Posts in one channel under somebody's name and face, sent, changed and taken away. It knows no story."""

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Protocol

import discord

from bot.platforms.delivery import Stuck
from bot.platforms.discord.reading import Channel
from bot.platforms.discord.refusals import UNKNOWN_WEBHOOK
from bot.platforms.discord.webhooks import TOO_MANY_WEBHOOKS, Home, Webhooks

logger = logging.getLogger(__name__)

NAME_CHARACTERS = 80
HAIR_SPACE = "\u200a"
REFUSED_NAMES = re.compile(r"(?<=d)(?=iscord)|(?<=c)(?=lyde)", re.IGNORECASE)
NOBODY = discord.AllowedMentions.none()
REMEMBERED_POSTS = 500
FEW_POSTS = 2
"""Deleted one by one; more of them all at once."""
MOST_AT_ONCE = 100
OLD = timedelta(days=13)
"""Discord deletes nothing at once that is older than two weeks."""

TRIED_AGAIN_SECONDS = 1.0
"""The library waits that long at least before it sends a post again which was answered with an error."""
MOST_STRAYS = 10

Face = Callable[[int | None, str], Awaitable[bytes | None]]
"""Returns the picture of a character by its id, or of whoever is called so; None where there is none."""


class Faceless(Protocol):
    """Told where characters have to speak under the bot's own name; `is_full` where others have all webhooks."""

    async def __call__(self, *, is_full: bool) -> None: ...


class Posting:
    """All that the bot posts in a channel. Raises what discord.py does, and Stuck."""

    def __init__(self, channel: Channel, webhooks: Webhooks, face: Face, faceless: Faceless) -> None:
        self.channel = channel
        self._webhooks = webhooks
        self._face = face
        self._faceless = faceless
        self._through: OrderedDict[int, discord.Webhook | None] = OrderedDict()
        self._last: tuple[str, int | None] | None = None
        self._sending = asyncio.Lock()
        self._unsure_since: int | None = None

    async def say(self, text: str, mentions: discord.AllowedMentions = NOBODY) -> int:
        """Send a post under the bot's own name, and return its id."""
        message = await self.channel.send(text, allowed_mentions=mentions, suppress_embeds=True)
        self._remember(message.id, None)
        return message.id

    async def post(self, text: str, name: str, character: int | None) -> int:
        """Send a post under somebody's name and face, or where that cannot be under the bot's own; return its id."""
        try:
            return await self._post(text, name, character)
        except discord.NotFound as error:
            if error.code != UNKNOWN_WEBHOOK or not self.home:
                raise
            self._webhooks.forget(self.home)
        return await self._post(text, name, character)

    async def rewrite(self, message: int, text: str, name: str) -> None:
        """Let a post of the bot say something else."""
        webhook = await self._webhook_of(message)
        await self._change(webhook, message, content=text if webhook else signed(name, text))

    async def furnish(self, message: int, view: discord.ui.View | None) -> None:
        """Put buttons under a post of the bot, or take them away."""
        await self._change(await self._webhook_of(message), message, view=view)

    async def remove(self, messages: Sequence[int]) -> None:
        """Take posts of the bot away; what is gone already does not count."""
        left = messages if len(messages) <= FEW_POSTS else await self._remove_at_once(messages)
        for message in left:
            try:
                await self._remove(message)
            except (discord.NotFound, Stuck):
                logger.info("a post was gone already")

    @property
    def home(self) -> Home | None:
        """The channel whose webhooks are used; None in a private chat."""
        if isinstance(self.channel, discord.Thread):
            return self.channel.parent
        return None if isinstance(self.channel, discord.DMChannel) else self.channel

    @property
    def _newest(self) -> int:
        """The newest message of the channel, as far as the gateway has told."""
        return 0 if isinstance(self.channel, discord.DMChannel) else self.channel.last_message_id or 0

    @property
    def _thread(self) -> discord.Thread:
        return self.channel if isinstance(self.channel, discord.Thread) else discord.utils.MISSING

    async def _post(self, text: str, name: str, character: int | None) -> int:
        webhook = await self._webhook(character, name)
        if webhook is None:
            return await self.say(signed(name, text))
        async with self._sending:  # what another try at the same time has posted would look like a stray
            return await self._send(webhook, text, self._username(name, character))

    async def _send(self, webhook: discord.Webhook, text: str, username: str) -> int:
        begun, was_unsure = time.monotonic(), self._unsure_since is not None
        if self._unsure_since is None:
            self._unsure_since = self._newest
        message = await webhook.send(
            text, username=username, wait=True, allowed_mentions=NOBODY, suppress_embeds=True, thread=self._thread
        )
        since, self._unsure_since = self._unsure_since, None
        self._remember(message.id, webhook)
        if was_unsure or time.monotonic() - begun >= TRIED_AGAIN_SECONDS:
            await self._remove_strays(webhook, message, since)
        return message.id

    async def _remove_strays(self, webhook: discord.Webhook, sent: discord.WebhookMessage, since: int) -> None:
        """Take away what tries at a post have left behind the message `since`: posted, but the answer was lost.

        Posts through webhooks have no nonce by which Discord would know them again.
        """
        after = discord.Object(since)
        try:
            async for post in self.channel.history(limit=MOST_STRAYS, before=sent, after=after, oldest_first=False):
                is_one = post.webhook_id == webhook.id and post.author.name == sent.author.name
                if is_one and post.id not in self._through:
                    await webhook.delete_message(post.id, thread=self._thread)
        except discord.HTTPException as error:
            logger.info("whether a post is there twice cannot be seen: %s", error)

    async def _change(
        self,
        webhook: discord.Webhook | None,
        message: int,
        *,
        content: str = discord.utils.MISSING,
        view: discord.ui.View | None = discord.utils.MISSING,
    ) -> None:
        try:
            if webhook:
                await webhook.edit_message(
                    message, content=content, view=view, allowed_mentions=NOBODY, thread=self._thread
                )
            else:
                post = self.channel.get_partial_message(message)
                await post.edit(content=content, view=view, allowed_mentions=NOBODY)
        except discord.NotFound as error:
            if error.code == UNKNOWN_WEBHOOK and self.home:
                self._webhooks.forget(self.home)
            raise

    async def _remove(self, message: int) -> None:
        if webhook := await self._webhook_of(message):
            await webhook.delete_message(message, thread=self._thread)
        else:
            await self.channel.get_partial_message(message).delete()

    async def _remove_at_once(self, messages: Sequence[int]) -> Sequence[int]:
        """Delete posts together, where the bot may; return those that have to go one by one."""
        channel = self.channel
        if isinstance(channel, discord.DMChannel) or not channel.permissions_for(channel.guild.me).manage_messages:
            return messages
        oldest = discord.utils.utcnow() - OLD
        young = [message for message in messages if discord.utils.snowflake_time(message) > oldest]
        for first in range(0, len(young), MOST_AT_ONCE):
            some = [discord.Object(message) for message in young[first : first + MOST_AT_ONCE]]
            try:
                await channel.delete_messages(some)
            except (discord.Forbidden, discord.NotFound):  # the permission is gone, or some of them are
                return messages
        return [message for message in messages if message not in young]

    async def _webhook(self, character: int | None, name: str) -> discord.Webhook | None:
        """Return the webhook for a face; None in private chats and where the bot may not manage webhooks."""
        home = self.home
        if home is None:
            return None
        if home.permissions_for(home.guild.me).manage_webhooks:
            try:
                return await self._webhooks.with_face(home, await self._face(character, name))
            except discord.HTTPException as error:
                if error.code == TOO_MANY_WEBHOOKS:
                    await self._faceless(is_full=True)
                    return None
                if not isinstance(error, discord.Forbidden):
                    raise
                logger.info("webhooks are refused in spite of the permission")
        await self._faceless(is_full=False)
        return None

    async def _webhook_of(self, message: int) -> discord.Webhook | None:
        """Return the webhook that has sent a post; None where the bot itself has. Raises Stuck where it is gone."""
        if message in self._through:
            return self._through[message]
        webhook = None
        if self.home and (id := (await self.channel.fetch_message(message)).webhook_id):
            webhook = await self._webhooks.by_id(self.home, id)
            if webhook is None:
                raise Stuck("The webhook that has sent this post is gone.")
        self._remember(message, webhook)
        return webhook

    def _remember(self, message: int, webhook: discord.Webhook | None) -> None:
        self._through[message] = webhook
        if len(self._through) > REMEMBERED_POSTS:
            self._through.popitem(last=False)

    def _username(self, name: str, character: int | None) -> str:
        """Return a name that Discord takes; of two in a row who are called the same the second gets a thin space.

        Clients would show the posts of both as one's.
        """
        taken = REFUSED_NAMES.sub(HAIR_SPACE, " ".join(name.split()))[: NAME_CHARACTERS - 1].rstrip() or "?"
        if self._last and self._last[0] == taken and self._last[1] != character:
            taken += HAIR_SPACE
        self._last = (taken, character)
        return taken


def escaped(name: str) -> str:
    """Return a name whose Markdown is text."""
    return discord.utils.escape_markdown(" ".join(name.split()))


def signed(name: str, text: str) -> str:
    """Return a text under a bold name, as the bot itself posts it."""
    return f"**{escaped(name)[:NAME_CHARACTERS]}**\n{text}"
