"""A good client: prompts that only grow, notes at their end, and large trims at whole turns. It knows no server.

It reads with the engine's own tokeniser and trims where the engine would, so that all get the same token ids.
"""

from dataclasses import dataclass

from bench.play import REPLY
from bench.trace import Step, from_label
from engine import EngineSettings
from engine.llama.model import Model
from engine.messages import Request
from engine.reading import read, window_from


@dataclass(frozen=True, slots=True)
class Wanted:
    """A step in tokens, and with the answer that the client shall have written, where it keeps that.

    `is_trimmed` tells that the oldest turns have left the window in front of it.
    """

    tokens: list[int]
    written: list[int]
    is_trimmed: bool


class Prompts:
    """What each channel's client keeps of its story."""

    def __init__(self, settings: EngineSettings) -> None:
        assert settings.model is not None
        self._model = Model(settings.model, gpu_layers=0)
        self._window = min(settings.window, self._model.trained_window)
        self._oldest: dict[str, str | None] = {}

    def want(self, step: Step) -> Wanted:
        """Return what a step's client sends."""
        before = self._oldest.get(step.channel)
        request = Request(0, step.channel, from_label(step.prompt, before), REPLY)
        reading = read(self._model, request, window=self._window)
        self._oldest[step.channel] = oldest = window_from(reading.story)
        tokens = list(reading.tokens)
        written = [*tokens, *self._model.tokenize_piece(step.stays)] if step.stays else []
        return Wanted(tokens, written, is_trimmed=before not in (None, oldest))
