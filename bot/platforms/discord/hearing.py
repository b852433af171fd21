"""What people do in a channel, as the story hears it: they write, edit, delete, type."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager

import discord

from bot.core import Account, Place
from bot.errors import TroupeError
from bot.platforms.discord.proxies import Post, Proxies, is_command
from bot.platforms.discord.reading import Channel, id_of, incoming_of, is_voice, text_of
from bot.platforms.discord.stage import Stage, channel_of
from bot.platforms.player import Player
from bot.roleplay.performance import Performance
from engine import EngineError

WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class Hearing:
    """The ears of the bot. What happens in a channel is taken in in the order in which it came.

    Nothing is until the bot is `present`: what it has missed comes first.
    """

    def __init__(self, stage: Stage, client: discord.Client) -> None:
        self.present = asyncio.Event()
        self._stage = stage
        self._client = client
        self._director = stage.director
        self._proxies = Proxies()
        self._locks: dict[int, asyncio.Lock] = {}

    async def message(self, message: discord.Message) -> None:
        """Hear a message, where something is played."""
        channel = channel_of(message.channel)
        if channel is None or message.type not in WRITTEN:
            return
        if message.webhook_id:
            if not self.is_own(message):
                name, text = message.author.display_name, text_of(message, bot=self._me)
                self._proxies.posted(Post(message.id, channel.id, name, text))
        elif not (message.author.bot or is_command(message.content)):
            await self.present.wait()
            await self.line(channel, message)

    async def line(self, channel: Channel, message: discord.Message) -> None:
        """Hear what a person has written, and let the characters answer."""
        async with AsyncExitStack() as turn:
            await turn.enter_async_context(self._order(channel.id))
            if not await self._stage.is_open(channel):
                return
            player = await self._stage.player(channel, message.author, self._stage.screen(channel))
            if player.scene is None:
                if isinstance(channel, discord.DMChannel):
                    await player.note("Nothing is played here. /scene start starts a scene.")
                return
            if is_voice(message):
                if await self._director.messages.is_new(id_of(message)):
                    await player.note("I cannot hear: what is to be in the story has to be written.")
                return
            quiet_s = (await self._stage.rules(channel)).quiet_s
            incoming = incoming_of(message, player.place, player.account, bot=self._me, quiet_s=quiet_s)
            self._proxies.heard(message.id, channel.id, incoming.text)
            await self._follow(player, self._released(turn.pop_all(), player.director.hear(incoming)))

    async def edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Let the story say what a message says now."""
        if channel := channel_of(payload.message.channel):
            await self.present.wait()
            await self.edited(channel, payload.message)

    async def edited(self, channel: Channel, message: discord.Message) -> None:
        """Let the story say what a message says now."""
        if message.edited_at is None:  # pinned, or links were looked up: nobody has edited it
            return
        async with self._order(channel.id):
            turn = await self._director.messages.turn(id_of(message))
            if turn is None or self.is_own(message) or message.author.id == self._me:
                return
            try:
                await self._director.turns.edited(id_of(message), text_of(message, bot=self._me))
            except TroupeError as error:
                player = await self._stage.player(channel, message.author, self._stage.screen(channel))
                await player.fail(error)
        await self._stage.wall(channel).tidy()

    async def deletion(self, channel_id: int, message: int) -> None:
        """Take out of the story what was deleted; a line that a proxy says anew is said by that persona instead."""
        await self.present.wait()
        if post := await self._proxies.said_anew(message):
            said = {"by": id_of(post.id), "name": post.name, "text": post.text}
            async with self._order(channel_id):
                changed = await self._director.personas.proxied(id_of(message), **said)
            if changed:
                await self._changed(channel_id)
        else:
            await self.deletions(channel_id, [message])

    async def bulk_deletion(self, channel_id: int, messages: Sequence[int]) -> None:
        """Take out of the story all that was deleted at once."""
        await self.present.wait()
        await self.deletions(channel_id, messages)

    def says(self, message: discord.Message) -> bool:
        """Tell whether a message has anything that a story could tell."""
        return bool(text_of(message, bot=self._me))

    async def deletions(self, channel_id: int, messages: Sequence[int]) -> None:
        """Take out of the story all that was deleted."""
        async with self._order(channel_id):
            gone = [await self._director.turns.deleted(id_of(message)) for message in messages]
        if any(gone):
            await self._changed(channel_id)

    async def _changed(self, channel_id: int) -> None:
        if channel := await self._stage.channel(channel_id):
            await self._stage.wall(channel).tidy()

    def typing(self, channel_id: int, user: int) -> None:
        """Note that somebody types: answers wait for them."""
        if user != self._me:
            self._director.quiet.typing(Place(id_of(channel_id)), Account(id_of(user), ""))

    def is_own(self, message: discord.Message) -> bool:
        """Tell whether a message was posted through a webhook of the bot."""
        if not message.webhook_id:
            return False
        is_ours = message.application_id is not None and message.application_id == self._client.application_id
        return is_ours or self._stage.webhooks.is_own(message.webhook_id)

    def forget(self, channel: int) -> None:
        """Forget a channel that is gone."""
        self._locks.pop(channel, None)

    @property
    def _me(self) -> int:
        return self._client.user.id if self._client.user else 0

    def _order(self, channel: int) -> asyncio.Lock:
        return self._locks.setdefault(channel, asyncio.Lock())

    async def _follow(self, player: Player, performing: AbstractAsyncContextManager[Performance]) -> None:
        try:
            await player.follow(performing)
        except (TroupeError, EngineError) as error:
            await player.fail(error)

    @asynccontextmanager
    async def _released(
        self, turn: AsyncExitStack, hearing: AbstractAsyncContextManager[Performance]
    ) -> AsyncGenerator[Performance]:
        """Let the next in a channel be heard once this line is recorded."""
        async with AsyncExitStack() as stack:
            async with turn:
                performance = await stack.enter_async_context(hearing)
            yield performance
