"""The naive rebuild that every cache is held against: all tokens read anew, on a memory of their own, with no plan."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy
import pytest

from engine import EngineSettings
from engine.cache import Cache
from engine.explaining import Explaining
from engine.ledger import Held
from engine.llama.batch import Chunk
from engine.llama.memory import Logits, Memory, log_probabilities
from engine.llama.model import Model
from engine.plan import Remove, length_of
from engine.scheduler import Job
from engine.scoring import Scoring
from engine.swap import head_of
from engine.worker import Worker
from engine.writing import Writing

BATCH = 256
TOLERANCE = 0.02
"""Of a log-probability where nothing was shifted. Measured over 200,000: 0.008 at most, for K and V are rounded to
f16, and 0.00001 where a state is f32; words that are taken for others make more than 1."""
MOST_DIVERGENCE = 3.0
"""In nats where something was shifted, on a model with random weights. Measured over 10,000: 1.2 at most."""

Tokens = tuple[int, ...]
Seen = dict[Tokens, tuple[numpy.ndarray, bool]]
"""The log-probabilities that were used behind some tokens, and whether cells among theirs were shifted."""


class Naive:
    """A model that remembers nothing from one reading to the next."""

    def __init__(self, path: Path, *, cells: int, threads: int = 1) -> None:
        self._model = Model(path, gpu_layers=0)
        self._memory = Memory(self._model, EngineSettings(batch=BATCH), cells=cells, sequences=1, threads=threads)

    def close(self) -> None:
        self._memory.close()
        self._model.close()

    def behind(self, tokens: Sequence[int], lengths: Collection[int]) -> dict[int, numpy.ndarray]:
        """Return the log-probabilities behind the first so many of these tokens, by their number."""
        self._memory.clear()
        rows: dict[int, numpy.ndarray] = {}
        for start in range(0, len(tokens), BATCH):
            part = tokens[start : start + BATCH]
            self._memory.decode([Chunk(0, start, part, draws=len(part))])
            indices = {length: length - 1 - start for length in lengths}
            rows |= {
                length: log_probabilities(self._memory.logits(index))
                for length, index in indices.items()
                if 0 <= index < len(part)
            }
        return rows

    def compare(self, seen: Seen) -> None:
        """Hold against a new reading what a worker saw."""
        while seen:
            longest = max(seen, key=len)
            prefixes = [tokens for tokens in seen if longest[: len(tokens)] == tokens]
            rows = self.behind(longest, [len(tokens) for tokens in prefixes])
            for tokens in prefixes:
                used, is_approximate = seen.pop(tokens)
                straight = rows[len(tokens)]
                if is_approximate:
                    assert divergence(straight, used) < MOST_DIVERGENCE
                else:
                    numpy.testing.assert_allclose(used, straight, atol=TOLERANCE, rtol=0)


class Watch:
    """Sees all logits from which a worker draws or scores, and that it shifts nothing which it must not."""

    def __init__(self, patches: pytest.MonkeyPatch) -> None:
        self.worker: Worker | None = None
        self.seen: defaultdict[int, Seen] = defaultdict(dict)
        self._watch_draws(patches)
        self._watch_findings(patches)
        self._watch_removals(patches)

    def _watch_draws(self, patches: pytest.MonkeyPatch) -> None:
        draw = Writing.draw

        def watched_draw(writing: Writing, logits: Logits) -> Any:
            job = next(job for job in self._running if job.writing is writing)
            self._see(job, tuple(writing.tokens), log_probabilities(logits))
            return draw(writing, logits)

        patches.setattr(Writing, "draw", watched_draw)

    def _watch_findings(self, patches: pytest.MonkeyPatch) -> None:
        score, look_ahead, see = Scoring.score, Cache.look_ahead, Explaining.see

        def watched_score(scoring: Scoring, job: Job, logits: Logits, running: Sequence[Job]) -> Any:
            self._see(job, (), log_probabilities(logits))
            return score(scoring, job, logits, running)

        def watched_look_ahead(cache: Cache, held: Held, texts: Sequence[Sequence[int]]) -> Any:
            rows = look_ahead(cache, held, texts)
            for job in self._running:
                if job.held is held:
                    for tokens, found in zip(texts, rows, strict=True):
                        for length, row in enumerate(found, start=1):
                            self._see(job, tuple(tokens[:length]), row)
            return rows

        def watched_see(explaining: Explaining, logits: Logits) -> None:
            job = next(job for job in self._running if job.explaining is explaining)
            self._see(job, job.reading.explained[: len(explaining.explained)], log_probabilities(logits))
            see(explaining, logits)

        patches.setattr(Scoring, "score", watched_score)
        patches.setattr(Cache, "look_ahead", watched_look_ahead)
        patches.setattr(Explaining, "see", watched_see)

    def _watch_removals(self, patches: pytest.MonkeyPatch) -> None:
        remove = Memory.remove

        def watched_remove(memory: Memory, sequence: int, run: Remove) -> None:
            if self.worker and memory is self.worker._loaded.memory:
                self._look_at_removal(self.worker._loaded.cache, sequence, run)
            remove(memory, sequence, run)

        patches.setattr(Memory, "remove", watched_remove)

    @property
    def _running(self) -> list[Job]:
        return self.worker._running if self.worker else []

    def _see(self, job: Job, written: Tokens, used: numpy.ndarray) -> None:
        tokens = tuple(job.reading.tokens)
        is_approximate = job.held.approximate_from is not None
        assert not (is_approximate and job.request.exact), "what was to be exact is approximate"
        pinned = [segment.label for segment in job.request.prompt.story if segment.pinned]
        assert [span.label for span in job.reading.story if span.pinned] == pinned, "what is pinned is trimmed"
        self.seen[job.request.id][tokens + written] = (used, is_approximate)

    def _look_at_removal(self, cache: Cache, sequence: int, run: Remove) -> None:
        held = next(held for held in cache._ledger if held.sequence == sequence)
        assert run.start >= length_of(head_of(held.spans)), "the head is touched"
        others = {cell for other in cache._ledger if other is not held for cell in other.cells}
        assert not others & set(held.cells[run.start :]), "cells that others share are shifted"


def divergence(straight: numpy.ndarray, other: numpy.ndarray) -> float:
    """Return the Kullback–Leibler divergence in nats between two lists of log-probabilities."""
    return float(numpy.sum(numpy.exp(straight) * (straight - other)))
