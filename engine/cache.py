"""The channels' caches: ledger and memory always moved together, and the tiers below them.

A channel is resident, parked in RAM, on disk in pieces, or nowhere, and then it is read anew.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

import numpy

from engine.figures import Tier
from engine.ledger import Held, Ledger
from engine.llama.batch import MOST_DRAWS, Chunk
from engine.llama.memory import Memory, UnsafeOperation, log_probabilities
from engine.plan import Capability, Plan, Span, clip, common, length_of, plan, tokens_of
from engine.tiers import Disk, Parked, Ram


@dataclass(frozen=True, slots=True)
class Opened:
    """A channel's sequence, the tier it came from, and how many of its tokens were brought back from there."""

    held: Held
    tier: Tier
    restored: int = 0


class Cache:
    """All caches of one memory."""

    def __init__(self, memory: Memory, ram: Ram, disk: Disk, capability: Capability, *, gathers: bool = True) -> None:
        self._memory = memory
        self._ram = ram
        self._disk = disk
        self._ledger = Ledger(memory.sequences)
        self._gathers = gathers
        self._is_scattered = False
        self._cell_bytes = 0.0
        self.capability = capability

    @property
    def cells_used(self) -> int:
        return self._ledger.cells

    @property
    def cells(self) -> int:
        return self._memory.cells

    @property
    def ram_bytes(self) -> int:
        return self._ram.bytes

    @property
    def disk_bytes(self) -> int:
        return self._disk.bytes

    def held(self) -> dict[str, int]:
        """Return the number of tokens that each resident channel holds, least recently used first."""
        return self._ledger.channels()

    def length(self, name: str) -> int:
        """Count the tokens that a resident channel holds."""
        return self._ledger.channels().get(name, 0)

    def make_room(self, cells: int, *, sequences: int, busy: Collection[str]) -> bool:
        """Park idle channels, least recently used first, until so much is free; False where that does not suffice."""
        idle = [name for name in self._ledger.channels() if name not in busy]
        while self._memory.cells - self._ledger.cells < cells or not self._ledger.has_free(sequences):
            if not idle:
                return False
            self.park(idle.pop(0))
        return True

    def _has_room_in_ram(self, name: str) -> bool:
        return self._ram.has_room(round(self.length(name) * self._cell_bytes))

    def open(self, name: str, story: Sequence[Span], *, exact: bool, busy: Collection[str] | None = None) -> Opened:
        """Return the channel's sequence with as much of the story as any tier still holds.

        Where it is told who is `busy`, all others are parked: idle cells cost attention.
        """
        is_known = self._ledger.has_channel(name) or bool(self._ram.length(name))
        if busy is not None and is_known:
            self._gather(name, busy)
        opened = self._open(name, story, exact=exact)
        if busy is not None and not is_known:
            self._gather(name, busy)
            return replace(opened, held=self._ledger.channel(name))
        return opened

    def _gather(self, name: str, busy: Collection[str]) -> None:
        """Let a channel have the memory to itself, as far as nobody else is at work and RAM has room for the others.

        In a unified cache everybody pays attention for every cell up to the highest in use. Measured on two cores:
        reading 256 tokens behind 512 takes 1.4 s alone, 2.7 s beside an idle channel of 1,792, and 5.4 s where three
        have gone but the own cells stand high; parking and bringing back takes 3 ms for 1,000 tokens.
        """
        if not self._gathers:
            return
        for other in list(self._ledger.channels()):
            if other != name and other not in busy and self._has_room_in_ram(other):
                self.park(other)
        if self._is_scattered and list(self._ledger.channels()) == [name] and self._has_room_in_ram(name):
            self.park(name)
            self._open(name, (), exact=False)

    def _open(self, name: str, story: Sequence[Span], *, exact: bool) -> Opened:
        if self._ledger.has_channel(name):
            return Opened(self._ledger.channel(name), Tier.RESIDENT)
        held = self._ledger.channel(name)
        if self._unpark(held, name):
            return Opened(held, Tier.RAM, held.length)
        self._share(held, story)
        shared = held.length
        self._load(held, story, None if exact else name)
        if held.length > shared:
            return Opened(held, Tier.DISK, held.length - shared)
        return Opened(held, Tier.SHARED if shared else Tier.NONE, shared)

    def bring(self, held: Held, wanted: Sequence[Span], *, reread: int, exact: bool = False) -> Plan:
        """Carry out the plan for what is wanted, but for the reading, which the caller does in batches.

        Where it is to be `exact`, approximate cells are read again and nothing is shifted. Nor are cells that others
        share: theirs would move along.
        """
        if exact and held.approximate_from is not None:
            self._keep(held, 0 if self.capability is Capability.APPEND else held.approximate_from)
        capability = self.capability
        if capability is Capability.SURGERY and exact:
            capability = Capability.PREFIX
        work = plan(held.spans, wanted, capability, reread=reread)
        if work.remove and self._ledger.shares(held, work.remove[0].start):
            work = plan(held.spans, wanted, Capability.PREFIX, reread=reread)
        for run in work.remove:
            self._memory.remove(held.sequence, run)
        self._ledger.remove(held, work.remove)
        self._keep(held, work.keep.length)
        held.layout = tuple(wanted)
        return work

    def trim(self, name: str, kept: Sequence[Span]) -> None:
        """Shift what has left the window out of a channel, now rather than in front of the next reply."""
        self.bring(self._ledger.channel(name), kept, reread=0)

    def fork(self, parent: Held) -> Held:
        """Open a sequence that shares all that another holds."""
        fork = self._ledger.fork(parent)
        self._memory.fork(parent.sequence, fork.sequence)
        return fork

    def decode(self, shares: Sequence[tuple[Held, Sequence[int], int]]) -> list[int]:
        """Read tokens into sequences in one batch; return for each the index by which its last logits are read."""
        chunks = [Chunk(held.sequence, held.length, tokens, draws) for held, tokens, draws in shares]
        last = self._memory.decode(chunks)
        for held, tokens, _ in shares:
            self._ledger.fill(held, len(tokens))
        return last

    def cut(self, fork: Held, tokens: int) -> None:
        """Take the last tokens out of a fork."""
        self._memory.keep(fork.sequence, fork.length - tokens)
        self._ledger.keep(fork, fork.length - tokens)

    def approximate(self) -> Iterator[str]:
        """Yield the channels, resident or in RAM, that hold shifted cells, the most recently used first."""
        yield from self._ledger.approximate()
        yield from self._ram.approximate()

    def begin_anew(self, name: str) -> tuple[Held, Sequence[int]] | None:
        """Open a fork of what is exact of a channel, to read the rest of it again; None where there is no room.

        Return the fork and the tokens to be read. Adopted, it replaces the channel.
        """
        if not self.make_room(2 * self._ram.length(name) or self.length(name), sequences=2, busy={name}):
            return None
        held = self.open(name, (), exact=False).held
        begin = held.approximate_from
        if begin is None:
            return None
        self._is_scattered = True
        fork = self._ledger.fork(held, begin)
        self._memory.fork(held.sequence, fork.sequence, begin)
        fork.layout = held.spans
        return fork, tokens_of(held.spans)[begin:]

    def detach(self, fork: Held) -> bool:
        """Give a fork cells of its own, so that a shift moves nobody else's; False where there is no room for them."""
        self._memory.settle()
        state = self._memory.save(fork.sequence)
        self._memory.drop(fork.sequence)
        if not self._memory.restore(fork.sequence, state):
            return False
        self._is_scattered = True
        self._ledger.detach(fork)
        return True

    def look_ahead(self, held: Held, tokens: Sequence[int]) -> list[numpy.ndarray[Any, numpy.dtype[numpy.float64]]]:
        """Return the log-probabilities behind each of these tokens, were they to follow, and leave no trace."""
        fork = self.fork(held)
        size = min(self._memory.batch.capacity, MOST_DRAWS)
        rows: list[numpy.ndarray[Any, numpy.dtype[numpy.float64]]] = []
        try:
            for start in range(0, len(tokens), size):
                part = tokens[start : start + size]
                chunk = Chunk(fork.sequence, held.length + start, part, draws=len(part))
                (last,) = self._memory.decode([chunk])
                rows += [log_probabilities(self._memory.logits(last - behind)) for behind in reversed(range(len(part)))]
            return rows
        finally:
            self.drop(fork)

    def adopt(self, name: str, fork: Held) -> None:
        """Make a fork the channel."""
        self._memory.drop(self._ledger.adopt(name, fork).sequence)

    def drop(self, fork: Held) -> None:
        """Let go of a fork."""
        self._ledger.drop(fork)
        self._memory.drop(fork.sequence)

    def park(self, name: str) -> None:
        """Move an idle channel to RAM."""
        held = self._ledger.channel(name)
        self._memory.settle()
        try:
            state = self._memory.save(held.sequence)
        except UnsafeOperation:
            state = b""
        if state and held.length:
            self._cell_bytes = len(state) / held.length
            self._ram.park(name, Parked(held.spans, tuple(held.kept), held.approximate_from, state))
        self._memory.drop(self._ledger.forget(name).sequence)
        self._is_scattered = bool(self._ledger.cells)

    def keep_on_disk(self, name: str, story: Sequence[Span]) -> None:
        """Write what a channel has read of its story, and the disk has not: the head by itself, then the turns.

        What was sampled behind it waits until a prompt has confirmed it as a turn. Nothing is written where the channel
        has gone on with another story meanwhile.
        """
        held = self._ledger.channel(name)
        self._memory.settle()
        ends = (length_of(head_of(story)), length_of(story))
        if not self._disk.is_on or common(held.spans, tokens_of(story)) < ends[1]:
            return
        if self.capability is Capability.APPEND:
            self._write(held, name, story, 0, ends[1])
            return
        for end in ends:
            start = held.kept[-1] if held.kept else 0
            if end > start:
                self._write(held, name, story, start, end)

    def _write(self, held: Held, name: str, story: Sequence[Span], start: int, end: int) -> None:
        spans = clip(story, end)
        channel = _owner(held, name, end)
        known = self._disk.find(spans, start, channel)
        if not (known and known.stop == end):
            try:
                state = self._memory.save(held.sequence, start, end)
            except UnsafeOperation:
                return
            self._disk.save(spans, start, channel, state)
        held.kept.append(end)

    def _keep(self, held: Held, length: int) -> None:
        self._memory.keep(held.sequence, length)
        self._ledger.keep(held, length)

    def _unpark(self, held: Held, name: str) -> bool:
        parked = self._ram.take(name)
        if parked is None or not self._memory.restore(held.sequence, parked.state):
            return False
        self._ledger.fill(held, length_of(parked.layout))
        held.layout, held.kept, held.approximate_from = parked.layout, list(parked.kept), parked.approximate_from
        return True

    def _share(self, held: Held, story: Sequence[Span]) -> None:
        """Take over the cells of another channel that begins with the same head."""
        head = head_of(story)
        length = length_of(head)
        if not length or self.capability is Capability.APPEND:
            return
        for other in self._ledger:
            if other is not held and clip(other.spans, length) == head:
                self._memory.fork(other.sequence, held.sequence, length)
                self._ledger.share(held, other, length)
                return

    def _load(self, held: Held, story: Sequence[Span], name: str | None) -> None:
        """Append what the disk holds of a story, piece by piece."""
        while True:
            piece = self._disk.find(story, held.length, None)
            channel = None if piece else name
            piece = piece or (self._disk.find(story, held.length, name) if name else None)
            if piece is None or piece.stop <= held.length:
                return
            state = self._disk.load(piece)
            if state is None or not self._memory.restore(held.sequence, state):
                return
            start = held.length
            self._ledger.fill(held, piece.stop - start)
            held.layout = clip(story, piece.stop)
            held.kept.append(piece.stop)
            if channel and held.approximate_from is None:
                held.approximate_from = start


def head_of(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the pinned spans that stand in front of everything else."""
    return tuple(takewhile(lambda span: span.pinned, spans))


def _owner(held: Held, name: str, end: int) -> str | None:
    """Name the channel that alone may use a piece: that is so where shifted cells are in it."""
    return name if held.approximate_from is not None and held.approximate_from < end else None
