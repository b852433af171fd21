"""A prompt as it is kept with the reply that was written behind it: whole, and read back as it was. Pure."""

import json
from typing import Any

from engine import Piece, Prompt, Segment


def written(prompt: Prompt) -> str:
    """Write down a prompt, what is markup in it and all."""
    story, tail = map(_segment, prompt.story), map(_segment, prompt.tail)
    return json.dumps([[*story], [*tail], _segment(prompt.cue)], ensure_ascii=False)


def read(kept: str) -> Prompt:
    """Read a prompt that was written down."""
    story, tail, cue = json.loads(kept)
    return Prompt(story=tuple(map(_read_segment, story)), tail=tuple(map(_read_segment, tail)), cue=_read_segment(cue))


def text_of(prompt: Prompt) -> str:
    """Return all that the model reads."""
    return "".join(segment.text for segment in (*prompt.story, *prompt.tail, prompt.cue))


def _segment(segment: Segment) -> list[Any]:
    pieces = [[piece.text, piece.markup] for piece in segment.pieces]
    return [pieces, segment.label, segment.pinned, segment.may_lead]


def _read_segment(kept: list[Any]) -> Segment:
    pieces, label, pinned, may_lead = kept
    return Segment(tuple(Piece(text, markup) for text, markup in pieces), label, pinned, may_lead)
