"""What draws the tokens of one reply, built from its Sampling: our own penalties, then a chain of llama.cpp's samplers.

The order is llama.cpp's own: logit bias, penalties, DRY, top-n-sigma, top-k, typical, top-p, min-p, XTC, temperature,
the draw. What looks at single tokens or at all of them at once comes first; top-k stands before all that sorts, which
takes milliseconds where the whole vocabulary is left; temperature comes last, so that it does not change who is among
the candidates. What is off has no link in the chain.
"""

import ctypes
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import llama_cpp
import numpy

from engine.constraint import Constraint, Progress
from engine.errors import GrammarError, InvalidSampling, clause
from engine.llama.candidates import Candidates, Link, Scores
from engine.llama.model import Model
from engine.penalties import Penalties
from engine.prompt import Piece, Segment
from engine.sampling import Sampling

MIROSTAT_CANDIDATES = 2048
"""Mirostat keeps a token whose surprise is below some 10 bits; to sort the vocabulary would take milliseconds."""
MIROSTAT_ESTIMATES = 100
"""By how many tokens the first mirostat estimates how fast probabilities fall: the m of its paper."""


@dataclass(frozen=True, slots=True)
class State:
    """What a sampler was before a draw."""

    chain: Link | None
    progress: Progress | None
    tokens: int


class Sampler:
    """Draws tokens for one reply.

    `history` are the tokens that penalties and DRY count from the start.

    Raises InvalidSampling where the model has no such token.
    """

    def __init__(self, model: Model, sampling: Sampling, *, seed: int, history: Sequence[int]) -> None:
        self._biased, self._biases = _biases(model, sampling)
        self._penalties = Penalties(sampling)
        self._tokens = numpy.empty(len(history) + sampling.max_tokens, numpy.int64)
        self._tokens[: len(history)] = history
        self._count = len(history)
        self._silent = model.silent_tokens
        self._candidates = Candidates(model.size, model.silent_tokens)
        self._gbnf = sampling.gbnf
        self._constraint = Constraint(self._gbnf, model.pieces, model.end_tokens) if self._gbnf else None
        self._chain = _chain(_links(model, sampling, seed=seed, room=len(self._tokens)))
        if self._chain and sampling.dry_multiplier:
            last = sampling.dry_penalty_last_n
            for token in history if last < 0 else history[len(history) - last :]:
                llama_cpp.llama_sampler_accept(self._chain.pointer, token)

    def close(self) -> None:
        if self._chain:
            self._chain.close()

    def draw(self, logits: Scores, forbidden: Collection[int] = ()) -> int | None:
        """Draw a token that is not forbidden, and remember it; None where none may come.

        Control tokens that end nothing are never drawn: a text in them, a thought perhaps, would not be seen as one.
        Raises InvalidSampling where the grammar turns out to lead too many ways.
        """
        scores = logits.copy()
        if self._biased:
            numpy.add.at(scores, self._biased, self._biases)
        self._penalties.apply(scores, self._tokens[: self._count])
        if forbidden:
            scores[list(forbidden)] = -numpy.inf
        try:
            token = self._choose(scores)
        except GrammarError as error:
            raise InvalidSampling(
                "grammar", self._gbnf, clause("a grammar that can be followed ({problem})", problem=error.problem)
            ) from error
        if token is not None:
            self._remember(token)
        return token

    def save(self) -> State:
        """Return the state before the next draw."""
        progress = self._constraint.progress if self._constraint else None
        return State(self._chain.clone() if self._chain else None, progress, self._count)

    def restore(self, state: State) -> None:
        """Forget what was drawn since a state was saved."""
        self._count = state.tokens
        if state.chain:
            self._chain = state.chain.clone()
        if self._constraint and state.progress:
            self._constraint.progress = state.progress

    def _choose(self, scores: Scores) -> int | None:
        """Choose freely, and once more among what the grammar allows where it does not allow that."""
        token = self._pick(scores)
        if self._constraint and (token is None or not self._constraint.allows(token)):
            self._constraint.mask(scores)
            token = self._pick(scores)
        return token

    def _pick(self, scores: Scores) -> int | None:
        if self._chain:
            return self._candidates.draw(self._chain, scores)
        scores[self._silent] = -numpy.inf
        likeliest = int(scores.argmax())
        return likeliest if scores[likeliest] > -numpy.inf else None

    def _remember(self, token: int) -> None:
        self._tokens[self._count] = token
        self._count += 1
        if self._chain:
            llama_cpp.llama_sampler_accept(self._chain.pointer, token)
        if self._constraint:
            self._constraint.accept(token)


def _biases(model: Model, sampling: Sampling) -> tuple[list[int], list[float]]:
    pairs: list[tuple[int, float]] = []
    for target, bias in sampling.logit_bias:
        if isinstance(target, str):
            pairs += [(token, bias) for token in set(model.tokenize(Segment((Piece(target),))))]
        elif target < model.size:
            pairs.append((target, bias))
        else:
            raise InvalidSampling(
                "logit_bias", target, clause("one of the {count:,} tokens that this model has", count=model.size)
            )
    return [token for token, _ in pairs], [bias for _, bias in pairs]


def _chain(links: list[Any]) -> Link | None:
    """Chain links, which it then owns; None where there are none."""
    if not links:
        return None
    chain = llama_cpp.llama_sampler_chain_init(llama_cpp.llama_sampler_chain_default_params())
    for link in links:
        llama_cpp.llama_sampler_chain_add(chain, link)
    return Link(chain)


def _links(model: Model, sampling: Sampling, *, seed: int, room: int) -> list[Any]:
    """Make the links that are on; none at all means that the likeliest token is taken."""
    dry = _dry(model, sampling, room=room)
    if sampling.temperature == 0:
        return [*dry, llama_cpp.llama_sampler_init_greedy()] if dry else []
    return [*dry, *(make() for is_on, make in _choices(model, sampling, seed=seed) if is_on)]


def _choices(model: Model, sampling: Sampling, *, seed: int) -> Iterable[tuple[bool, Callable[[], Any]]]:
    """Yield what chooses among candidates, in order, and whether it is on."""
    s, llama = sampling, llama_cpp
    warms = s.temperature != 1 or s.dynatemp_range > 0
    heat = (warms, lambda: llama.llama_sampler_init_temp_ext(s.temperature, s.dynatemp_range, s.dynatemp_exponent))
    if s.mirostat:
        yield True, lambda: llama.llama_sampler_init_top_k(MIROSTAT_CANDIDATES)
        yield heat
        yield (
            s.mirostat == 1,
            lambda: llama.llama_sampler_init_mirostat(
                model.size, seed, s.mirostat_tau, s.mirostat_eta, MIROSTAT_ESTIMATES
            ),
        )
        yield s.mirostat == 2, lambda: llama.llama_sampler_init_mirostat_v2(seed, s.mirostat_tau, s.mirostat_eta)
        return
    yield s.top_n_sigma > 0, lambda: llama.llama_sampler_init_top_n_sigma(s.top_n_sigma)
    yield s.top_k > 0, lambda: llama.llama_sampler_init_top_k(s.top_k)
    yield s.typical_p < 1, lambda: llama.llama_sampler_init_typical(s.typical_p, 1)
    yield s.top_p < 1, lambda: llama.llama_sampler_init_top_p(s.top_p, 1)
    yield s.min_p > 0, lambda: llama.llama_sampler_init_min_p(s.min_p, 1)
    yield s.xtc_probability > 0, lambda: llama.llama_sampler_init_xtc(s.xtc_probability, s.xtc_threshold, 1, seed // 2)
    yield heat
    yield True, lambda: llama.llama_sampler_init_dist(seed)


def _dry(model: Model, sampling: Sampling, *, room: int) -> list[Any]:
    """Copy a DRY sampler that was built before: what its breakers are in tokens takes tens of milliseconds."""
    last = sampling.dry_penalty_last_n
    if not sampling.dry_multiplier or not last:
        return []
    built = _built_dry(
        model,
        sampling.dry_multiplier,
        sampling.dry_base,
        sampling.dry_allowed_length,
        last if last > 0 else 1 << room.bit_length(),
        sampling.dry_sequence_breakers,
    )
    return [llama_cpp.llama_sampler_clone(built.pointer)]


@lru_cache(maxsize=8)
def _built_dry(
    model: Model, multiplier: float, power: float, allowed: int, last: int, breakers: tuple[str, ...]
) -> Link:
    texts = (ctypes.c_char_p * len(breakers))(*(breaker.encode("utf-8", "replace") for breaker in breakers))
    make = cast(Any, llama_cpp).llama_sampler_init_dry
    return Link(make(model.vocabulary, multiplier, power, allowed, last, texts, len(breakers)))
