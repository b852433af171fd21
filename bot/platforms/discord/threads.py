"""A branch in a thread of its own: offered to whoever made it, also after a restart."""

import logging
import re
from typing import TYPE_CHECKING

import discord

from bot.errors import PlayError, TroupeError
from bot.platforms.discord.pressing import desk_of
from bot.platforms.discord.reading import place_of
from bot.platforms.discord.surface import translated
from bot.platforms.player import Player
from bot.words import Words, sentence

if TYPE_CHECKING:
    from bot.platforms.discord.desk import Desk

logger = logging.getLogger(__name__)

NAME_CHARACTERS = 100
OFFER = sentence("It can have a thread of its own.")
OPEN = sentence("Open a thread")


class ThreadButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"h:(?P<name>.{1,80})"):
    """Opens a thread for a branch, by its name."""

    def __init__(self, name: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"h:{name}"))
        self.name = name

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> "ThreadButton":
        return cls(match["name"], getattr(item, "label", None) or "?")

    async def callback(self, interaction: discord.Interaction) -> None:
        await Threads(desk_of(interaction)).open(interaction, self.name)


def offer(words: Words, name: str) -> tuple[str, discord.ui.View]:
    """Return the offer of a thread for a branch."""
    view = discord.ui.View(timeout=None)
    view.add_item(ThreadButton(name, words.say(OPEN)))
    view.stop()
    return words.say(OFFER), view


def can_have_threads(channel: object) -> bool:
    """Tell whether the bot may open threads in a channel."""
    if not isinstance(channel, discord.TextChannel):
        return False
    mine = channel.permissions_for(channel.guild.me)
    return mine.create_public_threads and mine.send_messages_in_threads


class Threads:
    """What opens threads."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    async def open(self, interaction: discord.Interaction, name: str) -> None:
        """Open a thread with the story of a branch, and bring whoever wants it there."""
        channel = interaction.channel

        async def act(player: Player) -> None:
            if not isinstance(channel, discord.TextChannel) or not can_have_threads(channel):
                raise PlayError("I may not open threads here: a moderator can grant me Create Public Threads.")
            async with translated():
                thread = await channel.create_thread(
                    name=name[:NAME_CHARACTERS], type=discord.ChannelType.public_thread, reason="a branch of the story"
                )
            try:
                await player.director.carrying.carry(player.place, player.account, name, place_of(thread))
            except TroupeError:
                async with translated():
                    await thread.delete()
                raise
            async with translated():
                await thread.add_user(interaction.user)
            await self._desk.stage.wall(thread).tidy()
            await player.answer("The branch {name} is played in {thread} now.", name=name, thread=thread.mention)

        await self._desk.work(interaction, act)
