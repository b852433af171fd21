"""What follows some replies, while it is made: tasks with an owner, and what comes of them. It knows no model."""

import asyncio
from collections.abc import Awaitable, Callable


class Following:
    """What follows the replies of a performance. `suggestions` and `state`, a line, are there once all was awaited."""

    def __init__(self) -> None:
        self.suggestions: tuple[str, ...] = ()
        self.state = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._suggesting: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None

    def suggest(self, lines: Callable[[], Awaitable[tuple[str, ...]]]) -> None:
        """Let lines be written, in place of those that nobody needs any more."""

        async def written() -> None:
            self.suggestions = await lines()

        self.drop()
        self._suggesting = asyncio.create_task(written())
        self._tasks.append(self._suggesting)

    def keep(self, line: Callable[[], Awaitable[str]]) -> None:
        """Let the state be brought up to date; where that goes on twice, the later line counts."""

        async def kept() -> None:
            told = await line()
            if asyncio.current_task() is self._keeping:
                self.state = told

        self._keeping = asyncio.create_task(kept())
        self._tasks.append(self._keeping)

    def drop(self) -> None:
        """Do without the suggestions: the story goes on."""
        if self._suggesting:
            self._suggesting.cancel()
        self.suggestions = ()

    def stop(self) -> bool:
        """End whatever is not ready; False where all is."""
        unfinished = [task for task in self._tasks if not task.done()]
        for task in unfinished:
            task.cancel()
        return bool(unfinished)

    async def wait(self) -> None:
        """Wait for all of it. Raises what some of it failed with, once the rest is ready."""
        for result in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(result, Exception):  # CancelledError is none: what was cancelled is wanted by nobody
                raise result

    async def close(self) -> None:
        """End it, and wait until that is done."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
