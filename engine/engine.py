"""The asynchronous front of the engine: a bounded line, replies as context managers, and the worker's supervision.

The model lives in a process of its own, because llama.cpp ends its process on an assertion. This module starts it,
hands requests over, and passes on what comes back. It imports no llama.cpp.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import count

from engine.config import EngineSettings
from engine.errors import Busy, EmptyText, EngineError, NoModel, WorkerDied
from engine.figures import Occupancy
from engine.messages import (
    Broken,
    Cancel,
    Explained,
    Finished,
    ModelInfo,
    Priority,
    Ready,
    Request,
    Stop,
)
from engine.process import Process
from engine.prompt import Prompt
from engine.sampling import Sampling
from engine.stream import Stream
from engine.streams import Streams

RESTART_DELAY_SECONDS = 1.0
ONE_TOKEN = Sampling(max_tokens=1)
MOST_RIVALS = 20

logger = logging.getLogger(__name__)


class Engine:
    """A model at work. Open it with `Engine.open`."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._ids = count(1)
        self._streams = Streams()
        self._process: Process | None = None
        self._is_wanted = asyncio.Event()
        self._has_ended = asyncio.Event()
        self._changing = asyncio.Lock()
        self.info = ModelInfo()
        self.occupancy = Occupancy()

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: EngineSettings) -> AsyncGenerator["Engine"]:
        """Load the model in a process of its own, and end that process on leaving.

        Raises ModelError where the model cannot be loaded.
        """
        engine = cls(settings)
        await engine._start()
        engine._is_wanted.set()
        supervisor = asyncio.create_task(engine._supervise())
        try:
            yield engine
        finally:
            supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await supervisor
            await engine._close()

    @property
    def running(self) -> int:
        return self._streams.running

    @property
    def waiting(self) -> int:
        return self._streams.waiting

    @property
    def is_loaded(self) -> bool:
        """Whether a model is there, or will be again in a moment."""
        return self._is_wanted.is_set()

    async def unload(self) -> None:
        """Let go of the model, once those who are being answered have been; whoever waits or comes is told."""
        async with self._changing:
            await self._unload()

    async def load(self, settings: EngineSettings) -> None:
        """Load a model, this one or another, in place of the one that is there.

        Raises ModelError where that cannot be loaded; then the one before is there again.
        """
        async with self._changing:
            had_model, before = self.is_loaded, self._settings
            await self._unload()
            try:
                self._settings = settings
                await self._start()
            except EngineError:
                self._settings = before
                if had_model:
                    await self._start()
                raise
            finally:
                if self._process:
                    self._is_wanted.set()

    @asynccontextmanager
    async def stream(
        self,
        channel: str,
        prompt: Prompt,
        sampling: Sampling,
        *,
        priority: Priority = Priority.INTERACTIVE,
        user: str = "",
        exact: bool = False,
    ) -> AsyncGenerator[Stream]:
        """Let the model go on behind a prompt; leaving the block stops it.

        `user` is whoever asks: the model's time is shared out among users first. `exact` reads again what the
        channel's cache holds only approximately.
        Raises Busy where the line is full. Iterating raises EngineError where the request fails.
        """
        request = Request(next(self._ids), channel, prompt, sampling, priority, user, exact)
        async with self._following(request) as stream:
            yield stream

    @asynccontextmanager
    async def _following(self, request: Request) -> AsyncGenerator[Stream]:
        if not self.is_loaded:
            raise NoModel
        if self.waiting >= self._settings.queue:
            raise Busy(self.waiting)
        stream = Stream(request, cancel=self._cancel, place=self._streams.place_of)
        self._streams.add(stream)
        self._tell(stream.request)
        try:
            yield stream
        finally:
            if self._streams.remove(request.id):
                self._cancel(request.id)

    async def score(
        self,
        channel: str,
        prompt: Prompt,
        candidates: Sequence[str],
        *,
        depth: int | None = None,
        priority: Priority = Priority.INTERACTIVE,
        user: str = "",
    ) -> tuple[tuple[float, ...], ...]:
        """Return the natural logarithms of the probabilities of each candidate's tokens behind a prompt's cue.

        With a `depth` they are those of its first tokens: one candidate then costs the reading of `depth` - 1 tokens.
        The channel keeps the story that was read for it, and nothing else. Raises EngineError, ValueError where there
        is no candidate with text.
        """
        if not candidates or not all(candidates):
            raise ValueError("scoring needs candidates with text")
        wanted = Request(next(self._ids), channel, prompt, ONE_TOKEN, priority, user)
        request = replace(wanted, candidates=tuple(candidates), depth=depth)
        async with self._following(request) as stream:
            async for _ in stream:
                pass
        return stream.scores

    async def explain(
        self,
        channel: str,
        prompt: Prompt,
        text: str,
        *,
        rivals: int = 3,
        priority: Priority = Priority.SUGGESTION,
        user: str = "",
    ) -> tuple[Explained, ...]:
        """Return the tokens of a text behind a prompt's cue, each with its probability and likeliest rivals.

        The probabilities are those of the bare model: at temperature 1, before any sampler, bias or grammar. Of a text
        that was written itself the tokens are those by which it is read afterwards. `rivals` is at most 20.
        What the channel holds stays as it is; if that was nothing, it keeps the story that was read for this.
        Raises EmptyText where there is no text, EngineError where the request fails.
        """
        if not 0 <= rivals <= MOST_RIVALS:
            raise ValueError(f"a token has 0 to {MOST_RIVALS} rivals")
        if not text:
            raise EmptyText
        wanted = Request(next(self._ids), channel, prompt, ONE_TOKEN, priority, user)
        request = replace(wanted, explained=text, rivals=rivals)
        async with self._following(request) as stream:
            async for _ in stream:
                pass
        return stream.explained

    def _cancel(self, request_id: int) -> None:
        self._tell(Cancel(request_id))

    def _tell(self, order: Request | Cancel) -> None:
        if self._process:
            self._process.send(order)

    async def _start(self) -> None:
        process = await Process.start(self._settings)
        events = await process.receive()
        match events[0] if events else None:
            case Ready(info):
                self.info = info
            case Broken(error):
                await process.close()
                raise error
            case _:
                raise WorkerDied(await process.close())
        self._process = process
        self._has_ended.clear()
        for request in self._streams.requests:
            process.send(request)

    async def _supervise(self) -> None:
        """Pass on what the worker says; when it dies, start another for those who wait."""
        while True:
            await self._is_wanted.wait()
            async with self._changing:
                if self._process is None and self.is_loaded:
                    await self._restart()
            if self._process:
                await self._follow(self._process)

    async def _follow(self, process: Process) -> None:
        while events := await process.receive():
            for event in events:
                if isinstance(event, Finished):
                    self.occupancy = event.occupancy
                self._streams.dispatch(event)
        self._process = None
        self.occupancy = Occupancy()
        exit_code = await process.close()
        if self.is_loaded:
            logger.error("the model's process ended with exit code %s", exit_code)
        self._streams.stand_in_line_again(WorkerDied(exit_code))
        self._has_ended.set()

    async def _restart(self) -> None:
        try:
            await self._start()
        except EngineError as error:
            logger.error("the model cannot be started again: %s", error)
            self._streams.fail_waiting(error)
            await asyncio.sleep(RESTART_DELAY_SECONDS)

    async def _unload(self) -> None:
        self._is_wanted.clear()
        self._streams.fail_waiting(NoModel())
        await self._streams.until_quiet()
        if self._process:
            self._process.send(Stop())
            await self._has_ended.wait()
        self._streams.fail_waiting(NoModel())

    async def _close(self) -> None:
        if self._process:
            self._process.send(Stop())
            await self._process.close()
