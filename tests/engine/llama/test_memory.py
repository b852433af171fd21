"""The guards around llama.cpp's memory: each of these operations would falsify a cache in silence, or abort."""

from pathlib import Path

import pytest

from engine import ModelError
from engine.llama.batch import Chunk
from engine.llama.memory import Memory, NoRoom, UnsafeOperation
from engine.llama.model import Model
from engine.plan import Remove
from tests.engine.llama.conftest import TOKENS, read
from tests.engine.naive import divergence


def test_a_saved_sequence_comes_back_as_it_was(memory: Memory) -> None:
    read(memory, TOKENS)
    state = memory.save(0)
    expected = read(memory, TOKENS[:1], at=60)
    assert memory.restore(1, state)
    assert memory.length(1) == 60
    assert divergence(expected, read(memory, TOKENS[:1], sequence=1, at=60)) < 1e-9


def test_a_state_that_does_not_fit_leaves_the_sequence_empty(memory: Memory) -> None:
    read(memory, TOKENS)
    state = memory.save(0)
    assert not memory.restore(1, state[: len(state) // 2])
    assert memory.length(1) == 0


def test_removing_and_shifting_is_close_to_reading_the_rest(memory: Memory) -> None:
    """What stays was read with what is gone, so it is close and not equal: 0.30 here, as measured."""
    read(memory, TOKENS)
    memory.remove(0, Remove(8, 24))
    shifted = read(memory, TOKENS[:1], at=44)
    exact = read(memory, TOKENS[:8] + TOKENS[24:] + TOKENS[:1], sequence=1)
    other = read(memory, TOKENS[::-1], sequence=2)
    assert divergence(exact, shifted) < 0.4 < divergence(exact, other)


@pytest.mark.parametrize("run", [Remove(5, 5), Remove(-1, 4), Remove(50, 61)])
def test_a_run_that_is_not_there_is_refused(memory: Memory, run: Remove) -> None:
    read(memory, TOKENS)
    with pytest.raises(UnsafeOperation):
        memory.remove(0, run)


def test_a_sequence_goes_on_where_it_stands(memory: Memory) -> None:
    read(memory, TOKENS)
    with pytest.raises(UnsafeOperation):
        read(memory, TOKENS, at=61)
    with pytest.raises(UnsafeOperation):
        read(memory, TOKENS, sequence=4)


def test_too_many_tokens_change_nothing(memory: Memory) -> None:
    for sequence in range(4):
        read(memory, TOKENS, sequence=sequence)
    with pytest.raises(NoRoom):
        read(memory, TOKENS, at=60)
    assert [memory.length(sequence) for sequence in range(4)] == [60] * 4
    with pytest.raises(ValueError, match="64"):
        memory.batch.fill([Chunk(0, 60, range(65), draws=1)])


def test_a_fork_wants_an_empty_sequence(memory: Memory) -> None:
    read(memory, TOKENS)
    memory.fork(0, 1, 10)
    assert memory.length(1) == 10
    with pytest.raises(UnsafeOperation):
        memory.fork(0, 1)


@pytest.mark.parametrize("keep", [3, 4, 100, 20_000, 400_000])
def test_a_truncated_model_is_refused_with_a_sentence(tiny_model: Path, tmp_path: Path, keep: int) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(tiny_model.read_bytes()[:keep])
    with pytest.raises(ModelError, match=r"cannot be loaded: .+"):
        Model(path, gpu_layers=0)


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.gguf"
    path.write_text("Dear Mira")
    with pytest.raises(ModelError, match="it is no GGUF file"):
        Model(path, gpu_layers=0)
    with pytest.raises(ModelError, match="No such file"):
        Model(tmp_path / "missing.gguf", gpu_layers=0)
