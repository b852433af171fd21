"""What a caller wants the model to have read. It knows no character, no chat and no tokens."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that is tokenised by itself; only in markup are the model's special tokens recognised."""

    text: str
    markup: bool = False


@dataclass(frozen=True, slots=True)
class Segment:
    """The unit that is kept, trimmed or read as a whole. A pinned segment is never trimmed.

    One that may not lead leaves together with what stands before it: its markup would not fit behind the pinned ones.
    """

    pieces: tuple[Piece, ...]
    label: str = ""
    pinned: bool = False
    may_lead: bool = True

    @property
    def text(self) -> str:
        return "".join(piece.text for piece in self.pieces)


@dataclass(frozen=True, slots=True)
class Prompt:
    """The whole wanted reading: the story (head and turns), then what counts for this reply only.

    A cue with a label opens a reply that is to be kept, as the cue's pieces and its own text in one more; in idle time
    it is read like that. One without a label opens something that is no part of the story.
    """

    story: tuple[Segment, ...]
    cue: Segment
    tail: tuple[Segment, ...] = ()
