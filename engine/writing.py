"""One reply as it is written: its sampler, its tokens, and the text that may be shown of it."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from engine.llama.candidates import Scores
from engine.llama.model import Model
from engine.llama.samplers import Sampler, State
from engine.messages import Finish
from engine.sampling import MAX_SEED, Sampling
from engine.text import TextStream, fold

SPARE_RETREATS = 16
"""How much oftener than it may have tokens a reply may go back because of a banned string."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """The text that a draw made certain, and how many of the tokens read so far are no longer part of the reply."""

    text: str
    taken_back: int


@dataclass(slots=True)
class _Point:
    """A place in the reply to which it may go back."""

    logits: Scores
    state: State
    forbidden: set[int] = field(default_factory=set[int])


class Writing:
    """Draws tokens until the model ends, a stop string comes, or `max_tokens` are written; `ended` says which.

    Where a banned string comes, the reply goes back to the token in which it began and goes on with another one. A
    reply that finds no way around ends in front of it.

    `history` are the tokens in front of the reply: repetitions of them are penalised, markup apart.

    Raises InvalidSampling where the sampling does not fit the model.
    """

    def __init__(self, model: Model, sampling: Sampling, history: Iterable[int]) -> None:
        self.tokens: list[int] = []
        self.ended: Finish | None = None
        self._kept = 0
        self._model = model
        self._most = sampling.max_tokens
        self._banned = sampling.banned_strings
        self._retreats = sampling.max_tokens + SPARE_RETREATS
        self._points: list[_Point] = []
        self._text = TextStream(sampling.stop, sampling.banned_strings)
        self._sampler = Sampler(
            model,
            sampling,
            seed=random.randint(0, MAX_SEED) if sampling.seed is None else sampling.seed,
            history=[token for token in history if token not in model.control_tokens],
        )

    def close(self) -> None:
        self._points.clear()
        self._sampler.close()

    def draw(self, logits: Scores) -> Drawn:
        """Draw the next token from the logits behind the last one."""
        read = len(self.tokens)
        if self._banned:
            self._points.append(_Point(logits, self._sampler.save()))
        text = self._add(self._sampler.draw(logits))
        while self._text.caught:
            text = self._retreat()
        del self._points[: len(self._points) - self._text.held_tokens]
        return Drawn(text, taken_back=read - self._kept)

    def rest(self) -> str:
        """Return what was held back, once no more tokens come."""
        return self._text.finish()

    def _add(self, token: int | None) -> str:
        self._kept = len(self.tokens)
        if token is None or token in self._model.end_tokens:
            self.ended = Finish.END
            return ""
        self.tokens.append(token)
        text = self._text.push(self._model.pieces[token])
        if self._text.stopped:
            self.ended = Finish.STOP
        elif len(self.tokens) == self._most and not self._text.caught:
            self.ended = Finish.LENGTH
        return text

    def _retreat(self) -> str:
        """Go back to the token in which a banned string began, and draw another."""
        unwanted = _tokens_with(self._model, self._text.caught)
        undone = self._text.take_back()
        del self._points[len(self._points) - undone + 1 :]
        point, token = self._points[-1], self.tokens[-undone]
        del self.tokens[-undone:]
        if not self._retreats:
            self._kept = len(self.tokens)
            self.ended = Finish.STOP
            return ""
        self._retreats -= 1
        point.forbidden |= {token} | unwanted
        self._sampler.restore(point.state)
        return self._add(self._sampler.draw(point.logits, point.forbidden))


@lru_cache(maxsize=512)
def _tokens_with(model: Model, banned: str) -> frozenset[int]:
    """Return the tokens that would bring a banned string by themselves."""
    return frozenset(token for token, text in enumerate(_texts(model)) if banned in text)


@lru_cache(maxsize=1)
def _texts(model: Model) -> tuple[str, ...]:
    return tuple(fold(piece.decode("utf-8", "replace")) for piece in model.pieces)
