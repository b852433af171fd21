"""A llama.cpp batch that is filled through numpy views, in microseconds."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import llama_cpp
import numpy

MOST_DRAWS = 256
"""Behind how many tokens of a batch logits may be asked for: with 150,000 tokens in the vocabulary 154 MB."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some tokens for one sequence, from a position on; the logits behind the last `draws` of them are asked for."""

    sequence: int
    position: int
    tokens: Sequence[int]
    draws: int


class Batch:
    """Room for `capacity` tokens, of one sequence each."""

    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.raw: Any = llama_cpp.llama_batch_init(capacity, 0, 1)
        view = numpy.ctypeslib.as_array
        self._tokens = view(self.raw.token, (capacity,))
        self._positions = view(self.raw.pos, (capacity,))
        self._logits = view(self.raw.logits, (capacity,))
        view(self.raw.n_seq_id, (capacity,))[:] = 1

    def close(self) -> None:
        llama_cpp.llama_batch_free(self.raw)

    def fill(self, chunks: Sequence[Chunk]) -> list[int]:
        """Lay the chunks out; return for each the index of its last token, by which its logits are read."""
        if sum(len(chunk.tokens) for chunk in chunks) > self.capacity:
            raise ValueError(f"a batch holds {self.capacity} tokens at most")
        last: list[int] = []
        start = 0
        for chunk in chunks:
            stop = start + len(chunk.tokens)
            self._tokens[start:stop] = chunk.tokens
            self._positions[start:stop] = range(chunk.position, chunk.position + len(chunk.tokens))
            self._logits[start:stop] = False
            self._logits[stop - chunk.draws : stop] = True
            for index in range(start, stop):
                self.raw.seq_id[index][0] = chunk.sequence
            last.append(stop - 1)
            start = stop
        self.raw.n_tokens = start
        return last


def packed(texts: Sequence[Sequence[int]], size: int) -> Iterator[list[tuple[int, int, Sequence[int]]]]:
    """Cut texts into parts and fill batches with them; a part is a text's number, where it starts, and its tokens."""
    batch: list[tuple[int, int, Sequence[int]]] = []
    room = size
    for number, tokens in enumerate(texts):
        for start in range(0, len(tokens), size):
            part = tokens[start : start + size]
            if len(part) > room:
                yield batch
                batch, room = [], size
            batch.append((number, start, part))
            room -= len(part)
    if batch:
        yield batch
