"""What all parts of the Telegram platform share: who plays where, and what each chat shows. It hears nothing."""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

import telegram
from telegram import Bot, User
from telegram.error import TelegramError

from bot.core import Account, Patience, Place, Role
from bot.errors import TroupeError
from bot.platforms.config import TelegramSettings
from bot.platforms.player import Player, Screen
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.reading import account_of, id_of, is_private, place_of
from bot.platforms.telegram.screen import ChatScreen
from bot.platforms.telegram.seen import Seen
from bot.platforms.telegram.surface import Staging, TelegramSurface, pace_of
from bot.platforms.wall import Wall
from bot.roleplay.director import Director
from bot.words import Languages, Words
from characters import CardError, CardFile

logger = logging.getLogger(__name__)

ADMINS_KEPT_SECONDS = 300.0
ANONYMOUS_ADMIN = 1087968824
"""Telegram's own account, as which administrators write who stay unnamed."""


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something happens: a chat, a topic of it or None, and the place that it is."""

    chat: telegram.Chat
    thread: int | None
    place: Place

    @classmethod
    def of(cls, chat: telegram.Chat, thread: int | None) -> "Spot":
        return cls(chat, thread, place_of(chat, thread))


class Stage:
    """The director, the bot's words, and a wall for each place."""

    def __init__(self, director: Director, languages: Languages, bot: Bot, settings: TelegramSettings) -> None:
        self.director = director
        self.languages = languages
        self.bot = bot
        self.settings = settings
        self.seen = Seen()
        self._walls: dict[str, Wall] = {}
        self._chats: dict[str, Chat] = {}
        self.patience = Patience()
        self._admins: dict[int, tuple[float, frozenset[int]]] = {}
        self._spoken: dict[str, str] = {}

    def chat(self, spot: Spot) -> Chat:
        """Return a chat to write into, the same each time."""
        if spot.place.id not in self._chats:
            self._chats[spot.place.id] = Chat(self.bot, spot.chat.id, spot.thread, self.seen)
        return self._chats[spot.place.id]

    def wall(self, spot: Spot) -> Wall:
        """Return the wall of a place, the same each time."""
        place = spot.place
        if place.id not in self._walls:
            chat = self.chat(spot)

            async def is_named(name: str, character: int | None) -> bool:
                return await self._is_named(place, name, character)

            async def new_face(character: int) -> bytes | None:
                return await self._new_face(place, character)

            staging = Staging(lambda: self.words(place), is_named, new_face)
            pace = pace_of(chat, streams_in_groups=self.settings.stream_in_groups)
            self._walls[place.id] = Wall(self.director, place, TelegramSurface(chat, pace, staging))
        return self._walls[place.id]

    def forget(self, spot: Spot) -> None:
        """Forget a chat that is gone, with all its topics."""
        for place in [place for place, chat in self._chats.items() if chat.id == spot.chat.id]:
            self._walls.pop(place, None)
            del self._chats[place]
        self._admins.pop(spot.chat.id, None)

    def words(self, place: Place) -> Words:
        """Return what the bot says at a place: in the language in which somebody spoke to it there last."""
        return self.languages.best(self._spoken.get(place.id, ""))

    def screen(self, spot: Spot, *, reply_to: int | None = None) -> ChatScreen:
        """Return what somebody reads at a place; in groups what they ask for answers their message."""
        return ChatScreen(self.wall(spot), self.chat(spot), reply_to=reply_to)

    async def account(self, spot: Spot, user: User) -> Account:
        """Return the account of somebody, with what they are where they write."""
        account = account_of(user, Role.PLAYER)
        if await self.director.door.is_owner(account):
            role = Role.OWNER
        elif not is_private(spot.chat) and await self.is_admin(spot.chat, user):
            role = Role.MODERATOR
        else:
            role = Role.PLAYER
        return account_of(user, role)

    async def player(self, spot: Spot, user: User, screen: Screen) -> Player:
        """Return somebody who does something at a place."""
        account = await self.account(spot, user)
        player = Player(
            self.director, screen, self.languages, spot.place, account, cards=await self._cast(spot, account)
        )
        await player.look()
        self._spoken[spot.place.id] = player.words.language
        return player

    async def _cast(self, spot: Spot, account: Account) -> Sequence[CardFile]:
        """Return the characters that a scene starts with where nobody names others."""
        found: list[CardFile] = []
        for name in (await self.director.servers.rules(spot.place)).cast:
            try:
                found.append(await self.director.library.find_card(spot.place, account, name))
            except (TroupeError, CardError) as error:
                logger.info("a character of the usual cast cannot be found: %s", error)
        return found or await self.director.library.usual()

    async def is_admin(self, chat: telegram.Chat, user: User) -> bool:
        """Tell whether somebody runs a group; who does is asked for every five minutes."""
        if user.id == ANONYMOUS_ADMIN:
            return True
        at, admins = self._admins.get(chat.id, (0.0, frozenset[int]()))
        if chat.id not in self._admins or time.monotonic() - at > ADMINS_KEPT_SECONDS:
            try:
                admins = frozenset(one.user.id for one in await self.bot.get_chat_administrators(chat.id))
            except TelegramError:
                return user.id in admins
            self._admins[chat.id] = (time.monotonic(), admins)
        return user.id in admins

    async def _is_named(self, place: Place, name: str, character: int | None) -> bool:
        """Tell whether a speaker's name stands above what they say: not where one character plays alone."""
        scene = await self.director.scene(place)
        if scene is None or scene.is_notebook:
            return False
        return [member.character for member in scene.present] != [character]

    async def _new_face(self, place: Place, character: int) -> bytes | None:
        """Return the picture of a character that has not been shown in the scene yet, once."""
        scene = await self.director.scene(place)
        picture = await self.director.library.picture(character) if scene else None
        if not scene or not picture:
            return None
        is_first = await self.director.messages.is_new(f"{id_of(0)}:face:{scene.id}:{character}")
        return picture if is_first else None
