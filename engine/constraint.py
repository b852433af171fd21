"""Which tokens a grammar lets through. It knows a model's tokens by their bytes, and draws none.

To test the whole vocabulary would take tens of milliseconds a token. So one is drawn first and tested by itself; only
where it does not fit are others tested, the likeliest first.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy

from engine.gbnf import Characters, read_gbnf
from engine.grammar import Grammar, State

AT_ONCE = 128
"""Tokens tested before the next likely ones are looked at."""
NO_TEXT = 256
END = 257
LEAST_CODE = {2: 0x80, 3: 0x800, 4: 0x10000}
"""The first code point that takes so many bytes in UTF-8."""
LAST_CODE = 0x10FFFF

Scores = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
Ids = numpy.ndarray[Any, numpy.dtype[numpy.int64]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a reply has come in a grammar; `unfinished` is the beginning of a character."""

    state: State
    unfinished: bytes = b""

    @property
    def may_end(self) -> bool:
        return None in self.state and not self.unfinished


class Constraint:
    """A grammar over the tokens of a model: the bytes of each, and which of them end a reply.

    Raises GrammarError, now or later, where the grammar cannot be followed.
    """

    def __init__(self, gbnf: str, pieces: tuple[bytes, ...], ends: frozenset[int]) -> None:
        self._grammar = Grammar(read_gbnf(gbnf))
        self._pieces = pieces
        self._ends = ends
        self._firsts = _first_bytes(pieces, ends)
        self.progress = Progress(self._grammar.start)

    def allows(self, token: int) -> bool:
        """Tell whether a token may come next. One that has no text and ends nothing may not."""
        if token in self._ends:
            return self.progress.may_end
        return bool(self._pieces[token]) and self._after(self._pieces[token]) is not None

    def accept(self, token: int) -> None:
        """Go on behind a token that is allowed."""
        if token not in self._ends:
            progress = self._after(self._pieces[token])
            assert progress
            self.progress = progress

    def mask(self, scores: Scores) -> None:
        """Forbid in place all tokens but the likeliest of those that may come next."""
        allowed = self._likeliest(scores)
        kept = scores[allowed]
        scores[:] = -numpy.inf
        scores[allowed] = kept

    def _likeliest(self, scores: Scores) -> list[int]:
        """Test the likeliest tokens; where none fits, those whose first byte does, until some do."""
        possible = numpy.flatnonzero(scores > -numpy.inf)
        if len(possible) > AT_ONCE:
            top = possible[numpy.argpartition(scores[possible], -AT_ONCE)[-AT_ONCE:]]
            if allowed := self._allowed(top):
                return allowed
            possible = possible[self._open_bytes()[self._firsts[possible]]]
            possible = possible[numpy.argsort(-scores[possible])]
        for start in range(0, len(possible), AT_ONCE):
            if allowed := self._allowed(possible[start : start + AT_ONCE]):
                return allowed
        return []

    def _allowed(self, tokens: Ids) -> list[int]:
        return [token for token in tokens.tolist() if self.allows(token)]

    def _open_bytes(self) -> numpy.ndarray[Any, numpy.dtype[numpy.bool_]]:
        """Tell of each byte whether a token that begins with it may come; of END, whether the reply may end."""
        open_bytes = [self._after(bytes([byte])) is not None for byte in range(NO_TEXT)]
        return numpy.array([*open_bytes, False, self.progress.may_end])

    def _after(self, piece: bytes) -> Progress | None:
        """Return the progress behind some bytes, or None where they do not fit."""
        data = self.progress.unfinished + piece
        try:
            text, unfinished = data.decode(), b""
        except UnicodeDecodeError as error:
            if error.end < len(data) or error.reason != "unexpected end of data":
                return None
            text, unfinished = data[: error.start].decode(), data[error.start :]
        state = self._grammar.step_through(self.progress.state, text)
        return Progress(state, unfinished) if state and _may_finish(state, unfinished) else None


def _may_finish(state: State, unfinished: bytes) -> bool:
    """Tell whether a character that begins with some bytes may come; without any, all is well."""
    if not unfinished:
        return True
    size = next(size for size in LEAST_CODE if unfinished[0] < 0x100 - (0x80 >> size))
    code = unfinished[0] & (0x7F >> size)
    for byte in unfinished[1:]:
        code = code << 6 | byte & 0x3F
    missing = 6 * (size - len(unfinished))
    low, high = max(code << missing, LEAST_CODE[size]), min((code + 1 << missing) - 1, LAST_CODE)
    symbols = (place.symbol for place in state if place)
    return any(isinstance(symbol, Characters) and symbol.meets(low, high) for symbol in symbols)


@lru_cache(maxsize=1)
def _first_bytes(pieces: tuple[bytes, ...], ends: frozenset[int]) -> Ids:
    """Return what each token's text begins with, NO_TEXT and END among it."""
    firsts = numpy.array([piece[0] if piece else NO_TEXT for piece in pieces])
    firsts[list(ends)] = END
    return firsts
