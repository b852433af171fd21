"""Caches on their way between the model's memory and the tiers below it: parked in RAM, in pieces on disk.

What comes back is what was there, or nothing, and then it is read anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, takewhile

from engine.figures import Tier
from engine.ledger import Held, Ledger
from engine.llama.memory import Memory, UnsafeOperation
from engine.plan import Capability, Span, clip, common, length_of, tokens_of
from engine.tiers import Disk, Parked, Ram


@dataclass(frozen=True, slots=True)
class Opened:
    """A channel's sequence, the tier it came from, and how many of its tokens were brought back from there.

    `seconds` is how long that took, with all that had to make way.
    """

    held: Held
    tier: Tier
    restored: int = 0
    seconds: float = 0.0


class Swap:
    """Moves states of sequences, and keeps the ledger true."""

    def __init__(self, memory: Memory, ledger: Ledger, ram: Ram, disk: Disk, capability: Capability) -> None:
        self._memory = memory
        self._ledger = ledger
        self._capability = capability
        self._cell_bytes = 0.0
        self.ram = ram
        self.disk = disk

    def has_room(self, tokens: int) -> bool:
        """Tell whether RAM takes so many tokens without anybody's having to go."""
        return self.ram.has_room(round(tokens * self._cell_bytes))

    def park(self, name: str, held: Held) -> None:
        """Copy what a channel holds to RAM."""
        self._memory.settle()
        try:
            state = self._memory.save(held.sequence)
        except UnsafeOperation:
            return
        if state and held.length:
            self._cell_bytes = len(state) / held.length
            self.ram.park(name, Parked(held.spans, tuple(held.kept), held.approximate_from, state))

    def unpark(self, name: str, held: Held) -> bool:
        """Bring back into an empty sequence what a channel has in RAM; False where that is nothing."""
        parked = self.ram.take(name)
        if parked is None or not self._memory.restore(held.sequence, parked.state):
            return False
        self._ledger.fill(held, length_of(parked.layout))
        held.layout, held.kept, held.approximate_from = parked.layout, list(parked.kept), parked.approximate_from
        return True

    def load(self, held: Held, story: Sequence[Span], name: str | None) -> None:
        """Append what the disk holds of a story, piece by piece; with a name what this channel has shifted too."""
        while True:
            piece = self.disk.find(story, held.length, None)
            channel = None if piece else name
            piece = piece or (self.disk.find(story, held.length, name) if name else None)
            if piece is None or piece.stop <= held.length:
                return
            state = self.disk.load(piece)
            if state is None or not self._memory.restore(held.sequence, state):
                return
            start = held.length
            self._ledger.fill(held, piece.stop - start)
            held.layout = clip(story, piece.stop)
            held.kept.append(piece.stop)
            if channel and held.approximate_from is None:
                held.approximate_from = start

    def keep_on_disk(self, name: str, held: Held, story: Sequence[Span]) -> None:
        """Write what a channel has read of its story, and the disk has not: the head by itself, then the turns.

        What was sampled behind it waits until it is read as a turn. Nothing is written where the channel has gone on
        with another story meanwhile. A piece that ends within a turn would not be found: the next begins before it.
        """
        self._memory.settle()
        ends = (length_of(head_of(story)), length_of(story))
        if not self.disk.is_on or common(held.spans, tokens_of(story)) < ends[1]:
            return
        if self._capability is Capability.APPEND:
            self._write(held, name, story, 0, ends[1])
            return
        borders = set(accumulate(map(len, story)))
        for end in ends:
            start = max((mark for mark in held.kept if mark in borders), default=0)
            if end > start:
                self._write(held, name, story, start, end)

    def _write(self, held: Held, name: str, story: Sequence[Span], start: int, end: int) -> None:
        spans = clip(story, end)
        channel = _owner(held, name, end)
        known = self.disk.find(spans, start, channel)
        if not (known and known.stop == end):
            try:
                state = self._memory.save(held.sequence, start, end)
            except UnsafeOperation:
                return
            self.disk.save(spans, start, channel, state)
        held.kept.append(end)


def head_of(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the pinned spans that stand in front of everything else."""
    return tuple(takewhile(lambda span: span.pinned, spans))


def _owner(held: Held, name: str, end: int) -> str | None:
    """Name the channel that alone may use a piece: that is so where shifted cells are in it."""
    return name if held.approximate_from is not None and held.approximate_from < end else None
