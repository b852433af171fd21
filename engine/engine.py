"""The asynchronous front of the engine: a bounded line, and replies as context managers.

The model lives in a process of its own, because llama.cpp ends its process on an assertion. This module hands requests
over, and passes on what comes back. It imports no llama.cpp.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count

from engine.config import EngineSettings
from engine.errors import Busy, EmptyText, NoModel
from engine.figures import Figures, Occupancy
from engine.messages import Cancel, ExplainedText, ModelInfo, Priority, Request, Scores
from engine.prompt import Prompt
from engine.sampling import Sampling
from engine.stream import Stream
from engine.streams import Streams
from engine.supervision import Supervisor

ONE_TOKEN = Sampling(max_tokens=1)
MOST_RIVALS = 20


class Engine:
    """A model at work. Open it with `Engine.open`."""

    def __init__(self, settings: EngineSettings) -> None:
        self._ids = count(1)
        self._streams = Streams()
        self._supervisor = Supervisor(settings, self._streams)

    @classmethod
    @asynccontextmanager
    async def open(cls, settings: EngineSettings) -> AsyncGenerator["Engine"]:
        """Load the model in a process of its own, and end that process on leaving.

        Raises ModelError where the model cannot be loaded.
        """
        engine = cls(settings)
        await engine._supervisor.open()
        try:
            yield engine
        finally:
            await engine._supervisor.close()

    @property
    def info(self) -> ModelInfo:
        return self._supervisor.info

    @property
    def occupancy(self) -> Occupancy:
        return self._supervisor.occupancy

    @property
    def running(self) -> int:
        return self._streams.running

    @property
    def waiting(self) -> int:
        return self._streams.waiting

    @property
    def is_loaded(self) -> bool:
        """Whether a model is there, or will be again in a moment."""
        return self._supervisor.is_loaded

    async def unload(self) -> None:
        """Let go of the model, once those who are being answered have been; whoever waits or comes is told."""
        await self._supervisor.unload()

    async def load(self, settings: EngineSettings) -> None:
        """Load a model, this one or another, in place of the one that is there.

        Raises ModelError where that cannot be loaded; then the one before is there again.
        """
        await self._supervisor.load(settings)

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
        if self.waiting >= self._supervisor.settings.queue:
            raise Busy(self.waiting)
        stream = Stream(request, cancel=self._cancel, place=self._streams.place_of)
        self._streams.add(stream)
        self._supervisor.tell(stream.request)
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
        exact: bool = False,
    ) -> Scores:
        """Return the natural logarithms of the probabilities of each candidate's tokens behind a prompt's cue.

        With a `depth` they are those of its first tokens: one candidate then costs the reading of `depth` - 1 tokens.
        The channel keeps the story that was read for it, and nothing else. `exact` is as for `stream`.
        Raises EngineError, ValueError where there is no candidate with text.
        """
        if not candidates or not all(candidates) or (depth is not None and depth < 1):
            raise ValueError("scoring needs candidates with text, and a depth of at least one token")
        wanted = Request(next(self._ids), channel, prompt, ONE_TOKEN, priority, user, exact)
        request = replace(wanted, candidates=tuple(candidates), depth=depth)
        async with self._following(request) as stream:
            async for _ in stream:
                pass
        return Scores(stream.scores, stream.finished.figures if stream.finished else Figures())

    async def explain(
        self,
        channel: str,
        prompt: Prompt,
        text: str,
        *,
        rivals: int = 3,
        priority: Priority = Priority.SUGGESTION,
        user: str = "",
        exact: bool = False,
    ) -> ExplainedText:
        """Return the tokens of a text behind a prompt's cue, each with its probability and likeliest rivals.

        The probabilities are those of the bare model: at temperature 1, before any sampler, bias or grammar. Of a text
        that was written itself the tokens are those by which it is read afterwards. `rivals` is at most 20,
        `exact` as for `stream`.
        What the channel holds stays as it is; if that was nothing, it keeps the story that was read for this.
        Raises EmptyText where there is no text, EngineError where the request fails.
        """
        if not 0 <= rivals <= MOST_RIVALS:
            raise ValueError(f"a token has 0 to {MOST_RIVALS} rivals")
        if not text:
            raise EmptyText
        wanted = Request(next(self._ids), channel, prompt, ONE_TOKEN, priority, user, exact)
        request = replace(wanted, explained=text, rivals=rivals)
        async with self._following(request) as stream:
            async for _ in stream:
                pass
        return ExplainedText(stream.explained, stream.finished.figures if stream.finished else Figures())

    def _cancel(self, request_id: int) -> None:
        self._supervisor.tell(Cancel(request_id))
