"""A grammar that a reply follows, token by token. llama.cpp ends the process on a token that a grammar refuses."""

from collections.abc import Iterable
from functools import lru_cache

import llama_cpp
import numpy

from engine.errors import InvalidSampling
from engine.llama.candidates import Candidates, Ids, Link, Scores
from engine.llama.model import Model

NO_TEXT = 256
END = 257
LIKELIEST = 512


class Grammar:
    """The place in a grammar that a reply has come to.

    Raises InvalidSampling where llama.cpp refuses the grammar.
    """

    def __init__(self, model: Model, gbnf: str) -> None:
        pointer = llama_cpp.llama_sampler_init_grammar(model.vocabulary, gbnf.encode(), b"root")
        if not pointer:
            raise InvalidSampling("grammar", gbnf, "a grammar that llama.cpp can follow")
        self._link = Link(pointer)
        self._firsts, self._singles = _first_bytes(model)
        self._candidates = Candidates(model.size)

    def close(self) -> None:
        self._link.close()

    def allows(self, token: int) -> bool:
        """Tell whether a token may come next. One without text may not: llama.cpp would take its name for its text."""
        one = numpy.array([token], numpy.int32)
        return self._firsts[token] != NO_TEXT and self._filter(one).size > 0

    def mask(self, scores: Scores) -> None:
        """Forbid in place all that may not come next.

        To test every token takes tens of milliseconds. Those go untested with whose first byte alone, which nearly
        always is a token too, nothing can go on; and the less likely ones where one of the likeliest is allowed.
        """
        is_open = numpy.ones(END + 1, numpy.bool_)
        is_open[NO_TEXT] = False
        is_open[self._firsts[self._singles]] = False
        is_open[self._firsts[self._filter(self._singles)]] = True
        possible = numpy.flatnonzero((scores > -numpy.inf) & is_open[self._firsts]).astype(numpy.int32)
        allowed = self._filter(_likeliest(possible, scores))
        if not allowed.size:
            allowed = self._filter(possible)
        kept = scores[allowed]
        scores[:] = -numpy.inf
        scores[allowed] = kept

    def accept(self, token: int) -> None:
        """Go on behind a token, which has to be allowed."""
        llama_cpp.llama_sampler_accept(self._link.pointer, token)

    def restart(self, tokens: Iterable[int]) -> None:
        """Go back to the beginning, and on behind some tokens."""
        llama_cpp.llama_sampler_reset(self._link.pointer)
        for token in tokens:
            self.accept(token)

    def _filter(self, tokens: Ids) -> Ids:
        return self._candidates.filter(self._link, tokens)


def _likeliest(tokens: Ids, scores: Scores) -> Ids:
    if len(tokens) <= LIKELIEST:
        return tokens
    return tokens[numpy.argpartition(scores[tokens], -LIKELIEST)[-LIKELIEST:]]


@lru_cache(maxsize=1)
def _first_bytes(model: Model) -> tuple[Ids, Ids]:
    """Return what each token's text begins with, NO_TEXT and END among it, and for each byte a token of it alone."""
    firsts = numpy.array([piece[0] if piece else NO_TEXT for piece in model.pieces], numpy.int32)
    firsts[list(model.end_tokens)] = END
    singles = {piece: token for token, piece in enumerate(model.pieces) if len(piece) == 1}
    return firsts, numpy.array(sorted(set(singles.values()) - model.end_tokens), numpy.int32)
