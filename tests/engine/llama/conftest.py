"""A memory over a tiny model, and what is behind tokens that it reads."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy
import pytest

from engine import EngineSettings
from engine.llama.batch import Chunk
from engine.llama.memory import Memory, log_probabilities
from engine.llama.model import Model

TOKENS = [20 + (7 * n) % 300 for n in range(60)]


@pytest.fixture
def open_memory() -> Iterator[Callable[[Path], Memory]]:
    opened: list[Memory] = []

    def open_one(path: Path) -> Memory:
        model = Model(path, gpu_layers=0)
        opened.append(Memory(model, EngineSettings(batch=64), cells=256, sequences=4, threads=1))
        return opened[-1]

    yield open_one
    for memory in opened:
        memory.close()
        memory.model.close()


@pytest.fixture
def memory(open_memory: Callable[[Path], Memory], tiny_model: Path) -> Memory:
    return open_memory(tiny_model)


def read(memory: Memory, tokens: Sequence[int], *, sequence: int = 0, at: int = 0) -> numpy.ndarray:
    """Return the log-probabilities behind some tokens."""
    (index,) = memory.decode([Chunk(sequence, at, tokens, draws=1)])
    return log_probabilities(memory.logits(index))
