"""What all parts of the Discord platform share: who plays where, and what each channel shows. It hears nothing."""

import logging
from collections import OrderedDict
from collections.abc import Sequence

import discord

from bot.core import Account, Place, Role, ServerRules
from bot.errors import PlayError, TroupeError
from bot.platforms.delivery import Unreachable
from bot.platforms.discord.reading import Channel, account_of, id_of, place_of, snowflake
from bot.platforms.discord.roles import role_of
from bot.platforms.discord.screen import ChannelScreen
from bot.platforms.discord.surface import LIMIT_CHARACTERS, NOBODY, DiscordSurface, translated
from bot.platforms.discord.webhooks import Webhooks
from bot.platforms.player import Player, Screen
from bot.platforms.wall import Wall
from bot.roleplay.director import Director
from bot.words import Languages, Words
from characters import CardError, CardFile

logger = logging.getLogger(__name__)

REMEMBERED_FACES = 200


class Stage:
    """The director, the words, and a wall for each channel; `owners` are those of the application, by their ids."""

    def __init__(self, director: Director, languages: Languages, client: discord.Client) -> None:
        self.director = director
        self.languages = languages
        self.client = client
        self.owners: frozenset[int] = frozenset()
        self.webhooks = Webhooks(lambda: client.user.id if client.user else None)
        self._walls: dict[int, tuple[Wall, DiscordSurface]] = {}
        self._faces: OrderedDict[int | str, bytes] = OrderedDict()

    def wall(self, channel: Channel) -> Wall:
        """Return the wall of a channel, the same each time."""
        if channel.id not in self._walls:
            is_new = self.director.messages.is_new
            surface = DiscordSurface(channel, self.webhooks, self._face, self.words, is_new, self.alarm)
            self._walls[channel.id] = Wall(self.director, place_of(channel), surface), surface
        wall, surface = self._walls[channel.id]
        surface.posting.channel = channel  # a new session of the gateway brings new ones, with what is allowed now
        return wall

    def tear_down(self, channel: int) -> None:
        """Forget the wall of a channel that is gone, and its webhooks."""
        self._walls.pop(channel, None)
        self.webhooks.forget(discord.Object(channel))

    async def channel(self, id: int) -> Channel | None:
        """Return a channel by its id; None where the bot cannot see it, or nothing can be played there."""
        try:
            return channel_of(self.client.get_channel(id) or await self.client.fetch_channel(id))
        except (discord.NotFound, discord.Forbidden):
            return None

    def words(self, channel: Channel, *wanted: str) -> Words:
        """Return what the bot says in a channel: in a language wanted, or else in that of its server."""
        locale = "" if isinstance(channel, discord.DMChannel) else str(channel.guild.preferred_locale)
        return self.languages.best(*wanted, self.director.servers.known(place_of(channel)).language, locale)

    async def rules(self, channel: Channel) -> ServerRules:
        """Return what the moderators have set for the server of a channel."""
        return await self.director.servers.rules(place_of(channel))

    async def role(self, channel: Channel, user: discord.abc.User) -> Role:
        """Return what somebody is where they write."""
        rules = await self.rules(channel)
        moderators, players = ({snowflake(id) for id in ids} for ids in (rules.moderators, rules.players))
        return role_of(user, owners=self.owners, moderators=moderators, players=players)

    async def is_open(self, channel: Channel) -> bool:
        """Tell whether it is played in a channel, as the moderators of its server have set."""
        allowed = (await self.rules(channel)).channels
        parent = channel.parent_id if isinstance(channel, discord.Thread) else None
        return not allowed or id_of(channel) in allowed or (parent is not None and id_of(parent) in allowed)

    async def check_open(self, channel: Channel, account: Account) -> None:
        """Raise PlayError where it is not played in a channel; moderators may do there what they like."""
        if account.role < Role.MODERATOR and not await self.is_open(channel):
            raise PlayError("It is not played in this channel: the moderators have chosen others.")

    async def alarm(self, channel: Channel, text: str) -> None:
        """Tell moderators of something: in the channel that they chose for it, or else where it happened."""
        chosen = (await self.rules(channel)).alarms
        where = channel_of(self.client.get_channel(snowflake(chosen))) if chosen else None
        if where and where.id != channel.id:
            link = f"\n{getattr(channel, 'mention', '')}"
            try:
                await self._tell(where, f"{text[: LIMIT_CHARACTERS - len(link)]}{link}")
            except Unreachable as error:
                logger.info("moderators cannot be told where they chose: %s", error)
            else:
                return
        await self._tell(channel, text[:LIMIT_CHARACTERS])

    def screen(self, channel: Channel) -> ChannelScreen:
        """Return what somebody reads who has written in a channel."""

        async def alarm(text: str) -> None:
            await self.alarm(channel, text)

        return ChannelScreen(self.wall(channel), channel, alarm)

    async def player(self, channel: Channel, user: discord.abc.User, screen: Screen, *, language: str = "") -> Player:
        """Return somebody who does something in a channel."""
        place, account = place_of(channel), account_of(user, await self.role(channel, user), language=language)
        cast = await self._cast(place, account)
        player = Player(self.director, screen, self.languages, place, account, cards=cast)
        await player.look()
        return player

    async def _tell(self, channel: Channel, text: str) -> None:
        async with translated():
            await channel.send(text, allowed_mentions=NOBODY, suppress_embeds=True)

    async def _cast(self, place: Place, account: Account) -> Sequence[CardFile]:
        """Return the characters that a scene starts with where nobody names others."""
        found: list[CardFile] = []
        for name in (await self.director.servers.rules(place)).cast:
            try:
                found.append(await self.director.library.find_card(place, account, name))
            except (TroupeError, CardError) as error:
                logger.info("a character of the usual cast cannot be found: %s", error)
        return found

    async def _face(self, character: int | None, name: str) -> bytes | None:
        """Return the face of a character by its id, and a drawn one for anybody else."""
        key = character if character is not None else name
        if key not in self._faces:
            self._faces[key] = await self.director.library.face(character, name)
            if len(self._faces) > REMEMBERED_FACES:
                self._faces.popitem(last=False)
        self._faces.move_to_end(key)
        return self._faces[key]


def channel_of(thing: object) -> Channel | None:
    """Return a channel where a story can be played; None where it is none."""
    kinds = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.Thread, discord.DMChannel)
    return thing if isinstance(thing, kinds) else None
