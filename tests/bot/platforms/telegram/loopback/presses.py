"""What comes of pressing a button."""

import asyncio
from dataclasses import dataclass

from tests.bot.platforms.telegram.loopback.state import Query, State

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Press:
    """A press on a button; the little clock on it turns until the bot answers."""

    query: Query
    state: State

    async def answered(self, seconds: float = PATIENCE_SECONDS) -> str:
        """Wait for the answer; the words that pop up, or nothing. Fails if there is none in time."""
        try:
            async with asyncio.timeout(seconds):
                while self.query.answer is None:
                    await self.state.changed.wait()
        except TimeoutError:
            raise AssertionError(f"nobody answered the press within {seconds:g} s") from None
        return self.query.answer["text"]

    @property
    def is_alert(self) -> bool:
        """Whether the words came as a window that has to be closed."""
        return bool(self.query.answer and self.query.answer["show_alert"])
