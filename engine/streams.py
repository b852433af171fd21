"""The replies under way, as the front sees them: who waits, in which place, and who is being written."""

import asyncio
from collections.abc import Iterator

from engine.errors import EngineError, WorkerDied
from engine.messages import Event, Explanation, Failed, Finished, Request, Scored, Started, Text
from engine.stream import Stream


class Streams:
    """All replies that have not ended."""

    def __init__(self) -> None:
        self._waiting: dict[int, Stream] = {}
        self._running: dict[int, Stream] = {}
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def running(self) -> int:
        return len(self._running)

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    @property
    def requests(self) -> Iterator[Request]:
        """All that a new worker has to be asked."""
        return (stream.request for stream in self._waiting.values())

    def place_of(self, request_id: int) -> int:
        """Return a request's place in line, from 1; 0 where it does not wait."""
        return next((place for place, id in enumerate(self._waiting, start=1) if id == request_id), 0)

    def add(self, stream: Stream) -> None:
        """Put a reply in line."""
        self._waiting[stream.request.id] = stream

    def remove(self, request_id: int) -> bool:
        """Forget a reply; False where it has ended."""
        return self._end(request_id) is not None

    def dispatch(self, event: Event) -> None:
        """Give a reply what the worker says of it."""
        match event:
            case Started(id):
                if stream := self._waiting.pop(id, None):
                    self._running[id] = stream
                    self._quiet.clear()
            case Text(id) | Scored(id) | Explanation(id):
                if stream := self._running.get(id):
                    stream.take(event)
            case Finished(id) | Failed(id):
                if stream := self._end(id):
                    stream.take(event if isinstance(event, Finished) else event.error)
            case _:
                pass

    def stand_in_line_again(self, error: WorkerDied) -> None:
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
        self._quiet.set()

    def fail_waiting(self, error: EngineError) -> None:
        """End those who wait."""
        for stream in self._waiting.values():
            stream.take(error)
        self._waiting.clear()

    async def until_quiet(self) -> None:
        """Wait until nothing is being written."""
        await self._quiet.wait()

    def _end(self, request_id: int) -> Stream | None:
        stream = self._waiting.pop(request_id, None) or self._running.pop(request_id, None)
        if not self._running:
            self._quiet.set()
        return stream
