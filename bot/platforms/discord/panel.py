"""What a server's moderators set by choosing: roles, channels, language, limits. Shown to one person, privately."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import discord

from bot.core import Role, ServerRules
from bot.platforms.commands.server import changed, described
from bot.platforms.discord.acknowledging import acknowledged, refuse
from bot.platforms.discord.forms import Form
from bot.platforms.discord.reading import id_of, snowflake
from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY
from bot.platforms.player import Player
from bot.words import Sentence, sentence

if TYPE_CHECKING:
    from bot.platforms.discord.desk import Desk

OPEN_SECONDS = 840.0
"""A little less than the 15 minutes in which what is shown can be changed."""
MOST_CHOSEN = 25
MODERATORS = sentence("Roles that moderate")
PLAYERS = sentence("Roles that play; without any, all do")
CHANNELS = sentence("Channels where it is played; without any, all")
ALARMS = sentence("Channel where moderators are told things")
LANGUAGE = sentence("Language of the bot")
OWN_LANGUAGE = sentence("as the server's own")
CAST, REPLIES, TOKENS = sentence("Usual cast"), sentence("Replies a minute"), sentence("Tokens a day")
QUIET, PINGS, OPENING = sentence("Seconds of quiet"), sentence("Pings"), sentence("Players open scenes here")
WRITTEN = {"cast": CAST, "replies": REPLIES, "tokens": TOKENS, "quiet": QUIET}
MORE, BACK = sentence("More"), sentence("Back")
NOT_YOURS = sentence("That is up to the moderators of this place.")
CHANNEL_TYPES = [discord.ChannelType.text, discord.ChannelType.voice, discord.ChannelType.forum]

Chosen = Callable[[discord.Interaction, Sequence[Any]], Awaitable[None]]


class Panel:
    """The settings of one server as one moderator sees them, on two pages."""

    def __init__(self, desk: "Desk", player: Player) -> None:
        self._desk = desk
        self._player = player
        self._rules = ServerRules()
        self._is_open = False
        self._words = player.words

    async def open(self, interaction: discord.Interaction) -> None:
        """Show the first page to a moderator."""
        if self._player.account.role < Role.MODERATOR:
            await refuse(interaction, self._words.say(NOT_YOURS))
            return
        await self._read()
        response = interaction.response
        await acknowledged(
            response.send_message(self._text(), view=self._who(), ephemeral=True, allowed_mentions=NOBODY)
        )

    async def _read(self) -> None:
        servers = self._player.director.servers
        self._rules = await servers.rules(self._player.place)
        self._is_open = await servers.players_open(self._player.place)

    def _text(self) -> str:
        return "\n".join(map(self._words.say, described(self._rules)))[:LIMIT_CHARACTERS]

    def _who(self) -> discord.ui.View:
        """Return the page about roles and channels."""
        view = discord.ui.View(timeout=OPEN_SECONDS)
        view.add_item(self._roles(MODERATORS, "moderators", self._rules.moderators))
        view.add_item(self._roles(PLAYERS, "players", self._rules.players))
        view.add_item(self._channels(CHANNELS, "channels", self._rules.channels, most=MOST_CHOSEN))
        alarms = (self._rules.alarms,) if self._rules.alarms else ()
        view.add_item(self._channels(ALARMS, "alarms", alarms, most=1))
        view.add_item(_Button(self._words.say(MORE), self._page(self._how)))
        return view

    def _how(self) -> discord.ui.View:
        """Return the page about how it is played."""
        view = discord.ui.View(timeout=OPEN_SECONDS)
        view.add_item(self._languages())
        for name, label in WRITTEN.items():
            view.add_item(_Button(self._words.say(label), self._write(name, label)))
        view.add_item(_Button(self._words.say(PINGS), self._switch_pings, is_on=self._rules.pings))
        view.add_item(_Button(self._words.say(OPENING), self._switch_opening, is_on=self._is_open))
        view.add_item(_Button(self._words.say(BACK), self._page(self._who)))
        return view

    def _roles(self, label: Sentence, name: str, known: Sequence[str]) -> "_Roles":
        async def chosen(interaction: discord.Interaction, roles: Sequence[Any]) -> None:
            await self._change(interaction, self._who, **{name: tuple(id_of(role) for role in roles)})

        return _Roles(self._words.say(label), [snowflake(id) for id in known], chosen)

    def _channels(self, label: Sentence, name: str, known: Sequence[str], *, most: int) -> "_Channels":
        async def chosen(interaction: discord.Interaction, channels: Sequence[Any]) -> None:
            ids = tuple(id_of(channel) for channel in channels)
            value = ids if most > 1 else "".join(ids)
            await self._change(interaction, self._who, **{name: value})

        return _Channels(self._words.say(label), [snowflake(id) for id in known], chosen, most=most)

    def _languages(self) -> "_Choice":
        async def chosen(interaction: discord.Interaction, values: Sequence[Any]) -> None:
            await self._change(interaction, self._how, language="" if values[0] == "-" else values[0])

        tags = self._player.languages.tags
        options = [(self._words.say(OWN_LANGUAGE), "-"), *((tag, tag) for tag in tags)]
        return _Choice(self._words.say(LANGUAGE), options, self._rules.language or "-", chosen)

    def _page(self, page: Callable[[], discord.ui.View]) -> Callable[[discord.Interaction], Awaitable[None]]:
        async def turned(interaction: discord.Interaction) -> None:
            await acknowledged(interaction.response.edit_message(content=self._text(), view=page()))

        return turned

    def _write(self, name: str, label: Sentence) -> Callable[[discord.Interaction], Awaitable[None]]:
        async def written(interaction: discord.Interaction, text: str) -> None:
            player = self._player
            found = await self._desk.looked_up(interaction, lambda _: changed(player, **{name: text or "-"}))
            if found is not None:
                await self._change(interaction, self._how, **found)

        async def pressed(interaction: discord.Interaction) -> None:
            form = Form(label, label, written, text=self._now(name), is_needed=False, is_long=False)
            await self._desk.ask(interaction, form)

        return pressed

    def _now(self, name: str) -> str:
        rules = self._rules
        now = {
            "cast": ", ".join(rules.cast),
            "replies": rules.replies_per_minute,
            "tokens": rules.tokens_per_day,
            "quiet": rules.quiet_s,
        }
        return "" if now[name] is None else str(now[name])

    async def _switch_pings(self, interaction: discord.Interaction) -> None:
        await self._change(interaction, self._how, pings=not self._rules.pings)

    async def _switch_opening(self, interaction: discord.Interaction) -> None:
        are_allowed, player = not self._is_open, self._player

        async def switch(_: Player) -> bool:
            await player.director.door.let_players_open(player.place, player.account, are_allowed=are_allowed)
            return True

        if await self._desk.looked_up(interaction, switch):
            await self._read()
            await self._page(self._how)(interaction)

    async def _change(
        self, interaction: discord.Interaction, page: Callable[[], discord.ui.View], **wanted: Any
    ) -> None:
        player = self._player
        change = player.director.servers.change
        found = await self._desk.looked_up(interaction, lambda _: change(player.place, player.account, **wanted))
        if found is not None:
            await self._read()
            await self._page(page)(interaction)


class _Roles(discord.ui.RoleSelect[discord.ui.View]):
    def __init__(self, label: str, known: Sequence[int], chosen: Chosen) -> None:
        kind = discord.SelectDefaultValueType.role
        super().__init__(
            placeholder=label,
            min_values=0,
            max_values=MOST_CHOSEN,
            default_values=[discord.SelectDefaultValue(id=id, type=kind) for id in known],
        )
        self._chosen = chosen

    async def callback(self, interaction: discord.Interaction) -> None:
        await self._chosen(interaction, self.values)


class _Channels(discord.ui.ChannelSelect[discord.ui.View]):
    def __init__(self, label: str, known: Sequence[int], chosen: Chosen, *, most: int) -> None:
        kind = discord.SelectDefaultValueType.channel
        super().__init__(
            placeholder=label,
            min_values=0,
            max_values=most,
            channel_types=CHANNEL_TYPES,
            default_values=[discord.SelectDefaultValue(id=id, type=kind) for id in known],
        )
        self._chosen = chosen

    async def callback(self, interaction: discord.Interaction) -> None:
        await self._chosen(interaction, self.values)


class _Choice(discord.ui.Select[discord.ui.View]):
    def __init__(self, label: str, options: Sequence[tuple[str, str]], now: str, chosen: Chosen) -> None:
        super().__init__(
            placeholder=label,
            options=[discord.SelectOption(label=shown, value=value, default=value == now) for shown, value in options],
        )
        self._chosen = chosen

    async def callback(self, interaction: discord.Interaction) -> None:
        await self._chosen(interaction, self.values)


class _Button(discord.ui.Button[discord.ui.View]):
    def __init__(
        self, label: str, pressed: Callable[[discord.Interaction], Awaitable[None]], *, is_on: bool = False
    ) -> None:
        style = discord.ButtonStyle.success if is_on else discord.ButtonStyle.secondary
        super().__init__(label=label, style=style)
        self._pressed = pressed

    async def callback(self, interaction: discord.Interaction) -> None:
        await self._pressed(interaction)
