"""What people write on Telegram, made lines of the story, commands and files. It shows nothing itself."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from telegram import Chat, Message, MessageEntity, User
from telegram.error import TelegramError

from bot.errors import NotAllowed, NothingPlayed, TroupeError
from bot.platforms.delivery import Unreachable
from bot.platforms.errands import Errands
from bot.platforms.player import Player
from bot.platforms.telegram.asking import Asking
from bot.platforms.telegram.files import AS_A_FILE, attached_to
from bot.platforms.telegram.journal import Journal
from bot.platforms.telegram.keyboards import begun
from bot.platforms.telegram.reading import (
    id_of,
    incoming_of,
    is_for,
    is_private,
    is_unheard,
    number_of,
    post_id,
    text_of,
    thread_of,
)
from bot.platforms.telegram.screen import ChatScreen
from bot.platforms.telegram.stage import Spot, Stage
from bot.roleplay.performance import Performance
from bot.words import sentence
from characters import CardError
from engine import EngineError

logger = logging.getLogger(__name__)

PRIVACY = sentence(
    "Telegram's privacy mode is on for me: here I get only commands, answers to what I write, and lines with my name "
    "({name}). Make me an administrator, or let my owner switch it off with @BotFather (/setprivacy), and I hear all."
)
CANNOT_HEAR = sentence("I cannot hear: what is to be in the story has to be written.")
STOPPED = sentence("I was stopped while I was at /{command}: look whether it is done, or ask for it once more.")


class Hearing:
    """Hears what people write. A line is stored before the next one is asked for, so that none is lost."""

    def __init__(self, stage: Stage, asking: Asking, errands: Errands, me: User) -> None:
        self._stage = stage
        self._director = stage.director
        self._asking = asking
        self._errands = errands
        self._me = me
        self._journal = Journal(stage.director.servers)

    async def message(self, message: Message) -> None:
        """Take a new message: what is to be kept of it is stored when this returns."""
        user = message.from_user
        self._stage.seen.note(message.chat.id, message.message_id)
        if message.migrate_to_chat_id:
            await self._director.scenes.move_places(id_of(message.chat.id), id_of(message.migrate_to_chat_id))
            return
        is_person = user and (not user.is_bot or message.sender_chat) and not message.is_automatic_forward
        if user is None or not is_person or not _says(message):
            return
        spot = Spot.of(message.chat, thread_of(message))
        if command := self._command(message):
            if command != ELSEWHERE:
                await self._ask(spot, user, message, command)
        elif is_unheard(message):
            await self._unheard(spot, user, message)
        elif message.document and not message.animation:
            await self._file(spot, user, message)
        else:
            await self._line(spot, user, message)

    async def edited(self, message: Message) -> None:
        """Let a line of the story say what its message says now."""
        user = message.from_user
        if user is None or user.is_bot or self._command(message):
            return
        spot = Spot.of(message.chat, thread_of(message))
        try:
            await self._director.turns.edited(
                post_id(message.chat.id, message.message_id), text_of(message, bot=self._me)
            )
        except TroupeError as error:
            screen = self._screen(spot, message)
            player = await self._stage.player(spot, user, screen)
            self._errands.begin(player.fail(error))

    async def added(self, spot: Spot) -> None:
        """Say what people of a group should know of the bot, once, where it came in."""
        await self._explain(spot)

    async def stopped(self) -> None:
        """Say which commands the process was killed at, to whoever gave them: they may not have been done."""
        for post, (thread, word) in (await self._journal.left()).items():
            await self._director.messages.is_new(post)  # if it is sent again all the same, it is not done beside that
            try:
                told = await self._stage.bot.get_chat(number_of(post.rpartition(":")[0]))
            except TelegramError as error:
                logger.info("a chat is gone: %s", error.message)
                continue
            chat = Chat(told.id, told.type, title=told.title, first_name=told.first_name)
            spot = Spot.of(chat, thread)
            said = self._stage.words(spot.place).say(sentence(STOPPED.text, command=word))
            self._errands.begin(self._stage.screen(spot, reply_to=number_of(post)).note(said))

    def _command(self, message: Message) -> str:
        """Return the command that a message is, without its slash; empty where it is none, or another bot's."""
        text, entities = message.text or message.caption or "", message.entities or message.caption_entities
        first = next((one for one in entities if one.type == MessageEntity.BOT_COMMAND and one.offset == 0), None)
        answered = message.reply_to_message
        if first is None:
            is_ours = answered and answered.from_user and answered.from_user.id == self._me.id
            command = begun(answered.text or "") if answered and is_ours else ""
            return f"{command} {text}" if command and text else ""
        word, _, name = text[1 : first.length].partition("@")
        if name and name.lower() != (self._me.username or "").lower():
            return ELSEWHERE
        return word + text[first.length :]

    async def _ask(self, spot: Spot, user: User, message: Message, command: str) -> None:
        post = post_id(message.chat.id, message.message_id)
        if not await self._journal.begin(post, spot.thread, command.split()[0] if command.split() else ""):
            return
        if not await self._director.messages.is_new(post):
            await self._journal.over(post)
            return
        player = await self._stage.player(spot, user, self._screen(spot, message))
        if not is_private(spot.chat):
            await self._explain(spot)

        async def ask() -> None:
            async with self._journal.until_over(post):
                await self._asking.typed(spot, player, command, message)

        self._errands.begin(ask())

    async def _file(self, spot: Spot, user: User, message: Message) -> None:
        """Take a file that came without a command: in a private chat it is a card, elsewhere nothing."""
        if not is_private(spot.chat) and not is_for(message, self._me):
            return
        if not await self._director.messages.is_new(post_id(message.chat.id, message.message_id)):
            return
        player = await self._stage.player(spot, user, self._screen(spot, message))
        if file := attached_to(message):
            self._errands.begin(self._asking.brought(player, file))

    async def _unheard(self, spot: Spot, user: User, message: Message) -> None:
        """Say once to each person of a scene that only what is written comes into the story."""
        player = await self._stage.player(spot, user, self._screen(spot, message))
        scene = player.scene.id if player.scene else None
        if scene is None and not is_private(spot.chat):
            return
        if await self._director.messages.is_new(f"{player.account.id}:unheard:{spot.place.id}:{scene}"):
            self._errands.begin(player.note(CANNOT_HEAR.text))

    async def _line(self, spot: Spot, user: User, message: Message) -> None:
        player = await self._stage.player(spot, user, self._screen(spot, message))
        is_meant = is_private(spot.chat) or is_for(message, self._me)
        if player.scene is None:
            if is_meant:
                self._errands.begin(self._nothing_played(player, message))
            return
        incoming = incoming_of(message, spot.place, player.account, bot=self._me, patience=self._stage.patience)
        stored = asyncio.Event()
        performing = noted(self._director.hear(incoming), stored)
        if not incoming.text and is_meant and await self._director.messages.is_new(incoming.event):
            performing = noted(self._director.next(spot.place, player.account), stored)
        self._errands.begin(self._follow(player, performing, stored, is_meant=is_meant))
        await stored.wait()

    async def _follow(
        self,
        player: Player,
        performing: AbstractAsyncContextManager[Performance],
        stored: asyncio.Event,
        *,
        is_meant: bool,
    ) -> None:
        try:
            await player.follow(performing)
        except Unreachable as error:
            logger.info("a chat cannot be written to: %s", error)
        except (TroupeError, EngineError, CardError) as error:
            if is_meant or not isinstance(error, NotAllowed):
                await player.fail(error)
        finally:
            stored.set()

    async def _nothing_played(self, player: Player, message: Message) -> None:
        if message.photo:
            await player.screen.fail(player.words.say(AS_A_FILE))
        else:
            await player.fail(NothingPlayed())
            await player.note("/start shows the characters.")

    async def _explain(self, spot: Spot) -> None:
        """Say once in a group what privacy mode keeps from the bot, where it does."""
        if self._me.can_read_all_group_messages or await self._stage.is_admin(spot.chat, self._me):
            return
        if await self._director.messages.is_new(f"{id_of(0)}:privacy:{spot.chat.id}"):
            said = self._stage.words(spot.place).say(sentence(PRIVACY.text, name=f"@{self._me.username}"))
            self._errands.begin(self._screen(spot, None).note(said))

    def _screen(self, spot: Spot, message: Message | None) -> ChatScreen:
        number = message.message_id if message else None
        return self._stage.screen(spot, reply_to=number)


ELSEWHERE = "@"
"""A command that is meant for another bot."""


def _says(message: Message) -> bool:
    """Tell whether a message says anything: it can also tell of newcomers, pins and the like."""
    written = message.text or message.caption or message.photo or message.document or message.sticker
    return bool(written) or is_unheard(message)


@asynccontextmanager
async def noted(
    performing: AbstractAsyncContextManager[Performance], stored: asyncio.Event
) -> AsyncGenerator[Performance]:
    """Say when a performance has begun: what it answers is stored by then."""
    async with performing as performance:
        stored.set()
        yield performance
