"""What is done with one message: from its menu, or by a reaction to it."""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
from discord import app_commands

from bot.core import Turn
from bot.errors import PlayError
from bot.platforms import controls
from bot.platforms.commands import done
from bot.platforms.commands.cards import bring
from bot.platforms.commands.story import bring_story
from bot.platforms.discord.files import attached
from bot.platforms.discord.forms import Form
from bot.platforms.discord.history import history
from bot.platforms.discord.letters import LetterScreen
from bot.platforms.discord.reading import id_of
from bot.platforms.discord.stage import channel_of
from bot.platforms.player import Player
from bot.words import sentence

if TYPE_CHECKING:
    from bot.platforms.discord.desk import Desk

logger = logging.getLogger(__name__)

IMPORT = sentence("Import card")
EDIT = sentence("Edit")
DELETE = sentence("Delete from the story")
RETRY = sentence("Retry from here")
BRANCH = sentence("Branch here")
WHY = sentence("Why?")
STORY = sentence("Story from here")

Chosen = Callable[[discord.Interaction, discord.Message], Coroutine[Any, Any, None]]
OnTurn = Callable[[Player, Turn], Awaitable[None]]
REACTIONS: dict[str, OnTurn] = {"🔁": controls.retry_from, "❌": controls.delete, "❓": controls.explain}


class Menus:
    """The menus of messages, and the reactions that mean the same."""

    def __init__(self, desk: "Desk") -> None:
        self._desk = desk

    def made(self) -> list[app_commands.ContextMenu]:
        """Return the menus as Discord takes them."""

        async def bring_cards(interaction: discord.Interaction, message: discord.Message) -> None:
            await self._import(interaction, message)

        async def edit(interaction: discord.Interaction, message: discord.Message) -> None:
            if turn := await self._turn(interaction, message):
                await self.edit(interaction, turn)

        async def branch(interaction: discord.Interaction, message: discord.Message) -> None:
            if turn := await self._turn(interaction, message):
                await self.branch(interaction, turn)

        async def story(interaction: discord.Interaction, message: discord.Message) -> None:
            await self._story(interaction, message)

        return [
            app_commands.ContextMenu(name=IMPORT.text, callback=bring_cards),
            app_commands.ContextMenu(name=EDIT.text, callback=edit),
            app_commands.ContextMenu(name=DELETE.text, callback=self._doing(controls.delete)),
            app_commands.ContextMenu(name=RETRY.text, callback=self._doing(controls.retry_from)),
            app_commands.ContextMenu(name=BRANCH.text, callback=branch),
            app_commands.ContextMenu(name=WHY.text, callback=self._doing(controls.explain)),
            app_commands.ContextMenu(name=STORY.text, callback=story),
        ]

    async def edit(self, interaction: discord.Interaction, turn: Turn) -> None:
        """Open a form with what a turn says."""

        async def written(interaction: discord.Interaction, text: str) -> None:
            async def act(player: Player) -> None:
                turns = player.director.turns
                await player.show(await turns.edit(player.place, player.account, turn.id, text))

            await self._desk.work(interaction, act)

        await self._desk.ask(interaction, Form(EDIT, sentence("What it says then"), written, text=turn.text))

    async def branch(self, interaction: discord.Interaction, turn: Turn) -> None:
        """Ask for the name of a branch behind a turn, and begin it."""

        async def written(interaction: discord.Interaction, name: str) -> None:
            async def act(player: Player) -> None:
                await controls.branch(player, turn, name)
                await self._desk.offer_thread(player, interaction.channel, name)

            await self._desk.work(interaction, act)

        label = sentence("What the branch is called")
        await self._desk.ask(interaction, Form(BRANCH, label, written, is_long=False))

    async def reacted(self, payload: discord.RawReactionActionEvent) -> None:
        """Do what a reaction on one of the bot's posts asks for, and take the reaction away."""
        stage = self._desk.stage
        act = REACTIONS.get(payload.emoji.name or "")
        channel = channel_of(stage.client.get_channel(payload.channel_id))
        if act is None or channel is None or stage.client.user is None or payload.user_id == stage.client.user.id:
            return
        post = id_of(payload.message_id)
        turn = await stage.director.messages.turn(post)
        if turn is None or not any(
            one.message == post and one.is_ours for one in await stage.director.messages.of(turn.id)
        ):
            return
        user = payload.member or await stage.client.fetch_user(payload.user_id)
        if user.bot:
            return
        screen = LetterScreen(user, stage.screen(channel))
        player = await stage.player(channel, user, screen)

        async def whole(player: Player) -> None:
            await stage.check_open(channel, player.account)
            await player.look()
            await act(player, turn)
            await stage.wall(channel).tidy()

        await done(player, f"reaction {payload.emoji.name}", whole)
        await screen.close()
        try:
            await channel.get_partial_message(payload.message_id).remove_reaction(payload.emoji, user)
        except (discord.HTTPException, aiohttp.ClientError):
            logger.info("a reaction could not be taken away")

    def _doing(self, do: OnTurn) -> Chosen:
        async def chosen(interaction: discord.Interaction, message: discord.Message) -> None:
            async def act(player: Player) -> None:
                await player.look()
                await do(player, await _turn_of(player, message))

            await self._desk.work(interaction, act)

        return chosen

    async def _import(self, interaction: discord.Interaction, message: discord.Message) -> None:
        async def act(player: Player) -> None:
            if not message.attachments:
                raise PlayError("That message has no file: a card is a PNG, JSON or CHARX file.")
            for attachment in message.attachments:
                await bring(player, attached(attachment))

        await self._desk.work(interaction, act)

    async def _story(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Make a story of what was written in the channel from a message on."""
        channel, me = channel_of(message.channel), self._desk.stage.client.user

        async def act(player: Player) -> None:
            if channel and me:
                await bring_story(player, history(channel, message, bot=me.id))

        await self._desk.work(interaction, act)

    async def _turn(self, interaction: discord.Interaction, message: discord.Message) -> Turn | None:
        return await self._desk.looked_up(interaction, lambda player: _turn_of(player, message))


async def _turn_of(player: Player, message: discord.Message) -> Turn:
    """Return the turn that a message shows. Raises PlayError where that is none."""
    turn = await player.director.messages.turn(id_of(message))
    if turn is None:
        raise PlayError("That message is not part of the story.")
    return turn
