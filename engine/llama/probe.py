"""What a model's memory can do, found out by doing it: llama.cpp's own answer is wrong for several families."""

from typing import Any

import numpy

from engine.llama.batch import Chunk
from engine.llama.memory import Memory, UnsafeOperation, log_probabilities
from engine.plan import Capability, Remove
from engine.prompt import Piece, Segment

SHIFT = 64
PROBE_TOKENS = 48
PROBE_TEXT = "The ferry leaves at noon, said the old man, and whoever is late will have to wait for the tide. " * 4
MOST_DIVERGENCE = 1e-3
"""Kullback–Leibler divergence in nats of the next token that a shift may cause by itself."""
MOST_OVER_NOISE = 4
"""Quantised weights answer to any change of position, so a shift is held against a reading further on that was not
shifted. Measured: shift over noise 0.5 to 1.5 on Q4_1 and Q8_0, 300 and more with YaRN."""


def probe(memory: Memory) -> Capability:
    """Find out how the memory may be used. Leaves it empty; takes milliseconds on a small model."""
    try:
        if memory.model.rewrites_state or not _can_go_back(memory):
            return Capability.APPEND
        if not memory.model.has_plain_positions:
            return Capability.PREFIX
        return Capability.SURGERY if _shifts_truly(memory) else Capability.PREFIX
    except UnsafeOperation:
        return Capability.PREFIX
    finally:
        memory.clear()


def _probe_tokens(memory: Memory) -> list[int]:
    return list(memory.model.tokenize(Segment((Piece(PROBE_TEXT),))))[:PROBE_TOKENS]


def _can_go_back(memory: Memory) -> bool:
    tokens = _probe_tokens(memory)
    memory.decode([Chunk(0, 0, tokens, draws=0)])
    try:
        memory.keep(0, len(tokens) // 2)
    except UnsafeOperation:
        return False
    return True


def _shifts_truly(memory: Memory) -> bool:
    straight = _next(memory, start=0)
    noise = _divergence(straight, _next(memory, start=SHIFT))
    shifted = _divergence(straight, _next(memory, start=SHIFT, shift=SHIFT))
    return shifted < max(MOST_DIVERGENCE, MOST_OVER_NOISE * noise)


def _next(memory: Memory, *, start: int, shift: int = 0) -> numpy.ndarray[Any, numpy.dtype[numpy.float64]]:
    """Return the log-probabilities of the token behind the probe, read from position `start` on and then shifted."""
    *tokens, last = _probe_tokens(memory)
    memory.clear()
    memory.decode([Chunk(0, start, tokens, draws=0)])
    if shift:
        memory.remove(0, Remove(0, shift))
    (index,) = memory.decode([Chunk(0, start - shift + len(tokens), [last], draws=1)])
    return log_probabilities(memory.logits(index))


def _divergence(
    straight: numpy.ndarray[Any, numpy.dtype[numpy.float64]], other: numpy.ndarray[Any, numpy.dtype[numpy.float64]]
) -> float:
    return float(numpy.sum(numpy.exp(straight) * (straight - other)))
