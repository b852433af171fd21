"""Work that waits until nobody plays at a place, and is given up as soon as somebody does. It knows no play."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.core import Place
from bot.errors import TroupeError
from engine import EngineError

QUIET_SECONDS = 3.0
"""Many who want another reply ask for it at once."""

logger = logging.getLogger(__name__)


class Idle:
    """What is done at each place once it is quiet there. Nothing is, unless it is open."""

    def __init__(self, work: Callable[[Place], Awaitable[object]], *, after_s: float = QUIET_SECONDS) -> None:
        self._work = work
        self._after_s = after_s
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._is_open = False

    @asynccontextmanager
    async def open(self) -> AsyncGenerator[None]:
        """Let work be done until the block ends, and give up then what has not ended."""
        self._is_open = True
        try:
            yield
        finally:
            self._is_open = False
            tasks = [*self._tasks.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def begin(self, place: Place) -> None:
        """Work at a place once it has been quiet for a while."""
        if self._is_open:
            self.give_up(place)
            task = self._tasks[place.id] = asyncio.create_task(self._run(place))
            task.add_done_callback(lambda _: self._forget(place, task))

    def give_up(self, place: Place) -> None:
        """Do nothing more at a place: somebody plays."""
        if task := self._tasks.pop(place.id, None):
            task.cancel()

    async def _run(self, place: Place) -> None:
        await asyncio.sleep(self._after_s)
        try:
            await self._work(place)
        except (TroupeError, EngineError) as error:
            # Its sentence may name who plays what; the next quiet moment is another chance.
            logger.warning("idle work failed: %s", type(error).__name__)

    def _forget(self, place: Place, task: asyncio.Task[None]) -> None:
        if self._tasks.get(place.id) is task:
            del self._tasks[place.id]
        if not task.cancelled() and (error := task.exception()):
            logger.error("idle work failed", exc_info=error)
