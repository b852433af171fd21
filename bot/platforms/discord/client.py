"""The connection to Discord: what the gateway tells goes to whoever sees to it. It decides nothing."""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

import discord

from bot.platforms.discord.absence import Absence
from bot.platforms.discord.desk import Desk
from bot.platforms.discord.hearing import Hearing
from bot.platforms.discord.inviting import invitation
from bot.platforms.discord.stage import Stage
from bot.platforms.discord.surface import NOBODY
from bot.platforms.errands import Errands
from bot.roleplay.director import Director
from bot.words import Languages, Sentence, sentence

logger = logging.getLogger(__name__)


def intents(*, hears_all: bool = True) -> discord.Intents:
    """Return what the gateway is asked to tell; what people write has to be switched on for the application."""
    return discord.Intents(
        guilds=True, messages=True, reactions=True, typing=True, webhooks=True, message_content=hears_all
    )


class Client(discord.AutoShardedClient):
    """The connection; `errands` own everything that goes on because of what was told, `tell` speaks on the console."""

    errands: Errands

    def __init__(
        self,
        director: Director,
        languages: Languages,
        intents: discord.Intents,
        *,
        tell: Callable[[Sentence], None],
        ready_s: float = 2.0,
    ) -> None:
        super().__init__(intents=intents, allowed_mentions=NOBODY, max_messages=None, guild_ready_timeout=ready_s)
        self.stage = Stage(director, languages, self)
        self.hearing = Hearing(self.stage, self)
        self.absence = Absence(self.stage, self.hearing, self.begin)
        self.desk = Desk(self, self.stage)
        self._tell = tell
        # Whatever Discord says that makes no sense would end the connection, and all that is spoken with it.
        parsers = self._connection.parsers
        parsers |= {event: _guarded(event, parse) for event, parse in parsers.items() if event != "READY"}

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside listening."""
        self.errands.begin(work)

    async def setup_hook(self) -> None:
        application = await self.application_info()
        team = application.team.members if application.team else [application.owner]
        self.stage.owners = frozenset(member.id for member in team)
        await self.desk.open()

    async def on_ready(self) -> None:
        assert self.user
        connected = sentence(
            "Discord: connected as {name}, on servers: {count}.", name=self.user.name, count=len(self.guilds)
        )
        self._tell(connected)
        link = invitation(self.application_id or self.user.id)
        self._tell(sentence("Discord: whoever runs a server invites the bot with {link}", link=link))

    async def on_shard_connect(self, shard_id: int) -> None:
        self.absence.begins(shard_id)

    async def on_shard_ready(self, shard_id: int) -> None:
        self.begin(self.absence.ends(shard_id))

    async def on_message(self, message: discord.Message) -> None:
        self.begin(self.hearing.message(message))

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        self.begin(self.hearing.edit(payload))

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        self.begin(self.hearing.deletion(payload.channel_id, payload.message_id))

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        self.begin(self.hearing.bulk_deletion(payload.channel_id, sorted(payload.message_ids)))

    async def on_raw_typing(self, payload: discord.RawTypingEvent) -> None:
        self.hearing.typing(payload.channel_id, payload.user_id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        self._forget(channel.id)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        self._forget(payload.thread_id)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        for channel in (*guild.channels, *guild.threads):
            self._forget(channel.id)

    def _forget(self, channel: int) -> None:
        self.stage.tear_down(channel)
        self.hearing.forget(channel)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        await self.desk.late_press(interaction)

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        self.begin(self.desk.reacted(payload))

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        logger.exception("%s could not be handled", event_method)


def _guarded(event: str, parse: Callable[[Any], None]) -> Callable[[Any], None]:
    """Return what reads an event, and only logs what it cannot read."""

    def parsed(data: Any) -> None:
        try:
            parse(data)
        except (LookupError, TypeError, ValueError, AttributeError) as error:  # its text may be of the story
            logger.warning("Discord has sent a %s that cannot be read: %s", event, type(error).__name__)

    return parsed
