"""What repetition costs a token. Pure: it works on the logits in place and remembers nothing."""

from typing import Any

import numpy

from engine.sampling import Sampling

Scores = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
Tokens = numpy.ndarray[Any, numpy.dtype[numpy.int64]]


class Penalties:
    """The repetition, presence and frequency penalties over the last `repeat_last_n` tokens.

    A token counts as often as it stands there. With a decay each of its places counts for less the more tokens have
    come since, as in ChatRWKV; that it was there at all, which is what the other two penalties ask, does not fade.
    llama.cpp looks every token of the vocabulary up instead, which takes ten times as long.
    """

    def __init__(self, sampling: Sampling) -> None:
        self._last = sampling.repeat_last_n
        self._repeat = sampling.repeat_penalty
        self._presence = sampling.presence_penalty
        self._frequency = sampling.frequency_penalty
        self._decay = sampling.penalty_decay
        self.is_off = not self._last or (self._repeat == 1 and not self._presence and not self._frequency)

    def apply(self, scores: Scores, tokens: Tokens) -> None:
        """Lower the scores of what stands among the last of `tokens`."""
        recent = tokens if self._last < 0 else tokens[-self._last :]
        if self.is_off or not len(recent):
            return
        seen, places = numpy.unique(recent, return_inverse=True)
        weights = self._decay ** numpy.arange(len(recent))[::-1] if self._decay < 1 else None
        counts = numpy.bincount(places, weights)
        found = scores[seen]
        found = numpy.where(found > 0, found / self._repeat, found * self._repeat)
        scores[seen] = found - counts * self._frequency - self._presence
