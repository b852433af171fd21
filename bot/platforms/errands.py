"""What a platform does beside listening: tasks with an owner. It knows no platform."""

import asyncio
import logging
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self

from bot.errors import TroupeError

logger = logging.getLogger(__name__)

PARTING_SECONDS = 10.0
"""For what is under way to show how it ended, once the bot is told to stop."""


class Errands:
    """Whatever goes on because of what was heard. When the block ends, all of it ends."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_over = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all of it, and let nothing begin any more."""
        self._is_over = True
        for _ in range(2):  # the second time without mercy
            tasks = [*self._tasks]
            for task in tasks:
                task.cancel()
            if tasks:
                await asyncio.wait(tasks, timeout=PARTING_SECONDS)

    def begin(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside listening. Who asked for it is told by then what it is refused for; faults are logged."""
        if self._is_over:
            work.close()
            return

        def over(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            work.close()  # it may never have begun

        task = asyncio.create_task(_attempted(work))
        self._tasks.add(task)
        task.add_done_callback(over)


async def _attempted(work: Coroutine[Any, Any, None]) -> None:
    try:
        await work
    except TroupeError as error:
        logger.info("not done: %s", error)
    except Exception:
        logger.exception("an event could not be handled")
