"""The asynchronous front of the engine: a bounded line, replies as context managers, and the worker's supervision.

The model lives in a process of its own, because llama.cpp ends its process on an assertion. This module starts it,
hands requests over, and passes on what comes back. It imports no llama.cpp.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
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
from engine.prompt import Prompt
from engine.sampling import Sampling
from engine.stream import Stream

RESTART_DELAY_SECONDS = 1.0
ONE_TOKEN = Sampling(max_tokens=1)

logger = logging.getLogger(__name__)


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
        stream = Stream(request, cancel=self._cancel, place=self._place_of)
        id = request.id
        self._waiting[id] = stream
        self._tell(stream.request)
        try:
            yield stream
        finally:
            if self._waiting.pop(id, None) or self._running.pop(id, None):
                self._cancel(id)

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

    def _cancel(self, request_id: int) -> None:
        self._tell(Cancel(request_id))

    def _place_of(self, request_id: int) -> int:
        return next((place for place, id in enumerate(self._waiting, start=1) if id == request_id), 0)

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

    def _stand_in_line_again(self, error: WorkerDied) -> None:
        """Let those who were running when the worker died try once more; for whom it is the second time, it ends."""
        again: dict[int, Stream] = {}
        for id, stream in self._running.items():
            if stream.was_retried:
                stream.take(error)
            else:
                stream.was_retried = True
                again[id] = stream
        self._waiting = {**again, **self._waiting}
        self._running.clear()
        self.occupancy = Occupancy()

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
