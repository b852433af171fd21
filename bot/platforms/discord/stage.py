"""What all parts of the Discord platform share: who plays where, and what each channel shows. It hears nothing."""

from collections.abc import Sequence

import discord

from bot.core import Role
from bot.platforms.discord.reading import Channel, account_of, place_of
from bot.platforms.discord.roles import role_of
from bot.platforms.discord.surface import DiscordSurface
from bot.platforms.discord.webhooks import Webhooks
from bot.platforms.player import Player, Screen
from bot.platforms.wall import Wall
from bot.roleplay.director import Director
from bot.words import Languages, Words
from characters import CardFile


class Stage:
    """The director, the bot's words, and a wall for each channel. `owners` own the application (ids)."""

    def __init__(self, director: Director, languages: Languages, client: discord.Client) -> None:
        self.director = director
        self.languages = languages
        self.client = client
        self.owners: frozenset[int] = frozenset()
        self.webhooks = Webhooks(lambda: client.user.id if client.user else None)
        self._walls: dict[int, Wall] = {}

    def wall(self, channel: Channel) -> Wall:
        """Return the wall of a channel, the same each time."""
        if channel.id not in self._walls:
            surface = DiscordSurface(channel, self.webhooks, self._face, lambda: self.words(channel))
            self._walls[channel.id] = Wall(self.director, place_of(channel), surface)
        return self._walls[channel.id]

    def tear_down(self, channel: discord.abc.Snowflake) -> None:
        """Forget the wall of a channel that is gone."""
        self._walls.pop(channel.id, None)

    def words(self, channel: Channel, *wanted: str) -> Words:
        """Return what the bot says in a channel: in a language wanted, or else in that of its server."""
        locale = "" if isinstance(channel, discord.DMChannel) else str(channel.guild.preferred_locale)
        return self.languages.best(*wanted, locale)

    def role(self, user: discord.abc.User) -> Role:
        """Return what somebody is where they write."""
        return role_of(user, owners=self.owners)

    async def player(self, channel: Channel, user: discord.abc.User, screen: Screen, *, language: str = "") -> Player:
        """Return somebody who does something in a channel."""
        account = account_of(user, self.role(user), language=language)
        player = Player(self.director, screen, self.languages, place_of(channel), account, cards=await self._cast())
        await player.look()
        return player

    async def _cast(self) -> Sequence[CardFile]:
        """Return the characters that a scene starts with where nobody names others."""
        return ()

    async def _face(self, character: int | None, name: str) -> bytes | None:
        """Return the picture of a character by its id, drawn where its card has none; None for anybody else."""
        return None


def channel_of(thing: object) -> Channel | None:
    """Return a channel where a story can be played; None where it is none."""
    kinds = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread, discord.DMChannel)
    return thing if isinstance(thing, kinds) else None
