"""What of a story stays in the window behind a reply, and what has left it already. Pure; it knows no model.

A request is made for the window as it was then. Where a trim comes before its turn, what that has let go of stays out:
to read it again would undo the trim.
"""

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from engine.errors import PromptTooLong
from engine.plan import Span, fit
from engine.reading import Reading

NEXT_LINE = 1 / 16
"""The part of the window that a person's next line and a tail may take, 256 tokens of 4,096: a trim after a reply
leaves room for so much and another reply."""

CHANNELS_REMEMBERED = 64
SPANS_REMEMBERED = 1000


def kept_for_next(story: Sequence[Span], answer: int, window: int) -> tuple[Span, ...]:
    """Return what of a story stays if a line and another answer, of so many tokens with its cue, are to follow."""
    try:
        return fit(story, int(window * NEXT_LINE) + answer, window)
    except PromptTooLong:
        return tuple(story)


class Windows:
    """What trims have let go of, for each channel; channels that were silent longest are forgotten."""

    def __init__(self) -> None:
        self._gone: OrderedDict[str, OrderedDict[int, None]] = OrderedDict()

    def note(self, channel: str, before: Sequence[Span], after: Sequence[Span]) -> None:
        """Note that a trim has left this of a channel's story."""
        if len(before) > len(after):
            kept = set(map(_name, after))
            left = [name for name in map(_name, before) if name not in kept]
            gone = self._gone.setdefault(channel, OrderedDict())
            self._gone.move_to_end(channel)
            gone.update(dict.fromkeys(left))
            while len(gone) > SPANS_REMEMBERED:
                gone.popitem(last=False)
            if len(self._gone) > CHANNELS_REMEMBERED:
                self._gone.popitem(last=False)

    def as_of_now(self, channel: str, held: Sequence[Span], reading: Reading) -> Reading:
        """Leave out of a reading what has left its channel's window, in which so much is `held`, since it was asked."""
        self.note(channel, reading.asked, reading.story)
        return replace(reading, story=self._current(channel, held, reading.story))

    def _current(self, channel: str, held: Sequence[Span], story: tuple[Span, ...]) -> tuple[Span, ...]:
        """Drop what a trim has let go of, where the channel holds the rest of this very story.

        Where it holds another one, somebody has gone back to old turns, and they are to be read.
        """
        oldest = next((_name(span) for span in held if not span.pinned), None)
        gone = self._gone.get(channel, ())
        start = 0
        for place, span in enumerate(story):
            if span.pinned:
                continue
            name = _name(span)
            start = place if name == oldest else start
            if name not in gone:
                break
        return tuple(span for place, span in enumerate(story) if span.pinned or place >= start)


def _name(span: Span) -> int:
    return hash((span.label, span.tokens))
