"""What buttons do on Telegram. Each press is answered once, whoever it was by; what it changes the play decides."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

from telegram import CallbackQuery, Message
from telegram.error import TelegramError

from bot.core import Incoming, Role, Turn
from bot.errors import NotAllowed, PlayError
from bot.platforms.commands import done
from bot.platforms.controls import Button, Pressed, newest, press, pressed
from bot.platforms.delivery import persist
from bot.platforms.errands import Errands
from bot.platforms.player import Player
from bot.platforms.telegram import gallery, keyboards, menus, panel, screen
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.gallery import Gallery
from bot.platforms.telegram.journal import BUTTON, Journal, Task
from bot.platforms.telegram.menus import Menus, ask_for
from bot.platforms.telegram.panel import Panel
from bot.platforms.telegram.reading import PLATFORM, is_private, thread_of
from bot.platforms.telegram.screen import ChatScreen
from bot.platforms.telegram.stage import Spot, Stage
from bot.platforms.timing import passes
from bot.platforms.wall import Wall
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.permissions import MODERATORS
from bot.words import sentence

logger = logging.getLogger(__name__)

ANSWER_CHARACTERS = 200
"""https://core.telegram.org/bots/api#answercallbackquery"""
BUSY_SECONDS = 3.0
"""A press that is answered much later than that is not taken any more, and its button looks busy until then."""


class PressScreen(ChatScreen):
    """What somebody reads who pressed a button: short words come to them alone, long ones into the chat."""

    def __init__(self, wall: Wall, chat: Chat, query: CallbackQuery) -> None:
        super().__init__(wall, chat)
        self._query = query
        self._is_answered = False

    async def answer(self, text: str) -> None:
        await self._tell(text, is_alert=False)

    async def note(self, text: str) -> None:
        await self._tell(text, is_alert=True)

    async def fail(self, sentence: str) -> None:
        await self._tell(sentence, is_alert=True)

    async def follow(self, reply: Reply) -> None:
        await self.end()
        await super().follow(reply)

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.end()
        await super().turns(turns)

    @asynccontextmanager
    async def answering(self) -> AsyncGenerator[None]:
        """Answer the press when the block ends, or sooner where that takes long."""
        over = asyncio.Event()
        hurrying = asyncio.create_task(self._hurry(over))
        try:
            yield
        finally:
            over.set()
            await hurrying
        await self.end()

    async def _hurry(self, over: asyncio.Event) -> None:
        if not await passes(over, BUSY_SECONDS) and not self._is_answered:
            await self.end()
            await self.chat.typing()

    async def end(self) -> None:
        """Answer the press, where that was not done yet: until then a button looks busy."""
        if not self._is_answered:
            await self._answer(None)

    async def _tell(self, text: str, *, is_alert: bool) -> None:
        if self._is_answered or len(text) > ANSWER_CHARACTERS:
            await self.end()
            await self.show(text)
        else:
            await self._answer(text, is_alert=is_alert)

    async def _answer(self, text: str | None, *, is_alert: bool = False) -> None:
        self._is_answered = True
        try:
            await self._query.answer(text, show_alert=is_alert)
        except TelegramError as error:  # too late for that
            logger.info("a press could not be answered: %s", error.message)
            if text:
                await self.show(text)


class Pressing:
    """Does what buttons mean, by what is kept with them."""

    def __init__(
        self, stage: Stage, gallery: Gallery, menus: Menus, panel: Panel, *, errands: Errands, journal: Journal
    ) -> None:
        self._stage = stage
        self._gallery = gallery
        self._menus = menus
        self._panel = panel
        self._errands = errands
        self._journal = journal

    async def pressed(self, query: CallbackQuery) -> None:
        """Do what a button means, once; that it was pressed is stored when this returns."""
        message = query.message
        if not isinstance(message, Message) or not query.data:
            return
        self._stage.seen.note(message.chat.id, message.message_id)
        event = f"{PLATFORM}:press:{query.id}"
        task = Task(message.chat.id, thread_of(message), message.message_id, BUTTON)
        if not await self._journal.begin(event, task):
            return
        if await self._stage.director.messages.is_new(event):
            self._errands.begin(self._do(query, message, event))
        else:
            await self._journal.over(event)

    async def _do(self, query: CallbackQuery, message: Message, event: str) -> None:
        spot = Spot.of(message.chat, thread_of(message))
        shown = PressScreen(self._stage.wall(spot), self._stage.chat(spot), query)
        async with self._journal.until_over(event), shown.answering():
            await self._act(spot, query, message, shown)
        what = pressed(query.data or "")
        if what is None or what.button is not Button.MORE:
            await self._stage.wall(spot).tidy()

    async def _act(self, spot: Spot, query: CallbackQuery, message: Message, shown: PressScreen) -> None:
        player = await self._stage.player(spot, query.from_user, shown)

        async def act(player: Player) -> None:
            if what := pressed(query.data or ""):
                await self._controls(spot, player, what, message)
            else:
                await self._other(spot, player, query, message)

        await done(player, "button", act)

    async def _other(self, spot: Spot, player: Player, query: CallbackQuery, message: Message) -> None:
        data = query.data or ""
        match data.partition(":")[0]:
            case gallery.PREFIX:
                await self._gallery.pressed(spot, player, data, message.message_id)
            case menus.PREFIX:
                await self._menus.pressed(spot, player, data)
            case panel.PREFIX:
                await self._panel.pressed(spot, player, data, message.message_id)
            case screen.SAY:
                await self._suggested(spot, player, query, message)
            case _:
                await self._of_wall(spot, player, data, message)

    async def _controls(self, spot: Spot, player: Player, what: Pressed, message: Message) -> None:
        if what.button not in (Button.MORE, Button.EDIT):
            await press(player, what)
            return
        await player.director.door.admit(player.place, player.account)
        turn = await newest(player, what)
        chat = self._stage.chat(spot)
        if what.button is Button.MORE:
            self._stage.wall(spot).forget_controls()
            await persist(lambda: chat.put_buttons(message.message_id, keyboards.rest(turn.id, player.words)))
            return
        number = (await player.director.turns.numbers(player.place))[turn.id]
        asked = player.words.say(sentence("Answer this message with what it is to say."))
        await ask_for(chat, f"/edit #{number}", asked)

    async def _of_wall(self, spot: Spot, player: Player, data: str, message: Message) -> None:
        """Do what the other buttons of the wall mean: back to its row, and whether many posts may vanish."""
        wall = self._stage.wall(spot)
        await player.director.door.admit(player.place, player.account)
        if data.startswith(keyboards.BACK):
            return
        if not is_private(spot.chat) and player.account.role < Role.MODERATOR:
            raise NotAllowed(MODERATORS.refusal)
        if data == keyboards.REMOVE_ALL:
            await wall.tidy(is_sure=True)
        elif data == keyboards.KEEP_ALL:
            await wall.keep()
        await self._stage.chat(spot).delete([message.message_id])

    async def _suggested(self, spot: Spot, player: Player, query: CallbackQuery, message: Message) -> None:
        """Say a suggested line as whoever pressed its number, or suggest others."""
        which = (query.data or "").partition(":")[2]
        if query.data == screen.ANOTHER:
            await player.screen.suggestions(await player.director.suggesting.lines(player.place, player.account))
            return
        lines = (line.partition(". ") for line in (message.text or "").splitlines())
        text = next((rest for number, _, rest in lines if number == which), "")
        if not text:
            raise PlayError("That suggestion is gone: /suggest makes others.")
        event = f"{PLATFORM}:said:{query.id}"
        incoming = Incoming(spot.place, player.account, event, text, datetime.now(UTC))
        await player.follow(self._shown(spot, event, player.director.hear(incoming)))

    @asynccontextmanager
    async def _shown(
        self, spot: Spot, event: str, performing: AbstractAsyncContextManager[Performance]
    ) -> AsyncGenerator[Performance]:
        """Show a line that was said by a button, which no message of a person shows, before it is answered."""
        async with performing as performance:
            await self._stage.director.messages.gone(event)
            await self._stage.wall(spot).tidy()
            yield performance
