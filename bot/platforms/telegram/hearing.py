"""What people write on Telegram, made lines of the story, commands and files. It shows nothing itself."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from telegram import Message, MessageEntity, User

from bot.errors import NotAllowed, TroupeError
from bot.platforms.delivery import Unreachable
from bot.platforms.errands import Errands
from bot.platforms.player import Player
from bot.platforms.telegram.asking import Asking
from bot.platforms.telegram.files import AS_A_FILE, MAYBE_A_CARD, attached_to
from bot.platforms.telegram.journal import LINE, Journal, Task
from bot.platforms.telegram.keyboards import begun
from bot.platforms.telegram.reading import (
    id_of,
    incoming_of,
    is_for,
    is_private,
    is_unheard,
    post_id,
    text_of,
    thread_of,
)
from bot.platforms.telegram.screen import ChatScreen
from bot.platforms.telegram.stage import Spot, Stage
from bot.roleplay.performance import Performance
from bot.words import Sentence, sentence
from characters import CardError
from engine import EngineError

logger = logging.getLogger(__name__)

PRIVACY = sentence(
    "Telegram's privacy mode is on for me: here I get only commands, answers to what I write, and lines with my name "
    "({name}). Make me an administrator, or let my owner switch it off with @BotFather (/setprivacy), and I hear all."
)
CANNOT_HEAR = sentence("I cannot hear: what is to be in the story has to be written.")
NOTHING_HERE = {
    True: sentence("Nothing is played here yet: /start shows the characters."),
    False: sentence("Nothing is played here yet: /scene start begins a scene."),
}
"""In a private chat, and elsewhere."""


class Hearing:
    """Hears what people write. A line is stored before the next one is asked for, so that none is lost."""

    def __init__(self, stage: Stage, asking: Asking, errands: Errands, journal: Journal, me: User) -> None:
        self._stage = stage
        self._director = stage.director
        self._asking = asking
        self._errands = errands
        self._me = me
        self._journal = journal

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
        task = Task(spot.chat.id, spot.thread, message.message_id, f"/{command.partition(' ')[0]}")
        if not await self._journal.begin(post, task):
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
        if player.scene or is_private(spot.chat):
            await self._once(player, "unheard", CANNOT_HEAR)

    async def _once(self, player: Player, about: str, said: Sentence) -> None:
        """Say something once to each person of a scene."""
        scene = player.scene.id if player.scene else None
        if await self._director.messages.is_new(f"{player.account.id}:{about}:{player.place.id}:{scene}"):
            self._errands.begin(player.note(said.text))

    async def _line(self, spot: Spot, user: User, message: Message) -> None:
        player = await self._stage.player(spot, user, self._screen(spot, message))
        is_meant = is_private(spot.chat) or is_for(message, self._me)
        if player.scene is None:
            if is_meant:
                self._errands.begin(self._nothing_played(spot, player, message))
            return
        incoming = incoming_of(message, spot.place, player.account, bot=self._me, patience=self._stage.patience)
        task = Task(spot.chat.id, spot.thread, message.message_id, LINE)
        if not await self._journal.begin(incoming.event, task):
            return
        stored = asyncio.Event()
        performing = noted(self._director.hear(incoming), stored)
        if not incoming.text and is_meant and await self._director.messages.is_new(incoming.event):
            performing = noted(self._director.next(spot.place, player.account), stored)
        self._errands.begin(self._follow(player, performing, stored, event=incoming.event, is_meant=is_meant))
        await stored.wait()
        if message.photo and is_meant and await self._director.messages.turn(incoming.event):
            await self._once(player, "photo", MAYBE_A_CARD)

    async def _follow(
        self,
        player: Player,
        performing: AbstractAsyncContextManager[Performance],
        stored: asyncio.Event,
        *,
        event: str,
        is_meant: bool,
    ) -> None:
        try:
            async with self._journal.until_over(event):
                await player.follow(performing)
        except Unreachable as error:
            logger.info("a chat cannot be written to: %s", error)
        except (TroupeError, EngineError, CardError) as error:
            if is_meant or not isinstance(error, NotAllowed):
                await player.fail(error)
        finally:
            stored.set()

    async def _nothing_played(self, spot: Spot, player: Player, message: Message) -> None:
        said = AS_A_FILE if message.photo else NOTHING_HERE[is_private(spot.chat)]
        await player.screen.fail(player.words.say(said))

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
