"""The asynchronous front of the engine: a bounded line, replies as context managers, and the worker's supervision.

The model lives in a process of its own, because llama.cpp ends its process on an assertion. This module starts it,
hands requests over, and passes on what comes back. It imports no llama.cpp.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

from engine.config import EngineSettings
from engine.errors import Busy, EngineError, WorkerDied
from engine.messages import (
    Broken,
    Cancel,
    Event,
    Failed,
    Finished,
    ModelInfo,
    Occupancy,
    Priority,
    Ready,
    Request,
    Scored,
    Started,
    Stop,
    Text,
)
from engine.process import Process
from engine.prompt import Piece, Prompt
from engine.sampling import Sampling

RESTART_DELAY_SECONDS = 1.0
ONE_TOKEN = Sampling(max_tokens=1)

logger = logging.getLogger(__name__)


class Stream:
    """One reply on its way: an asynchronous iterator of text. `finished` is there once it has ended.

    `was_retried` tells that the model's process died under it and that another went on behind what was shown.
    """

    def __init__(self, engine: "Engine", request: Request) -> None:
        self._engine = engine
        self.request = request
        self.events: asyncio.Queue[Text | Finished | EngineError] = asyncio.Queue()
        self.finished: Finished | None = None
        self.scores: tuple[tuple[float, ...], ...] = ()
        self.has_failed = False
        self.was_retried = False

    @property
    def place_in_line(self) -> int:
        """The place among those who wait, from 1; 0 once the model is at it."""
        return self._engine.place_of(self)

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if self.finished or self.has_failed:
            raise StopAsyncIteration
        event = await self.events.get()
        if isinstance(event, Text):
            return event.text
        if isinstance(event, Finished):
            self.finished = event
            raise StopAsyncIteration
        self.has_failed = True
        raise event

    def stop(self) -> None:
        """End the reply; what was written until then still arrives."""
        self._engine.cancel(self)

    def take(self, event: Text | Scored | Finished | EngineError) -> None:
        """Hand over what came from the worker. Text becomes part of what a retry would go on behind."""
        if isinstance(event, Scored):
            self.scores = event.scores
            return
        if isinstance(event, Text):
            prompt, sampling = self.request.prompt, self.request.sampling
            cue = replace(prompt.cue, pieces=(*prompt.cue.pieces, Piece(event.text)))
            left = replace(sampling, max_tokens=max(1, sampling.max_tokens - 1))
            self.request = replace(self.request, prompt=replace(prompt, cue=cue), sampling=left)
        self.events.put_nowait(event)


class Engine:
    """A model at work. Open it with `Engine.open`."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._ids = count(1)
        self._waiting: dict[int, Stream] = {}
        self._running: dict[int, Stream] = {}
        self._process: Process | None = None
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
        async with asyncio.TaskGroup() as group:
            supervisor = group.create_task(engine._supervise())
            try:
                yield engine
            finally:
                supervisor.cancel()
                await engine._close()

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

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
        if len(self._waiting) >= self._settings.queue:
            raise Busy(len(self._waiting))
        stream = Stream(self, request)
        id = request.id
        self._waiting[id] = stream
        self._tell(stream.request)
        try:
            yield stream
        finally:
            if self._waiting.pop(id, None) or self._running.pop(id, None):
                self._tell(Cancel(id))

    async def score(
        self,
        channel: str,
        prompt: Prompt,
        candidates: Sequence[str],
        *,
        priority: Priority = Priority.INTERACTIVE,
        user: str = "",
    ) -> tuple[tuple[float, ...], ...]:
        """Return the natural logarithms of the probabilities of each candidate's tokens behind a prompt's cue.

        The channel keeps the story that was read for it, and nothing else. Raises EngineError, ValueError where there
        is no candidate with text.
        """
        if not candidates or not all(candidates):
            raise ValueError("scoring needs candidates with text")
        request = Request(next(self._ids), channel, prompt, ONE_TOKEN, priority, user, candidates=tuple(candidates))
        async with self._following(request) as stream:
            async for _ in stream:
                pass
        return stream.scores

    def cancel(self, stream: Stream) -> None:
        """Tell the worker to end a reply between two of its steps."""
        self._tell(Cancel(stream.request.id))

    def place_of(self, stream: Stream) -> int:
        """Return a stream's place in line, from 1, or 0 where it waits no more."""
        for place, waiting in enumerate(self._waiting, start=1):
            if waiting == stream.request.id:
                return place
        return 0

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
        for stream in self._waiting.values():
            process.send(stream.request)

    async def _supervise(self) -> None:
        """Pass on what the worker says; when it dies, start another for those who wait."""
        while True:
            if self._process is None:
                await self._restart()
                continue
            events = await self._process.receive()
            for event in events:
                self._dispatch(event)
            if not events:
                process, self._process = self._process, None
                exit_code = await process.close()
                logger.error("the model's process ended with exit code %s", exit_code)
                self._stand_in_line_again(WorkerDied(exit_code))

    async def _restart(self) -> None:
        try:
            await self._start()
        except EngineError as error:
            logger.error("the model cannot be started again: %s", error)
            self._fail_all(error)
            await asyncio.sleep(RESTART_DELAY_SECONDS)

    def _dispatch(self, event: Event) -> None:
        match event:
            case Started(id):
                if stream := self._waiting.pop(id, None):
                    self._running[id] = stream
            case Text(id) | Scored(id):
                if stream := self._running.get(id):
                    stream.take(event)
            case Finished(id) | Failed(id):
                if isinstance(event, Finished):
                    self.occupancy = event.occupancy
                if stream := self._waiting.pop(id, None) or self._running.pop(id, None):
                    stream.take(event if isinstance(event, Finished) else event.error)
            case Ready() | Broken():
                pass

    def _fail_all(self, error: EngineError) -> None:
        for stream in (*self._waiting.values(), *self._running.values()):
            stream.take(error)
        self._waiting.clear()
        self._running.clear()
        self.occupancy = Occupancy()

    async def _close(self) -> None:
        if self._process:
            self._process.send(Stop())
            await self._process.close()
