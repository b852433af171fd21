"""What people do in a channel, as the story hears it: they write, edit, delete."""

import asyncio
from collections.abc import Sequence

import discord

from bot.errors import TroupeError
from bot.platforms.discord.reading import Channel, id_of, incoming_of, place_of, text_of
from bot.platforms.discord.screen import ChannelScreen
from bot.platforms.discord.stage import Stage, channel_of


class Hearing:
    """The ears of the bot. Lines of one channel are recorded in the order in which they came."""

    def __init__(self, stage: Stage, client: discord.Client) -> None:
        self._stage = stage
        self._client = client
        self._director = stage.director
        self._recording: dict[int, asyncio.Lock] = {}

    async def message(self, message: discord.Message) -> None:
        """Hear a message, where something is played."""
        channel = channel_of(message.channel)
        if channel is None or message.author.bot or message.webhook_id:
            return
        if await self._director.scene(place_of(channel)) is not None:
            await self._hear(channel, message)

    async def edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Let the story say what a message says now."""
        channel, message = channel_of(payload.message.channel), payload.message
        if channel is None or message.edited_at is None:  # pinned, or links were looked up: nobody has edited it
            return
        await self._director.turns.edited(id_of(message), text_of(message, bot=self._me))
        await self._stage.wall(channel).tidy()

    async def deletion(self, channel_id: int, messages: Sequence[int]) -> None:
        """Take out of the story what was deleted."""
        gone = [await self._director.turns.deleted(id_of(message)) for message in messages]
        channel = channel_of(self._client.get_channel(channel_id))
        if channel and any(gone):
            await self._stage.wall(channel).tidy()

    @property
    def _me(self) -> int:
        return self._client.user.id if self._client.user else 0

    async def _hear(self, channel: Channel, message: discord.Message) -> None:
        screen = ChannelScreen(self._stage.wall(channel), channel)
        player = await self._stage.player(channel, message.author, screen)
        incoming = incoming_of(message, player.place, player.account, bot=self._me)
        try:
            await player.follow(player.director.hear(incoming))
        except TroupeError as error:
            await player.fail(error)
