"""The account of what the model's memory holds: which sequence carries which spans in which cells. Pure book-keeping.

Every cell has a serial number, so that cells which sequences share count once. What the ledger says of a sequence's
length is what llama.cpp's `pos_max + 1` must say.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate, count

from engine.plan import Remove, Span, clip


class Held:
    """One sequence: the spans laid out for it, and the cells that are filled so far.

    `kept` are the lengths up to which its state is on disk, a piece each. From `approximate_from` on its cells were
    shifted, or read behind some that were; None where all is as a new reading would make it.
    """

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence
        self.layout: tuple[Span, ...] = ()
        self.cells: list[int] = []
        self.kept: list[int] = []
        self.approximate_from: int | None = None

    @property
    def length(self) -> int:
        return len(self.cells)

    @property
    def spans(self) -> tuple[Span, ...]:
        return clip(self.layout, self.length)


class Ledger:
    """Channels and forks over a fixed number of sequences."""

    def __init__(self, sequences: int) -> None:
        self._free = list(range(sequences))
        self._serials = count()
        self._channels: dict[str, Held] = {}
        self._forks: list[Held] = []

    @property
    def cells(self) -> int:
        """Count the cells in use, shared ones once."""
        return len({cell for held in self for cell in held.cells})

    def __iter__(self) -> Iterator[Held]:
        yield from self._channels.values()
        yield from self._forks

    def channels(self) -> dict[str, int]:
        """Return the number of tokens that each channel holds, least recently used first."""
        return {name: held.length for name, held in self._channels.items()}

    def has_free(self, sequences: int) -> bool:
        """Tell whether so many sequences can be opened."""
        return len(self._free) >= sequences

    def channel(self, name: str) -> Held:
        """Return the channel's sequence, opened empty where there is none, as the most recently used."""
        held = self._channels.pop(name, None) or Held(self._free.pop())
        self._channels[name] = held
        return held

    def approximate(self) -> Iterator[str]:
        """Yield the channels that hold shifted cells, the most recently used first."""
        return (name for name, held in reversed(self._channels.items()) if held.approximate_from is not None)

    def has_channel(self, name: str) -> bool:
        return name in self._channels

    def fork(self, parent: Held, length: int | None = None) -> Held:
        """Open a sequence that shares the first `length` cells of another, or all of them."""
        fork = Held(self._free.pop())
        length = parent.length if length is None else length
        fork.layout = clip(parent.layout, length)
        fork.cells = parent.cells[:length]
        _inherit(fork, parent, length)
        self._forks.append(fork)
        return fork

    def share(self, held: Held, other: Held, length: int) -> None:
        """Record that an empty sequence took over the first `length` cells of another."""
        held.layout = clip(other.layout, length)
        held.cells = other.cells[:length]
        _inherit(held, other, length)

    def fill(self, held: Held, tokens: int) -> None:
        """Record that so many tokens were read into a sequence."""
        held.cells.extend(next(self._serials) for _ in range(tokens))

    def detach(self, held: Held) -> None:
        """Record that a sequence got cells of its own for all that it holds."""
        held.cells = [next(self._serials) for _ in held.cells]

    def remove(self, held: Held, removals: Sequence[Remove]) -> None:
        """Record that runs of cells were taken out, each position counted after the run before it went."""
        spans = held.spans
        for run in removals:
            starts = accumulate(map(len, spans), initial=0)
            spans = tuple(s for s, start in zip(spans, starts, strict=False) if not run.start <= start < run.stop)
            del held.cells[run.start : run.stop]
            _inherit(held, held, run.start)
            held.approximate_from = run.start if held.approximate_from is None else held.approximate_from
        held.layout = spans

    def keep(self, held: Held, length: int) -> None:
        """Record that a sequence was cut to its first `length` tokens."""
        held.layout = clip(held.layout, length)
        del held.cells[length:]
        _inherit(held, held, length)

    def adopt(self, name: str, fork: Held) -> Held:
        """Make a fork the channel; return the sequence that it replaces, now free."""
        self._forks.remove(fork)
        replaced = self._channels.pop(name)
        self._channels[name] = fork
        self._free.append(replaced.sequence)
        return replaced

    def drop(self, fork: Held) -> None:
        """Free a fork's sequence."""
        self._forks.remove(fork)
        self._free.append(fork.sequence)

    def forget(self, name: str) -> Held:
        """Free a channel's sequence and return it."""
        held = self._channels.pop(name)
        self._free.append(held.sequence)
        return held


def _inherit(held: Held, parent: Held, length: int) -> None:
    """Let what is known of the first `length` cells of `parent` be known of those of `held`."""
    held.kept = [mark for mark in parent.kept if mark <= length]
    begin = parent.approximate_from
    held.approximate_from = begin if begin is not None and begin < length else None
