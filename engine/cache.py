"""The ledger and the model's memory, always moved together: what is done to one is recorded in the other."""

from collections.abc import Collection, Sequence
from itertools import takewhile

from engine.ledger import Held, Ledger
from engine.llama.batch import Chunk
from engine.llama.memory import Memory
from engine.plan import Capability, Plan, Span, plan
from engine.tiers import HeadStore


class Cache:
    """The channels' caches in one memory, and their heads on disk."""

    def __init__(self, memory: Memory, heads: HeadStore, capability: Capability) -> None:
        self._memory = memory
        self._heads = heads
        self._ledger = Ledger(memory.sequences)
        self.capability = capability

    @property
    def cells_used(self) -> int:
        return self._ledger.cells

    def held(self) -> dict[str, int]:
        """Return the number of tokens that each channel holds, least recently used first."""
        return self._ledger.channels()

    def length(self, name: str) -> int:
        """Count the tokens that a channel holds."""
        return self._ledger.channels().get(name, 0)

    def make_room(self, cells: int, *, sequences: int, busy: Collection[str]) -> bool:
        """Forget idle channels, least recently used first, until so much is free; False where that does not suffice."""
        idle = [name for name in self._ledger.channels() if name not in busy]
        while self._memory.cells - self._ledger.cells < cells or not self._ledger.has_free(sequences):
            if not idle:
                return False
            self.forget(idle.pop(0))
        return True

    def channel(self, name: str, story: Sequence[Span]) -> tuple[Held, int]:
        """Return the channel's sequence, and how many tokens of its head came from disk.

        A channel that is not held is opened, with its head where it was saved before.
        """
        known = self._ledger.has_channel(name)
        held = self._ledger.channel(name)
        return held, 0 if known else self._restore(held, head_of(story))

    def bring(self, held: Held, wanted: Sequence[Span], *, reread: int) -> Plan:
        """Carry out the plan for what is wanted, but for the reading, which the caller does in batches."""
        work = plan(held.spans, wanted, self.capability, reread=reread)
        for run in work.remove:
            self._memory.remove(held.sequence, run)
        self._ledger.remove(held, work.remove)
        self._memory.keep(held.sequence, work.keep.length)
        self._ledger.keep(held, work.keep.length)
        held.layout = tuple(wanted)
        return work

    def fork(self, parent: Held) -> Held:
        """Open a sequence that shares all that another holds."""
        fork = self._ledger.fork(parent)
        self._memory.fork(parent.sequence, fork.sequence)
        return fork

    def decode(self, shares: Sequence[tuple[Held, Sequence[int], bool]]) -> list[int]:
        """Read tokens into sequences in one batch; return for each the index by which its logits are read."""
        chunks = [Chunk(held.sequence, held.length, tokens, draws) for held, tokens, draws in shares]
        last = self._memory.decode(chunks)
        for held, tokens, _ in shares:
            self._ledger.fill(held, len(tokens))
        return last

    def cut(self, fork: Held, tokens: int) -> None:
        """Take the last tokens out of a fork."""
        self._memory.keep(fork.sequence, fork.length - tokens)
        self._ledger.keep(fork, fork.length - tokens)

    def adopt(self, name: str, fork: Held) -> None:
        """Make a fork the channel."""
        self._memory.drop(self._ledger.adopt(name, fork).sequence)

    def drop(self, fork: Held) -> None:
        """Let go of a fork."""
        self._ledger.drop(fork)
        self._memory.drop(fork.sequence)

    def forget(self, name: str) -> None:
        """Let go of a channel."""
        self._memory.drop(self._ledger.forget(name).sequence)

    def save_head(self, name: str) -> None:
        """Keep the state of the head that a channel holds, if it is not kept yet."""
        held = self._ledger.channel(name)
        head = head_of(held.spans)
        tokens = _flat(head)
        is_whole = held.length > len(tokens) and self.capability is not Capability.APPEND
        if not is_whole or not self._ledger.has_free(1) or self._heads.has(tokens):
            return
        scratch = self._ledger.fork(held, len(tokens))
        self._memory.fork(held.sequence, scratch.sequence, len(tokens))
        try:
            self._heads.save(tokens, self._memory.save(scratch.sequence))
        finally:
            self.drop(scratch)

    def _restore(self, held: Held, head: tuple[Span, ...]) -> int:
        tokens = _flat(head)
        state = self._heads.load(tokens)
        if state is None or not self._memory.restore(held.sequence, state):
            return 0
        if self._memory.length(held.sequence) != len(tokens):
            self._memory.drop(held.sequence)
            return 0
        held.layout = head
        self._ledger.fill(held, len(tokens))
        return len(tokens)


def head_of(spans: Sequence[Span]) -> tuple[Span, ...]:
    """Return the pinned spans that stand in front of everything else."""
    return tuple(takewhile(lambda span: span.pinned, spans))


def _flat(spans: Sequence[Span]) -> tuple[int, ...]:
    return tuple(token for span in spans for token in span.tokens)
