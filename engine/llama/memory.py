"""One llama.cpp context and its memory, with the operations that are safe and no others.

llama.cpp aborts the process on a wrong argument and falsifies a cache in silence on a wrong order of calls: every
argument is checked here, and every rule that its own checks leave out.
"""

import ctypes
from collections.abc import Sequence
from typing import Any

import llama_cpp
import numpy

from engine.config import EngineSettings
from engine.errors import ModelError, clause
from engine.llama.batch import Batch, Chunk
from engine.llama.model import Model
from engine.plan import Remove

CACHE_TYPES = {"f16": llama_cpp.GGML_TYPE_F16, "q8_0": llama_cpp.GGML_TYPE_Q8_0}
CELLS_STEP = 256
MOST_SEQUENCES = 256


Logits = numpy.ndarray[Any, numpy.dtype[numpy.float32]]
"""One number for each token of the vocabulary."""

LogProbabilities = numpy.ndarray[Any, numpy.dtype[numpy.float64]]
"""The same, normalised, in natural logarithms."""

State = bytes | memoryview
"""What some cells hold, as llama.cpp writes it."""


class NoRoom(Exception):
    """The batch did not fit into the free cells; nothing has changed."""


class DecodeFailed(Exception):
    """llama.cpp could not compute a batch."""

    def __init__(self, code: int) -> None:
        super().__init__(f"llama_decode returned {code}")


class UnsafeOperation(Exception):
    """An operation on the memory that would abort the process or falsify what is held."""


class Memory:
    """A unified context of `cells` cells and `sequences` sequences over a model."""

    def __init__(self, model: Model, settings: EngineSettings, *, cells: int, sequences: int, threads: int) -> None:
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = -(-cells // CELLS_STEP) * CELLS_STEP
        parameters.n_seq_max = min(sequences + 1, MOST_SEQUENCES)
        # llama.cpp aborts where a batch has no room for an output of each sequence
        parameters.n_batch = parameters.n_ubatch = max(settings.batch, parameters.n_seq_max)
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.kv_unified = True
        parameters.swa_full = True
        parameters.flash_attn_type = int(settings.flash_attention)
        parameters.type_k = parameters.type_v = CACHE_TYPES[settings.cache_type]
        context = llama_cpp.llama_init_from_model(model.pointer, parameters)
        if not context:
            raise ModelError(
                model.path,
                clause("there is not enough memory for a context of {tokens:,} tokens", tokens=parameters.n_ctx),
            )
        self.model = model
        self.context: Any = context
        self.cells = int(llama_cpp.llama_n_ctx(context))
        self.sequences = int(llama_cpp.llama_n_seq_max(context)) - 1
        self._scratch = self.sequences
        self.layout = f"{llama_cpp.__version__} {settings.cache_type} flash={settings.flash_attention}"
        self.batch = Batch(settings.batch)
        self._memory: Any = llama_cpp.llama_get_memory(context)
        self._shift_pending: set[int] = set()

    def close(self) -> None:
        self.batch.close()
        llama_cpp.llama_free(self.context)

    def decode(self, chunks: Sequence[Chunk]) -> list[int]:
        """Read the chunks in one batch; return for each the index by which its logits are read.

        Raises NoRoom where the cells do not suffice, DecodeFailed on anything worse.
        """
        for chunk in chunks:
            held = self.length(chunk.sequence)
            if held and chunk.position != held:
                raise UnsafeOperation(f"sequence {chunk.sequence} must go on at {held}")
        last = self.batch.fill(chunks)
        code = llama_cpp.llama_decode(self.context, self.batch.raw)
        if code == 1:
            raise NoRoom
        if code:
            raise DecodeFailed(code)
        self._shift_pending.clear()
        return last

    def logits(self, index: int) -> Logits:
        """Copy the logits behind the batch's token `index`."""
        return numpy.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(self.context, index), (self.model.size,)).copy()

    def last_logits(self, index: int, count: int) -> list[Logits]:
        """Copy the logits behind the batch's last `count` tokens up to `index`."""
        return [self.logits(index - back) for back in reversed(range(count))]

    def length(self, sequence: int) -> int:
        """Count the tokens that a sequence holds."""
        self._check(sequence)
        return int(llama_cpp.llama_memory_seq_pos_max(self._memory, sequence)) + 1

    def clear(self) -> None:
        """Forget everything."""
        llama_cpp.llama_memory_clear(self._memory, True)
        self._shift_pending.clear()

    def drop(self, sequence: int) -> None:
        """Forget all of a sequence."""
        self._check(sequence)
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, -1, -1)
        self._shift_pending.discard(sequence)

    def keep(self, sequence: int, length: int) -> None:
        """Cut a sequence to its first `length` tokens. Raises UnsafeOperation where the model cannot go back."""
        if length == self.length(sequence):
            return
        if length == 0:
            self.drop(sequence)
        elif not llama_cpp.llama_memory_seq_rm(self._memory, sequence, length, -1):
            raise UnsafeOperation("this model's memory cannot be rolled back")

    def fork(self, source: int, target: int, length: int | None = None) -> None:
        """Let an empty sequence share the first `length` cells of another, or all of them."""
        if self.length(target):
            raise UnsafeOperation(f"sequence {target} is not empty")
        if length is None or length == self.length(source):
            llama_cpp.llama_memory_seq_cp(self._memory, source, target, -1, -1)
        elif self.model.rewrites_state:
            raise UnsafeOperation("this model's state can only be shared whole")
        else:
            llama_cpp.llama_memory_seq_cp(self._memory, source, target, 0, length)
        if source in self._shift_pending:
            self._shift_pending.add(target)

    def remove(self, sequence: int, run: Remove) -> None:
        """Take a run of tokens out of a sequence and shift what follows.

        The caller sees to it that no fork shares what is shifted: its positions would move too. The shift itself is
        carried out by the next decode.
        """
        if not (self.model.has_plain_positions and llama_cpp.llama_memory_can_shift(self._memory)):
            raise UnsafeOperation("this model's positions cannot be shifted")
        if self.model.rewrites_state:
            raise UnsafeOperation("this model's state keeps what is removed")
        if not 0 <= run.start < run.stop <= self.length(sequence):
            raise UnsafeOperation(f"there is no run {run.start}–{run.stop} in sequence {sequence}")
        llama_cpp.llama_memory_seq_rm(self._memory, sequence, run.start, run.stop)
        llama_cpp.llama_memory_seq_add(self._memory, sequence, run.stop, -1, run.start - run.stop)
        self._shift_pending.add(sequence)

    def settle(self) -> None:
        """Carry out the shifts that wait, by decoding one token that nobody keeps: llama.cpp has no call for it."""
        if self._shift_pending:
            self.batch.fill([Chunk(self._scratch, 0, (0,), draws=0)])
            if llama_cpp.llama_decode(self.context, self.batch.raw) == 0:
                self._shift_pending.clear()
            llama_cpp.llama_memory_seq_rm(self._memory, self._scratch, -1, -1)

    def save(self, sequence: int, start: int = 0, stop: int | None = None) -> State:
        """Copy the state of a sequence, or of its positions from `start` to `stop`.

        Raises UnsafeOperation while a shift waits for the next decode, or where a state has no parts.
        """
        self._check(sequence)
        if sequence in self._shift_pending:
            raise UnsafeOperation("a shift is pending: the saved positions would be false")
        stop = self.length(sequence) if stop is None else stop
        if (start, stop) == (0, self.length(sequence)):
            return self._save(sequence)
        if self.model.rewrites_state:
            raise UnsafeOperation("this model's state can only be saved whole")
        llama_cpp.llama_memory_seq_cp(self._memory, sequence, self._scratch, start, stop)
        try:
            return self._save(self._scratch)
        finally:
            llama_cpp.llama_memory_seq_rm(self._memory, self._scratch, -1, -1)

    def restore(self, sequence: int, state: State) -> bool:
        """Append a saved state to a sequence; False, and nothing changed, where it does not belong there."""
        buffer = numpy.frombuffer(state, numpy.uint8)
        target = llama_cpp.llama_seq_id(self._scratch)
        try:
            if not llama_cpp.llama_state_seq_set_data(self.context, _pointer(buffer), len(state), target):
                return False
            first = int(llama_cpp.llama_memory_seq_pos_min(self._memory, self._scratch))
            if self.length(sequence) != (0 if self.model.rewrites_state else first):
                return False
            llama_cpp.llama_memory_seq_cp(self._memory, self._scratch, sequence, -1, -1)
            return True
        finally:
            llama_cpp.llama_memory_seq_rm(self._memory, self._scratch, -1, -1)

    def _save(self, sequence: int) -> State:
        source = llama_cpp.llama_seq_id(sequence)
        size = int(llama_cpp.llama_state_seq_get_size(self.context, source))
        buffer = numpy.empty(size, numpy.uint8)
        written = llama_cpp.llama_state_seq_get_data(self.context, _pointer(buffer), size, source)
        return buffer.data[:written]

    def _check(self, sequence: int) -> None:
        if not 0 <= sequence < self.sequences:
            raise UnsafeOperation(f"there is no sequence {sequence}")


def _pointer(buffer: numpy.ndarray[Any, numpy.dtype[numpy.uint8]]) -> Any:
    return buffer.ctypes.data_as(ctypes.POINTER(ctypes.c_uint8))


def log_probabilities(logits: Logits) -> LogProbabilities:
    """Return the natural logarithms of the probabilities that logits stand for."""
    exact = logits.astype(numpy.float64)
    exact -= exact.max()
    return exact - numpy.log(numpy.exp(exact).sum())
