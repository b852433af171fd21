"""One life of the worker process: started, spoken to, ended. It knows nothing of what is said."""

import asyncio
import multiprocessing
import os
import signal
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import Connection

from engine.config import EngineSettings
from engine.messages import Event, Order

CLOSE_SECONDS = 10.0
"""How long a worker may take to end a step (a large batch on a slow machine) before it is killed."""

SPINS = "5000"
"""How often a thread of GNU's OpenMP looks for its next work before it sleeps. By default that is as good as for ever:
beside one other busy program two threads on two cores then write 4 tokens a second instead of 15, and no more when all
is quiet (59; 22 where they sleep at once; 135M parameters)."""


class Process:
    """The worker and the pipe to it. Each direction has a thread of its own, so that the event loop never waits.

    Starting a process takes a while: make it with `await Process.start(settings)`.
    """

    def __init__(self, settings: EngineSettings) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, other_end = context.Pipe()
        self._process = context.Process(target=_run, args=(other_end, settings), name="troupe-model", daemon=True)
        with _interrupts_blocked():
            self._process.start()
        other_end.close()
        self._sender = ThreadPoolExecutor(1, thread_name_prefix="to-model")
        self._receiver = ThreadPoolExecutor(1, thread_name_prefix="from-model")

    @classmethod
    async def start(cls, settings: EngineSettings) -> "Process":
        """Start a worker, which begins to load its model."""
        return await asyncio.to_thread(cls, settings)

    def send(self, order: Order) -> None:
        """Hand an order over, in order. One that the worker does not live to read is lost; its end will show."""
        self._sender.submit(self._send, order)

    async def receive(self) -> list[Event]:
        """Return what the worker says next; nothing once it has ended."""
        return await asyncio.get_running_loop().run_in_executor(self._receiver, self._receive)

    async def close(self) -> int | None:
        """Wait for the worker's end, kill it where that does not come, and return its exit code."""
        await asyncio.to_thread(self._process.join, CLOSE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            await asyncio.to_thread(self._process.join)
        self._sender.shutdown(wait=False)
        self._receiver.shutdown(wait=False)
        self._connection.close()
        return self._process.exitcode

    def kill(self) -> None:
        """End the worker at once, whatever it does, and wait for nothing."""
        self._process.kill()
        self._sender.shutdown(wait=False)
        self._receiver.shutdown(wait=False)

    def _send(self, order: Order) -> None:
        try:
            self._connection.send(order)
        except OSError:
            return

    def _receive(self) -> list[Event]:
        try:
            return self._connection.recv()
        except (EOFError, OSError):
            return []


@contextmanager
def _interrupts_blocked() -> Generator[None]:
    """Let a process that is started here never see the Ctrl-C that is meant for us: it inherits what is blocked."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _run(connection: Connection, settings: EngineSettings) -> None:
    """Be the worker. The import stands here so that llama.cpp is loaded in this process alone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["GGML_NO_BACKTRACE"] = "1"
    os.environ.setdefault("GOMP_SPINCOUNT", SPINS)
    if settings.log:
        settings.log.parent.mkdir(parents=True, exist_ok=True)
        log = os.open(settings.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 2)
    from engine.worker import work

    work(connection, settings)
