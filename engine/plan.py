"""The heart of the engine: the least work that makes a cache hold the wanted reading. Pure; it knows no model.

A cache is described by spans, the tokenised segments it holds, and so is what is wanted. `fit` decides what of the
wanted reading may stay in the window; `plan` compares it with what is held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import PromptTooLong

LOW_WATERMARK = 2 / 3
"""Where a trim stops, as a part of what pinned spans leave of the window: few large trims cost less than many small."""

LEAST = 1 / 3
"""What a trim leaves at least, as a part of the same, where it looks for a span that may lead."""


class Capability(StrEnum):
    """What a model's memory can be made to do without falsifying what it holds; found by a probe at load."""

    SURGERY = "surgery"
    PREFIX = "prefix"
    APPEND = "append"


@dataclass(frozen=True, slots=True)
class Span:
    """The tokens of one segment. Two spans are the same where their tokens are."""

    tokens: tuple[int, ...]
    label: str = ""
    pinned: bool = False
    may_lead: bool = True

    def __len__(self) -> int:
        return len(self.tokens)


@dataclass(frozen=True, slots=True)
class Remove:
    """Take the cells from `start` to `stop` out and move what follows down."""

    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep the first `length` tokens and drop the rest."""

    length: int


@dataclass(frozen=True, slots=True)
class Evaluate:
    """Let the model read these tokens behind what is kept."""

    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do, in this order: remove, keep, evaluate."""

    remove: tuple[Remove, ...]
    keep: Keep
    evaluate: Evaluate


def length_of(spans: Sequence[Span]) -> int:
    """Count the tokens of some spans."""
    return sum(map(len, spans))


def tokens_of(spans: Sequence[Span]) -> tuple[int, ...]:
    """Return the tokens of some spans in a row."""
    return tuple(token for span in spans for token in span.tokens)


def clip(spans: Sequence[Span], length: int) -> tuple[Span, ...]:
    """Return the spans that make up the first `length` tokens, the last one cut where it must be."""
    kept: list[Span] = []
    for span in spans:
        if length <= 0:
            break
        kept.append(span if len(span) <= length else Span(span.tokens[:length], span.label, span.pinned))
        length -= len(span)
    return tuple(kept)


def fit(story: Sequence[Span], extra: int, window: int) -> tuple[Span, ...]:
    """Drop the oldest unpinned spans until the story and `extra` more tokens fit the window.

    Nothing is dropped while everything fits. Otherwise as much goes as brings the total under the low watermark, at
    whole spans, and then what may not lead. Where that would be much more, less goes: up to the last span above the
    watermark that may lead, if that fits. The newest span always stays.

    Raises PromptTooLong where even that does not fit.
    """
    total = length_of(story) + extra
    if total <= window:
        return tuple(story)
    start = _start(story, total, window)
    kept = tuple(span for index, span in enumerate(story) if span.pinned or index >= start)
    if length_of(kept) + extra > window:
        raise PromptTooLong(length_of(kept) + extra, window)
    return kept


def _start(story: Sequence[Span], total: int, window: int) -> int:
    """Return the place of the oldest unpinned span that stays in a trim."""
    pinned = length_of([span for span in story if span.pinned])
    room = window - pinned
    leading: int | None = None
    fitting: int | None = None
    for index, span in enumerate(story):
        if span.pinned:
            continue
        if total <= pinned + room * LOW_WATERMARK:
            fitting = index if fitting is None else fitting
            if span.may_lead and total > pinned + room * LEAST:
                return index
        elif span.may_lead and total <= window:
            leading = index
        total -= len(span)
    return next((index for index in (leading, fitting) if index is not None), len(story) - 1)


def plan(held: Sequence[Span], wanted: Sequence[Span], capability: Capability, *, reread: int = 0) -> Plan:
    """Find the least work that turns `held` into `wanted`.

    The last `reread` tokens of `wanted` are evaluated even if they are held: whoever wants to sample needs the
    logits behind the last token.
    """
    removals, remaining = _trims(held, wanted) if capability is Capability.SURGERY else ((), tuple(held))
    flat = tokens_of(wanted)
    keep = min(common(remaining, flat), len(flat) - reread)
    if capability is Capability.APPEND and keep < length_of(remaining):
        keep = 0
    return Plan(removals, Keep(keep), Evaluate(flat[keep:]))


def _trims(held: Sequence[Span], wanted: Sequence[Span]) -> tuple[tuple[Remove, ...], tuple[Span, ...]]:
    """Find the runs of held spans to take out, and what is left then.

    Only what a trim leaves behind is removed by shifting: unpinned spans with nothing but pinned ones in front.
    Everything else that is gone was edited or deleted, and what followed has to be read again without it.
    """
    removals: list[Remove] = []
    remaining = list(held)
    index = position = 0
    while index < min(len(remaining), len(wanted)):
        if remaining[index].tokens != wanted[index].tokens:
            gone = _gap(remaining, index, wanted[index])
            if not gone:
                break
            width = length_of(remaining[index : index + gone])
            removals.append(Remove(position, position + width))
            del remaining[index : index + gone]
        if not remaining[index].pinned:
            break
        position += len(remaining[index])
        index += 1
    return tuple(removals), tuple(remaining)


def _gap(spans: Sequence[Span], index: int, wanted: Span) -> int:
    """Count the unpinned spans from `index` on that stand before `wanted`; 0 where it does not follow them."""
    for ahead in range(index, len(spans)):
        if spans[ahead].tokens == wanted.tokens:
            return ahead - index
        if spans[ahead].pinned:
            return 0
    return 0


def common(held: Sequence[Span], wanted: tuple[int, ...]) -> int:
    """Count the tokens with which both begin."""
    position = 0
    for span in held:
        for token in span.tokens:
            if position == len(wanted) or wanted[position] != token:
                return position
            position += 1
    return position
