"""One chat of Telegram, or a topic of it, as the bot writes into it. It knows no story.

What Telegram refuses comes as Unreachable where that stays so, and as Unsteady where it may not.
"""

import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import telegram
from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, RetryAfter, TelegramError

from bot.platforms.delivery import Unreachable, Unsteady
from bot.platforms.telegram.formatting import Formatted
from bot.platforms.telegram.refusals import (
    has_no_drafts,
    is_about_formatting,
    is_gone,
    is_unchanged,
    left_alone,
    translated,
)
from bot.platforms.telegram.seen import Seen

logger = logging.getLogger(__name__)

T = TypeVar("T")

WINDOW_SECONDS = 60.0
MOST_IN_WINDOW = 19
"""Of the 20 messages and edits a minute that a group takes. https://core.telegram.org/bots/faq"""
DELETED_AT_ONCE = 100
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Chat:
    """A chat to write into. `seen` is shared by all chats of a bot."""

    def __init__(self, bot: Bot, id: int, thread: int | None, seen: Seen) -> None:
        self.bot = bot
        self.id = id
        self.thread = thread
        self.seen = seen
        self._quiet_until = 0.0
        self._spent: deque[float] = deque(maxlen=MOST_IN_WINDOW)
        self.has_drafts = id > 0

    @property
    def is_group(self) -> bool:
        return self.id < 0

    @property
    def is_busy(self) -> bool:
        """Whether a group has had more than half of what it takes in a minute."""
        recent = time.monotonic() - WINDOW_SECONDS
        return self.is_group and sum(at > recent for at in self._spent) > MOST_IN_WINDOW / 2

    async def send(
        self,
        said: Formatted,
        *,
        markup: InlineKeyboardMarkup | telegram.ForceReply | None = None,
        reply_to: int | None = None,
        is_silent: bool = False,
    ) -> int:
        """Send a text and return its number; plain where its formatting is refused."""

        async def send(entities: Sequence[telegram.MessageEntity]) -> telegram.Message:
            return await self.bot.send_message(
                self.id,
                said.text,
                entities=entities,
                message_thread_id=self.thread,
                reply_markup=markup,
                disable_notification=is_silent,
                link_preview_options=NO_PREVIEW,
                reply_parameters=_answer_to(reply_to),
            )

        return self._note(await self._plain_if_refused(send, said))

    async def edit(self, message: int, said: Formatted, *, markup: InlineKeyboardMarkup | None = None) -> bool:
        """Let a message of the bot say something else. False where it is gone, or was never the bot's."""

        async def edit(entities: Sequence[telegram.MessageEntity]) -> None:
            await self.bot.edit_message_text(
                said.text,
                self.id,
                message,
                entities=entities,
                reply_markup=markup,
                link_preview_options=NO_PREVIEW,
            )

        return await self._changed(lambda: self._plain_if_refused(edit, said))

    async def put_buttons(self, message: int, markup: InlineKeyboardMarkup | None) -> bool:
        """Put buttons under a message, or take them away. False where it is gone."""
        return await self._changed(
            lambda: self.call(lambda: self.bot.edit_message_reply_markup(self.id, message, reply_markup=markup))
        )

    async def draft(self, id: int, said: Formatted) -> None:
        """Show what is still being written, for 30 seconds."""

        async def draft(entities: Sequence[telegram.MessageEntity]) -> None:
            await self.bot.send_message_draft(self.id, id, said.text, self.thread, entities=entities)

        try:
            await self._plain_if_refused(draft, said)
        except Unreachable as error:
            if has_no_drafts(error):
                self.has_drafts = False
            elif not isinstance(error.__cause__, BadRequest):
                raise
            logger.info("a draft was not taken: %s", error.__cause__)

    async def picture(self, picture: bytes, said: Formatted, *, markup: InlineKeyboardMarkup | None = None) -> int:
        """Send a picture silently, and return its number."""

        async def send(entities: Sequence[telegram.MessageEntity]) -> telegram.Message:
            return await self.bot.send_photo(
                self.id,
                picture,
                caption=said.text or None,
                caption_entities=entities,
                message_thread_id=self.thread,
                disable_notification=True,
                reply_markup=markup,
            )

        return self._note(await self._plain_if_refused(send, said))

    async def change_picture(
        self, message: int, picture: bytes | None, said: Formatted, *, markup: InlineKeyboardMarkup | None = None
    ) -> bool:
        """Let a message of the bot show another picture, or say something else beneath it. False where it is gone."""

        async def change(entities: Sequence[telegram.MessageEntity]) -> None:
            if picture is None:
                await self.bot.edit_message_caption(
                    self.id, message, caption=said.text, caption_entities=entities, reply_markup=markup
                )
            else:
                media = telegram.InputMediaPhoto(picture, caption=said.text, caption_entities=entities)
                await self.bot.edit_message_media(media, self.id, message, reply_markup=markup)

        return await self._changed(lambda: self._plain_if_refused(change, said))

    async def document(self, name: str, data: bytes, *, reply_to: int | None = None) -> int:
        """Send a file, and return its number."""
        return self._note(
            await self.call(
                lambda: self.bot.send_document(
                    self.id,
                    data,
                    filename=name,
                    message_thread_id=self.thread,
                    reply_parameters=_answer_to(reply_to),
                )
            )
        )

    async def delete(self, messages: Sequence[int]) -> bool:
        """Take messages away; those that are gone do not count. False where Telegram lets none of them vanish."""
        try:
            for at in range(0, len(messages), DELETED_AT_ONCE):
                some = messages[at : at + DELETED_AT_ONCE]
                await self.call(lambda some=some: self.bot.delete_messages(self.id, some))
        except Unreachable as error:
            if not isinstance(error.__cause__, BadRequest):
                raise
            return is_gone(error)
        return True

    async def react(self, message: int, emoji: str | None) -> None:
        """Put a sign on somebody's message, or take it off; where that may not be, nothing happens."""
        try:
            await self.call(lambda: self.bot.set_message_reaction(self.id, message, emoji))
        except Unreachable as error:
            if not isinstance(error.__cause__, BadRequest):
                raise
            logger.info("a message got no sign: %s", error)

    async def typing(self) -> None:
        """Show that something is being written, for 5 seconds."""
        try:
            await self.bot.send_chat_action(self.id, "typing", message_thread_id=self.thread)
        except TelegramError as error:
            logger.info("no sign of typing: %s", error.message)

    async def call(self, act: Callable[[], Awaitable[T]]) -> T:
        """Ask Telegram for something, unless it wants to be left alone. Raises Unreachable, Unsteady."""
        self._check_pace()
        try:
            return await act()
        except ChatMigrated as error:
            self.id = error.new_chat_id
            return await self.call(act)
        except TelegramError as error:
            refused = translated(error)
            if isinstance(error, RetryAfter) and isinstance(refused, Unsteady):
                self._quiet_until = time.monotonic() + refused.wait_s
            raise refused from error

    def _check_pace(self) -> None:
        now = time.monotonic()
        left = self._quiet_until - now
        if self.is_group and len(self._spent) == MOST_IN_WINDOW:
            left = max(left, self._spent[0] + WINDOW_SECONDS - now)
        if left > 0:
            raise left_alone(left)
        self._spent.append(now)

    async def _plain_if_refused(
        self, act: Callable[[Sequence[telegram.MessageEntity]], Awaitable[T]], said: Formatted
    ) -> T:
        try:
            return await self.call(lambda: act(said.entities))
        except Unreachable as error:
            if not (said.entities and is_about_formatting(error)):
                raise
            logger.warning("formatting was refused, and is left out: %s", error.__cause__)
            return await self.call(lambda: act(()))

    async def _changed(self, act: Callable[[], Awaitable[object]]) -> bool:
        try:
            await act()
        except Unreachable as error:
            if not (is_unchanged(error) or is_gone(error)):
                raise
            return is_unchanged(error)
        return True

    def _note(self, message: telegram.Message) -> int:
        self.seen.note(self.id, message.message_id)
        return message.message_id


def _answer_to(message: int | None) -> telegram.ReplyParameters | None:
    return telegram.ReplyParameters(message, allow_sending_without_reply=True) if message else None
