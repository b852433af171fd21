"""The play on Telegram: private stories, and groups."""

import logging
from collections.abc import Callable

from telegram import ChatMember, Update

from bot.platforms.config import TelegramSettings
from bot.platforms.errands import Errands
from bot.platforms.telegram.asking import OFFERED, Asking
from bot.platforms.telegram.connection import listening, logged_in
from bot.platforms.telegram.gallery import Gallery
from bot.platforms.telegram.hearing import Hearing
from bot.platforms.telegram.journal import Journal
from bot.platforms.telegram.menus import Menus
from bot.platforms.telegram.panel import Panel
from bot.platforms.telegram.pressing import Pressing
from bot.platforms.telegram.registering import register
from bot.platforms.telegram.resuming import tell_of_what_was_cut
from bot.platforms.telegram.stage import Spot, Stage
from bot.roleplay.director import Director
from bot.words import Languages, Sentence, sentence

__all__ = ["play"]

logger = logging.getLogger(__name__)

AWAY = (ChatMember.LEFT, ChatMember.BANNED)


async def play(
    director: Director, settings: TelegramSettings, languages: Languages, *, tell: Callable[[Sentence], None]
) -> None:
    """Play until cancelled. `tell` says on the console what goes on. Raises PlatformError."""
    async with logged_in(settings, tell) as bot, Errands() as errands:
        stage = Stage(director, languages, bot, settings)
        house = Front(stage, errands)
        errands.begin(register(bot, OFFERED, languages))
        await house.begin()
        async with listening(bot, settings, house.take) as failed:
            code = await director.door.claim_code()
            tell(sentence("Telegram: connected as @{name}.", name=bot.username))
            if code:
                link = f"https://t.me/{bot.username}?start={code}"
                tell(
                    sentence("Telegram: to make this bot yours, send it /start {code} ({link}).", code=code, link=link)
                )
            await failed


class Front:
    """Where updates come in, and are handed to whoever sees to them."""

    def __init__(self, stage: Stage, errands: Errands) -> None:
        gallery, menus, panel = Gallery(stage), Menus(stage), Panel(stage)
        self._stage = stage
        self._errands = errands
        self._journal = Journal(stage.director.servers)
        asking = Asking(stage, gallery, menus, panel)
        self._hearing = Hearing(stage, asking, errands, self._journal, stage.bot.bot)
        self._pressing = Pressing(stage, gallery, menus, panel, errands=errands, journal=self._journal)

    async def begin(self) -> None:
        """See to what another process has left."""
        await tell_of_what_was_cut(self._stage, self._journal, self._errands)

    async def take(self, update: Update) -> None:
        """See to an update; what is to be kept of it is stored when this returns."""
        if update.message:
            await self._hearing.message(update.message)
        elif update.edited_message:
            await self._hearing.edited(update.edited_message)
        elif update.callback_query:
            await self._pressing.pressed(update.callback_query)
        elif update.my_chat_member:
            changed = update.my_chat_member
            spot = Spot.of(changed.chat, None)
            if changed.new_chat_member.status in AWAY:
                self._stage.forget(spot)
            elif changed.chat.type != changed.chat.PRIVATE and changed.old_chat_member.status in AWAY:
                await self._hearing.added(spot)
