"""Everything that people ask for by commands, buttons and forms: acknowledged at once, then done beside listening.

Answers are for their eyes alone; what is said in the story goes onto the wall.
"""

import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar, cast

import discord
from discord import app_commands

from bot.core import Role
from bot.errors import PlayError, TroupeError
from bot.platforms import controls
from bot.platforms.commands import COMMANDS, Command, Given, Option, attempt, done
from bot.platforms.commands.about import help_with
from bot.platforms.commands.offers import offers
from bot.platforms.controls import Button, Pressed
from bot.platforms.discord.acknowledging import acknowledged, refuse
from bot.platforms.discord.asking import QuestionButton
from bot.platforms.discord.buttons import WallButton, gone, rest_view
from bot.platforms.discord.forms import Form, TextForm, fits
from bot.platforms.discord.menus import Menus
from bot.platforms.discord.panel import Panel
from bot.platforms.discord.private import InteractionScreen
from bot.platforms.discord.reading import Channel
from bot.platforms.discord.saying import Saying
from bot.platforms.discord.slash import MOST_CHOICES, Values, given_to, slash
from bot.platforms.discord.stage import Stage, channel_of
from bot.platforms.discord.suggestions import SuggestionButton
from bot.platforms.discord.surface import NOBODY
from bot.platforms.discord.syncing import Tree, sync
from bot.platforms.discord.threads import ThreadButton, can_have_threads, offer
from bot.platforms.discord.translating import Translator
from bot.platforms.player import Player, Screen
from bot.words import Sentence, Words, sentence
from characters import CardError
from engine import EngineError

logger = logging.getLogger(__name__)

CHOICE_CHARACTERS = 100
NO_STORY = sentence("No story can be played here: use a text channel, a thread, or a private chat.")
TOO_LONG = sentence("That text is too long for a form on Discord: write a shorter one as the command's text.")
PUBLIC = (Button.RETRY, Button.LEFT, Button.RIGHT, Button.CONTINUE)
"""Buttons that only change the wall: nothing is said privately of it."""
HERE = (*COMMANDS, help_with(COMMANDS))
ANYWHERE = ("settings", "help", "privacy", "status")
"""Commands for channels too where nothing is played."""

Act = Callable[[Player], Awaitable[None]]
Found = TypeVar("Found")


class Begins(Protocol):
    """A client that owns the tasks of what goes on."""

    def begin(self, work: Coroutine[Any, Any, None], /) -> None: ...


class Desk:
    """One client's commands, buttons and menus."""

    def __init__(self, client: discord.Client, stage: Stage) -> None:
        self.stage = stage
        self.tree = Tree(client)
        self.saying = Saying(self)
        self._menus = Menus(self)
        self._client = client

    async def open(self) -> None:
        """Take up what earlier runs have drawn, and tell Discord of the commands where they have changed."""
        self._client.add_dynamic_items(WallButton, SuggestionButton, QuestionButton, ThreadButton)
        await self.tree.set_translator(Translator(self.stage.languages))
        for command in slash(HERE, self):
            self.tree.add_command(command)
        for menu in self._menus.made():
            self.tree.add_menu(menu)
        await sync(self.tree, self.stage.director.servers)

    async def run(self, interaction: discord.Interaction, command: Command, given: Values) -> None:
        """Do what a command asks for; where a long text is needed and not there, open a form for it first."""
        values = given_to(command, given)
        if command.path == ("settings", "server") and not given:
            await self.show_panel(interaction)
        elif option := command.form(values):
            await self._write(interaction, command, values, option)
        else:
            await self._attempt(interaction, command, values)

    async def complete(
        self, interaction: discord.Interaction, option: Option, typed: str
    ) -> list[app_commands.Choice[str]]:
        """Return what could be given to an option, as that person sees it there."""
        channel = channel_of(interaction.channel)
        if channel is None:
            return []
        player = await self.player(interaction, channel, self.stage.screen(channel))
        try:
            found = await offers(player, option.kind, typed, most=MOST_CHOICES)
        except TroupeError as error:
            logger.info("nothing is offered: %s", error)
            return []
        return [
            app_commands.Choice(name=one.shown[:CHOICE_CHARACTERS], value=one.value)
            for one in found
            if 1 <= len(one.value) <= CHOICE_CHARACTERS
        ]

    async def press(self, interaction: discord.Interaction, what: Pressed) -> None:
        """Do what a button of the wall means."""

        async def act(player: Player) -> None:
            await controls.press(player, what)

        if what.button not in (Button.MORE, Button.EDIT, Button.BRANCH):
            await self.work(interaction, act, is_thinking=what.button not in PUBLIC)
            return
        turn = await self.looked_up(interaction, lambda player: controls.newest(player, what))
        if turn is None:
            return
        if what.button is Button.EDIT:
            await self._menus.edit(interaction, turn)
        elif what.button is Button.BRANCH:
            await self._menus.branch(interaction, turn)
        else:
            view = rest_view(self.words(interaction), turn.id)
            await acknowledged(interaction.response.send_message(view=view, ephemeral=True, allowed_mentions=NOBODY))

    async def late_press(self, interaction: discord.Interaction) -> None:
        """Answer a press on a button that has gone meanwhile: discord.py looks for it on the message, in vain."""
        if what := gone(interaction):
            await self.press(interaction, what)

    async def answer_question(self, interaction: discord.Interaction, *, is_yes: bool) -> None:
        """Take posts away that were asked about, or let them stay. Only moderators say so."""

        async def act(player: Player) -> None:
            channel = channel_of(interaction.channel)
            if player.account.role < Role.MODERATOR or channel is None:
                raise PlayError("That is up to the moderators of this place.")
            wall = self.stage.wall(channel)
            await (wall.tidy(is_sure=True) if is_yes else wall.keep())
            if interaction.message:
                await acknowledged(interaction.message.delete())

        await self.work(interaction, act, is_thinking=False)

    async def reacted(self, payload: discord.RawReactionActionEvent) -> None:
        """Do what a reaction on a character's post asks for."""
        await self._menus.reacted(payload)

    async def ask(self, interaction: discord.Interaction, form: Form) -> None:
        """Open a form for a text."""
        words = self.words(interaction)
        if fits(form.text):
            await acknowledged(interaction.response.send_modal(TextForm(form, words)))
        else:
            await refuse(interaction, words.say(TOO_LONG))

    async def work(self, interaction: discord.Interaction, act: Act, *, is_thinking: bool = True) -> None:
        """Acknowledge an interaction, and do what it asks for beside; what it is refused for is told privately."""
        channel = channel_of(interaction.channel)
        if channel is None:
            await refuse(interaction, self.words(interaction).say(NO_STORY))
        elif await acknowledged(interaction.response.defer(ephemeral=True, thinking=is_thinking)):
            cast(Begins, self._client).begin(self._worked(interaction, channel, act, is_thinking=is_thinking))

    async def looked_up(
        self, interaction: discord.Interaction, look: Callable[[Player], Awaitable[Found]]
    ) -> Found | None:
        """Look something up that is needed for an answer; None where that is refused, and was told."""
        channel = channel_of(interaction.channel)
        if channel is None:
            await refuse(interaction, self.words(interaction).say(NO_STORY))
            return None
        player = await self.player(interaction, channel, self.stage.screen(channel))
        try:
            return await look(player)
        except (TroupeError, EngineError, CardError) as error:
            await refuse(interaction, player.words.explain(error))
            return None

    async def show_panel(self, interaction: discord.Interaction) -> None:
        """Show what is set for a server, with what changes it."""
        channel = channel_of(interaction.channel)
        if channel is None or isinstance(channel, discord.DMChannel):
            await refuse(interaction, self.words(interaction).say(NO_STORY))
            return
        player = await self.player(interaction, channel, self.stage.screen(channel))
        await Panel(self, player).open(interaction)

    async def offer_thread(self, player: Player, channel: object, name: str) -> None:
        """Offer a thread for a branch that was just made, where there can be one."""
        if can_have_threads(channel) and isinstance(player.screen, InteractionScreen):
            await player.screen.offer(*offer(player.words, " ".join(name.split())))

    async def player(self, interaction: discord.Interaction, channel: Channel, screen: Screen) -> Player:
        """Return whoever has used a command or a button."""
        return await self.stage.player(channel, interaction.user, screen, language=str(interaction.locale))

    def words(self, interaction: discord.Interaction) -> Words:
        """Return what is said to whoever has used a command or a button."""
        return self.stage.languages.best(str(interaction.locale))

    async def _attempt(self, interaction: discord.Interaction, command: Command, given: Given) -> None:
        async def act(player: Player) -> None:
            if await attempt(player, command, given) and command.path == ("branch", "make"):
                await self.offer_thread(player, interaction.channel, given.text("name"))

        await self.work(interaction, act)

    async def _write(self, interaction: discord.Interaction, command: Command, given: Given, option: Option) -> None:
        """Open a form for the long text of a command, with what it says now."""

        async def draft(player: Player) -> str:
            return await command.draft(player, given) if command.draft else ""

        async def written(interaction: discord.Interaction, text: str) -> None:
            await self._attempt(interaction, command, Given({**given.values, option.name: text}, given.files))

        text = await self.looked_up(interaction, draft)
        if text is not None:
            title = sentence("/{command}", command=command.name)
            await self.ask(
                interaction, Form(title, Sentence(option.help), written, text=text, is_needed=option.is_needed)
            )

    async def _worked(self, interaction: discord.Interaction, channel: Channel, act: Act, *, is_thinking: bool) -> None:
        words = self.words(interaction)
        screen = InteractionScreen(interaction, self.stage.screen(channel), words, is_thinking=is_thinking)
        player = await self.player(interaction, channel, screen)
        what = str((interaction.data or {}).get("name", "a button"))

        async def whole(player: Player) -> None:
            if what not in ANYWHERE:
                await self.stage.check_open(channel, player.account)
            await act(player)

        async def tidy(player: Player) -> None:
            await self.stage.wall(channel).tidy()

        await done(player, what, whole)
        await done(player, what, tidy)
        await screen.close()
