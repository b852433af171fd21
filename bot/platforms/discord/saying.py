"""Suggested lines that somebody says as their own, changes first, or wants others of."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import discord

from bot.core import Incoming
from bot.errors import PlayError
from bot.platforms.discord.forms import Form
from bot.platforms.discord.reading import id_of
from bot.platforms.discord.suggestions import Wish
from bot.platforms.player import Player
from bot.roleplay.performance import Performance
from bot.words import sentence

if TYPE_CHECKING:
    from bot.platforms.discord.desk import Desk

YOURS = sentence("Your line")


class Saying:
    """What the buttons under suggestions do."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    async def do(self, interaction: discord.Interaction, wish: Wish, number: int, suggested: Mapping[int, str]) -> None:
        """Say one of the lines that were suggested, once, or let it be changed first, or suggest as many others."""
        line = suggested.get(number, "")

        async def others(player: Player) -> None:
            lines = await player.director.suggesting.lines(player.place, player.account, count=max(1, len(suggested)))
            await player.screen.suggestions(lines)

        if wish is Wish.ANOTHER:
            await self._desk.work(interaction, others)
        elif wish is Wish.SAY:
            await self._say(interaction, line, once=f"{id_of(interaction.message or interaction)}-{number}")
        else:
            await self._desk.ask(interaction, Form(YOURS, YOURS, self._say, text=line))

    async def _say(self, interaction: discord.Interaction, text: str, *, once: str = "") -> None:
        """Say a line as somebody's own. They cannot be made to post it: the wall shows it under their name.

        What was said `once` is not said again.
        """

        async def act(player: Player) -> None:
            if once and not await player.director.messages.is_new(once):
                raise PlayError("You have said that already.")
            await player.look()
            event = id_of(interaction)
            line = Incoming(player.place, player.account, event, text, interaction.created_at)
            await player.follow(_heard(player, line))

        await self._desk.work(interaction, act, is_thinking=False)


@asynccontextmanager
async def _heard(player: Player, line: Incoming) -> AsyncGenerator[Performance]:
    """Hear a line that no message shows, and let the wall show it before anybody answers."""
    async with player.director.hear(line) as performance:
        await player.director.messages.gone(line.event)
        await player.screen.turns(())
        yield performance
