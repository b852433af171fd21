"""A message on its way into a chat, which is never sent twice where it may have arrived. It knows no story."""

from collections.abc import Awaitable, Callable

import telegram
from telegram import InlineKeyboardMarkup

from bot.platforms.delivery import Unsteady
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.formatting import Formatted
from bot.platforms.telegram.refusals import may_have_arrived


class Posting:
    """One message on its way into a chat. Where the answer got lost, it looks first whether it stands there already.

    Telegram knows no mark that keeps a message from being sent twice. But it refuses to edit a message that says just
    that already, one of somebody else, and one that is not there: so those that may be it are tried, one after another.
    """

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._lost_after: int | None = None

    async def send(
        self,
        said: Formatted,
        *,
        markup: InlineKeyboardMarkup | telegram.ForceReply | None = None,
        reply_to: int | None = None,
        is_silent: bool = False,
    ) -> int:
        """Send it, or return the number of the one that was sent before. Raises Unreachable, Unsteady."""
        row = markup if isinstance(markup, InlineKeyboardMarkup) else None
        return await self._once(
            lambda: self._chat.send(said, markup=markup, reply_to=reply_to, is_silent=is_silent),
            lambda number: self._chat.edit(number, said, markup=row),
        )

    async def picture(self, picture: bytes, said: Formatted, *, markup: InlineKeyboardMarkup | None = None) -> int:
        """Send a picture silently, or return the number of the one that was sent before. Raises Unreachable, Unsteady.

        `said` is not empty: a picture is known by its caption.
        """
        return await self._once(
            lambda: self._chat.picture(picture, said, markup=markup),
            lambda number: self._chat.change_picture(number, None, said, markup=markup),
        )

    async def _once(self, send: Callable[[], Awaitable[int]], is_it: Callable[[int], Awaitable[bool]]) -> int:
        if self._lost_after is not None and (found := await self._found(is_it, self._lost_after)):
            return found
        newest = self._chat.seen.newest(self._chat.id)
        try:
            return await send()
        except Unsteady as error:
            if self._lost_after is None and newest and may_have_arrived(error.__cause__):
                self._lost_after = newest
            raise

    async def _found(self, is_it: Callable[[int], Awaitable[bool]], after: int) -> int | None:
        for number in self._chat.seen.unknown(self._chat.id, after=after):
            if await is_it(number):
                self._chat.seen.note(self._chat.id, number)
                return number
        self._lost_after = None
        return None
