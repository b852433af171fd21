"""The naive rebuild that every cache is held against: all tokens read anew, on a memory of its own. No cache, no plan."""

from collections.abc import Sequence
from pathlib import Path

import numpy

from engine import EngineSettings
from engine.llama.batch import Chunk
from engine.llama.memory import Memory, log_probabilities
from engine.llama.model import Model

BATCH = 256


class Naive:
    """A model that remembers nothing from one reading to the next."""

    def __init__(self, path: Path, *, cells: int, threads: int = 1) -> None:
        self._model = Model(path, gpu_layers=0)
        self._memory = Memory(self._model, EngineSettings(batch=BATCH), cells=cells, sequences=1, threads=threads)

    def close(self) -> None:
        self._memory.close()
        self._model.close()

    def rows(self, tokens: Sequence[int]) -> list[numpy.ndarray]:
        """Return the log-probabilities behind each of these tokens."""
        self._memory.clear()
        rows: list[numpy.ndarray] = []
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            (last,) = self._memory.decode([Chunk(0, start, part, sample=True, all=True)])
            rows += [log_probabilities(self._memory.logits(last - back)) for back in reversed(range(len(part)))]
        return rows


def divergence(straight: numpy.ndarray, other: numpy.ndarray) -> float:
    """Return the Kullback–Leibler divergence in nats between two lists of log-probabilities."""
    return float(numpy.sum(numpy.exp(straight) * (straight - other)))
