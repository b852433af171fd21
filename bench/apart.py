"""Work in a process of its own, whose end (llama.cpp ends processes) is no end of the bench. It knows no work."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from multiprocessing.connection import Connection
from typing import Any

Tell = Callable[[Any], None]
Work = Callable[..., None]


class Ended(Exception):
    """The process ended before its work was done. `exit_code` is minus the signal where one ended it."""

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(f"the process ended with exit code {exit_code}")


class Apart:
    """A process at work: an asynchronous iterator of what it tells, until its work is done. Raises Ended."""

    def __init__(self, work: Work, arguments: tuple[Any, ...]) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other_end = context.Pipe()
        # Not a daemon: those may not start the processes that some work needs.
        self._process = context.Process(target=_work, args=(other_end, work, arguments), name="troupe-bench")
        self._process.start()
        other_end.close()

    def __aiter__(self) -> "Apart":
        return self

    async def __anext__(self) -> Any:
        told = await asyncio.to_thread(self._receive)
        if told:
            return told[0]
        await asyncio.to_thread(self._process.join)
        if self._process.exitcode:
            raise Ended(self._process.exitcode)
        raise StopAsyncIteration

    def kill(self) -> None:
        """Kill the process and all that it has started, unless it has ended in good order."""
        if self._process.exitcode == 0 or self._process.pid is None:
            return
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except (AttributeError, ProcessLookupError):  # Windows has no groups, a young process none of its own
            self._process.kill()
        self._process.join()

    def _receive(self) -> tuple[Any] | None:
        try:
            return (self._connection.recv(),)
        except (EOFError, OSError):
            return None


@asynccontextmanager
async def apart(work: Work, *arguments: Any) -> AsyncGenerator[Apart]:
    """Let `work(tell, *arguments)` run in a process of its own, and kill that on leaving."""
    process = await asyncio.to_thread(Apart, work, arguments)
    try:
        yield process
    finally:
        await asyncio.to_thread(process.kill)


def _work(connection: Connection, work: Work, arguments: tuple[Any, ...]) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    os.environ["GGML_NO_BACKTRACE"] = "1"
    work(connection.send, *arguments)
