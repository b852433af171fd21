"""An engine whose costs are written down."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from engine import Engine, Figures, Prompt, Scores, Stream


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request of an action has cost."""

    action: str
    figures: Figures


class Watched:
    """An engine whose costs are written down, action by action."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.action = ""
        self.costs: list[Cost] = []
        self.decoded: list[float] = []
        """Tokens that were decoded for each candidate of a question who speaks."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @asynccontextmanager
    async def stream(self, *what: Any, **more: Any) -> AsyncGenerator[Stream]:
        action = self.action
        async with self._engine.stream(*what, **more) as stream:
            yield stream
        if stream.finished:
            self.costs.append(Cost(action, stream.finished.figures))

    async def score(self, channel: str, prompt: Prompt, candidates: Sequence[str], **more: Any) -> Scores:
        found = await self._engine.score(channel, prompt, candidates, **more)
        self.costs.append(Cost(self.action, found.figures))
        # Their first tokens alone need nothing beside the cue.
        cue = await self._engine.score(channel, prompt, candidates, **{**more, "depth": 1})
        self.decoded.append((found.figures.read_tail - cue.figures.read_tail) / len(candidates))
        return found
