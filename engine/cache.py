"""The channels' caches: ledger and memory always moved together, and the tiers below them.

A channel is resident, parked in RAM, on disk in pieces, or nowhere, and then it is read anew.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from engine.figures import Tier
from engine.ledger import Held, Ledger
from engine.llama.batch import MOST_DRAWS, Chunk, packed
from engine.llama.memory import LogProbabilities, Memory, log_probabilities
from engine.plan import Capability, Plan, Span, clip, length_of, plan, tokens_of
from engine.swap import Opened, Swap, head_of
from engine.tiers import Disk, Ram


class Cache:
    """All caches of one memory."""

    def __init__(self, memory: Memory, ram: Ram, disk: Disk, capability: Capability, *, gathers: bool = True) -> None:
        self._memory = memory
        self._ledger = Ledger(memory.sequences)
        self._swap = Swap(memory, self._ledger, ram, disk, capability)
        self._gathers = gathers
        self._is_scattered = False
        self.capability = capability

    @property
    def cells_used(self) -> int:
        return self._ledger.cells

    @property
    def cells(self) -> int:
        return self._memory.cells

    def held(self) -> dict[str, int]:
        """Return the number of tokens that each resident channel holds, least recently used first."""
        return self._ledger.channels()

    def length(self, name: str) -> int:
        """Count the tokens that a resident channel holds."""
        return self._ledger.channels().get(name, 0)

    def is_near(self, name: str) -> bool:
        """Tell whether a channel is resident or in RAM."""
        return self._ledger.has_channel(name) or bool(self._swap.ram.length(name))

    def make_room(self, cells: int, *, sequences: int, busy: Collection[str]) -> bool:
        """Park idle channels, least recently used first, until so much is free; False where that does not suffice."""
        idle = [name for name in self._ledger.channels() if name not in busy]
        while self._memory.cells - self._ledger.cells < cells or not self._ledger.has_free(sequences):
            if not idle:
                return False
            self.park(idle.pop(0))
        return True

    def open(self, name: str, story: Sequence[Span], *, exact: bool, busy: Collection[str] | None = None) -> Opened:
        """Return the channel's sequence with as much of the story as any tier still holds.

        Where it is told who is `busy`, all others are parked: idle cells cost attention.
        """
        begun = time.monotonic()
        is_known = self.is_near(name)
        if busy is not None and is_known:
            self._gather(name, busy)
        opened = self._open(name, story, exact=exact)
        if busy is not None and not is_known:
            self._gather(name, busy)
        return replace(opened, held=self._ledger.channel(name), seconds=time.monotonic() - begun)

    def _gather(self, name: str, busy: Collection[str]) -> None:
        """Let a channel have the memory to itself, as far as nobody else is at work and RAM has room for the others.

        In a unified cache everybody pays attention for every cell up to the highest in use. Measured on two cores:
        reading 256 tokens behind 512 takes 1.4 s alone, 2.7 s beside an idle channel of 1,792, and 5.4 s where three
        have gone but the own cells stand high; parking and bringing back takes 3 ms for 1,000 tokens.
        """
        if not self._gathers:
            return
        for other in list(self._ledger.channels()):
            if other != name and other not in busy and self._swap.has_room(self.length(other)):
                self.park(other)
        is_alone = list(self._ledger.channels()) == [name]
        if self._is_scattered and is_alone and self._swap.has_room(self.length(name)):
            self.park(name)
            self._open(name, (), exact=False)

    def _open(self, name: str, story: Sequence[Span], *, exact: bool) -> Opened:
        if self._ledger.has_channel(name):
            return Opened(self._ledger.channel(name), Tier.RESIDENT)
        held = self._ledger.channel(name)
        if self._swap.unpark(name, held):
            return Opened(held, Tier.RAM, held.length)
        self._share(held, story)
        shared = held.length
        self._swap.load(held, story, None if exact else name)
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

    def would_shift_shared(self, held: Held, story: Sequence[Span], *, exact: bool) -> bool:
        """Tell whether a trim to a story would shift cells that others share."""
        may_shift = self.capability is Capability.SURGERY and not exact
        removals = plan(held.spans, story, self.capability).remove if may_shift else ()
        return bool(removals) and self._ledger.shares(held, removals[0].start)

    def holds(self, name: str, story: Sequence[Span]) -> bool:
        """Tell whether a resident channel holds just this story."""
        held = self._ledger.channel(name) if self._ledger.has_channel(name) else None
        return held is not None and tokens_of(held.spans) == tokens_of(story)

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
        yield from self._swap.ram.approximate()

    def begin_anew(self, name: str) -> tuple[Held, Sequence[int]] | None:
        """Open a fork of what is exact of a channel, to read the rest of it again; None where there is no room.

        Return the fork and the tokens to be read. Adopted, it replaces the channel.
        """
        if not self.make_room(2 * self._swap.ram.length(name) or self.length(name), sequences=2, busy={name}):
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
        """Give a sequence cells of its own, so that a shift moves nobody else's.

        Where there is no room for them it holds nothing any more, and that is False.
        """
        self._memory.settle()
        state = self._memory.save(fork.sequence)
        self._memory.drop(fork.sequence)
        if not self._memory.restore(fork.sequence, state):
            self._ledger.keep(fork, 0)
            return False
        self._is_scattered = True
        self._ledger.detach(fork)
        return True

    def look_ahead(self, held: Held, texts: Sequence[Sequence[int]]) -> list[list[LogProbabilities]]:
        """Return the log-probabilities behind each token of some texts, were one of them to follow; leave no trace.

        Each is read in a fork of its own, all in as few batches as they fit into.
        """
        forks = [self.fork(held) for _ in texts]
        rows: list[list[LogProbabilities]] = [[] for _ in texts]
        try:
            for batch in packed(texts, min(self._memory.batch.capacity, MOST_DRAWS)):
                chunks = [
                    Chunk(forks[text].sequence, held.length + start, part, len(part)) for text, start, part in batch
                ]
                for (text, _, part), last in zip(batch, self._memory.decode(chunks), strict=True):
                    rows[text] += map(log_probabilities, self._memory.last_logits(last, len(part)))
            return rows
        finally:
            for fork in forks:
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
        self._swap.park(name, self._ledger.channel(name))
        self._memory.drop(self._ledger.forget(name).sequence)
        self._is_scattered = bool(self._ledger.cells)

    def keep_on_disk(self, name: str, story: Sequence[Span]) -> None:
        """Write behind what a channel has read of its story."""
        self._swap.keep_on_disk(name, self._ledger.channel(name), story)

    def _keep(self, held: Held, length: int) -> None:
        self._memory.keep(held.sequence, length)
        self._ledger.keep(held, length)

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
