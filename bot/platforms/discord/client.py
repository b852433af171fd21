"""The bot on Discord: what the gateway tells goes to the director, and what he answers onto the walls."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

import discord

from bot.errors import TroupeError
from bot.platforms.discord.reading import Channel, id_of, incoming_of, place_of
from bot.platforms.discord.screen import ChannelScreen
from bot.platforms.discord.stage import Stage, channel_of
from bot.platforms.discord.surface import NOBODY
from bot.roleplay.director import Director
from bot.words import Languages

logger = logging.getLogger(__name__)


def intents() -> discord.Intents:
    """Return what the gateway is asked to tell; the content of messages has to be switched on for the application."""
    wanted = discord.Intents(guilds=True, messages=True, reactions=True, typing=True, webhooks=True)
    wanted.message_content = True
    return wanted


class Client(discord.AutoShardedClient):
    """The connection; `tasks` own everything that goes on because of what was told."""

    def __init__(self, director: Director, languages: Languages, tasks: asyncio.TaskGroup) -> None:
        super().__init__(intents=intents(), allowed_mentions=NOBODY, max_messages=None)
        self.stage = Stage(director, languages, self)
        self._tasks = tasks

    async def setup_hook(self) -> None:
        application = await self.application_info()
        team = application.team.members if application.team else [application.owner]
        self.stage.owners = frozenset(member.id for member in team)

    async def on_message(self, message: discord.Message) -> None:
        channel = channel_of(message.channel)
        if channel is None or message.author.bot or message.webhook_id or not self.user:
            return
        if await self.stage.director.scene(place_of(channel)) is None:
            return
        self.begin(self._hear(channel, message))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.message.author.bot or not self.user:
            return
        self.begin(self._edited(payload.message))

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside listening. What it is refused for is told by then; what else it fails of is logged."""

        async def attempted() -> None:
            try:
                await work
            except TroupeError as error:
                logger.info("refused: %s", error)
            except Exception:
                logger.exception("an event of Discord could not be handled")

        self._tasks.create_task(attempted())

    async def _hear(self, channel: Channel, message: discord.Message) -> None:
        assert self.user
        screen = ChannelScreen(self.stage.wall(channel), channel)
        player = await self.stage.player(channel, message.author, screen)
        incoming = incoming_of(message, player.place, player.account, bot=self.user.id)
        try:
            await player.follow(player.director.hear(incoming))
        except TroupeError as error:
            await player.fail(error)

    async def _edited(self, message: discord.Message) -> None:
        assert self.user
        channel = channel_of(message.channel)
        if channel:
            incoming = incoming_of(message, place_of(channel), await self._account(channel, message), bot=self.user.id)
            await self.stage.director.turns.edited(id_of(message), incoming.text)

    async def _account(self, channel: Channel, message: discord.Message) -> Any:
        raise NotImplementedError
