"""A message on its way into a chat, which is never sent twice where it may have arrived. It knows no story."""

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
        if self._lost_after is not None and (found := await self._found(said, self._lost_after)):
            return found
        newest = self._chat.seen.newest(self._chat.id)
        try:
            return await self._chat.send(said, markup=markup, reply_to=reply_to, is_silent=is_silent)
        except Unsteady as error:
            if self._lost_after is None and newest and may_have_arrived(error.__cause__):
                self._lost_after = newest
            raise

    async def _found(self, said: Formatted, after: int) -> int | None:
        for number in self._chat.seen.unknown(self._chat.id, after=after):
            if await self._chat.edit(number, said):
                self._chat.seen.note(self._chat.id, number)
                return number
        self._lost_after = None
        return None
