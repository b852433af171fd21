"""One reply on its way from the worker to whoever asked for it."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

from engine.errors import EngineError
from engine.messages import Explained, Explanation, Finished, Request, Scored, Text
from engine.prompt import Piece


class Stream:
    """One reply on its way: an asynchronous iterator of text. `finished` is there once it has ended.

    `was_retried` tells that the model's process died under it and that another went on behind what was shown.
    """

    def __init__(self, request: Request, *, cancel: Callable[[int], None], place: Callable[[int], int]) -> None:
        self.request = request
        self._cancel = cancel
        self._place = place
        self._events: asyncio.Queue[Text | Finished | EngineError] = asyncio.Queue()
        self.finished: Finished | None = None
        self.scores: tuple[tuple[float, ...], ...] = ()
        self.explained: tuple[Explained, ...] = ()
        self.has_failed = False
        self.was_retried = False

    @property
    def place_in_line(self) -> int:
        """The place among those who wait, from 1; 0 once the model is at it."""
        return self._place(self.request.id)

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        if self.finished or self.has_failed:
            raise StopAsyncIteration
        event = await self._events.get()
        if isinstance(event, Text):
            return event.text
        if isinstance(event, Finished):
            self.finished = event
            raise StopAsyncIteration
        self.has_failed = True
        raise event

    def stop(self) -> None:
        """End the reply; what was written until then still arrives."""
        self._cancel(self.request.id)

    def take(self, event: Text | Scored | Explanation | Finished | EngineError) -> None:
        """Hand over what came from the worker. Text becomes part of what a retry would go on behind."""
        if isinstance(event, Scored):
            self.scores = event.scores
            return
        if isinstance(event, Explanation):
            self.explained = event.tokens
            return
        if isinstance(event, Text):
            prompt, sampling = self.request.prompt, self.request.sampling
            cue = replace(prompt.cue, pieces=(*prompt.cue.pieces, Piece(event.text)))
            left = replace(sampling, max_tokens=max(1, sampling.max_tokens - 1))
            self.request = replace(self.request, prompt=replace(prompt, cue=cue), sampling=left)
        self._events.put_nowait(event)
