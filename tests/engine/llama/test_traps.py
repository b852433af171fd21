"""What llama.cpp falsifies without a word: a test for each guard, which fails without it.

1 states saved behind a shift · 2 aborted decodes · 3 cells that sequences share · 4 keys that a shift scales · 6 states
that cannot go back · 10 pieces that are longer than the binding's buffer.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import llama_cpp
import pytest

from engine import Capability, Prompt, Sampling, Tier
from engine.cache import Cache
from engine.llama.memory import Memory, UnsafeOperation
from engine.llama.model import Model
from engine.llama.probe import probe
from engine.messages import Cancel
from engine.plan import Remove, Span
from engine.tiers import Disk, Ram
from tests.engine.conftest import CUE, Bench, segment, told, turn
from tests.engine.llama.conftest import TOKENS, read
from tests.engine.naive import divergence
from tests.tiny_gguf import write_tiny_model

Open = Callable[..., Bench]
OpenMemory = Callable[[Path], Memory]
LONG = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=40)
TAIL = (segment("system", "Now Anna answers."),)
SPANS = tuple(Span(tuple(TOKENS[start : start + 20]), str(start)) for start in range(0, 60, 20))
NEXT = 50


def cache_of(memory: Memory) -> Cache:
    cache = Cache(memory, Ram(1_000_000), Disk(None, quota=0, setting=""), Capability.SURGERY)
    cache.bring(cache.open("a", (), exact=False).held, SPANS, reread=0)
    cache.decode([(cache.open("a", (), exact=False).held, TOKENS, False)])
    return cache


def shifted(memory: Memory) -> Any:
    """Return what is behind NEXT in a sequence that was shifted by decodes alone."""
    read(memory, TOKENS)
    memory.remove(0, Remove(0, 20))
    expected = read(memory, [NEXT], at=40)
    memory.clear()
    return expected


def test_1_a_sequence_is_not_saved_while_a_shift_is_pending(memory: Memory) -> None:
    """The cells' positions move at once and their keys with the next decode: a state in between holds the old keys."""
    read(memory, TOKENS)
    memory.remove(0, Remove(10, 20))
    with pytest.raises(UnsafeOperation, match="pending"):
        memory.save(0)
    memory.fork(0, 1)
    with pytest.raises(UnsafeOperation, match="pending"):
        memory.save(1)
    with pytest.raises(UnsafeOperation, match="pending"):
        memory.save(1, 0, 30)
    read(memory, TOKENS[:1], at=50)
    assert memory.save(0)


@pytest.mark.parametrize("how", ["settle", "park", "detach"])
def test_1_what_is_moved_behind_a_shift_is_what_was_shifted(memory: Memory, how: str) -> None:
    expected = shifted(memory)
    cache = cache_of(memory)
    cache.trim("a", SPANS[1:])
    held = cache.open("a", (), exact=False).held
    if how == "settle":
        memory.settle()
        state = memory.save(held.sequence)
        memory.drop(held.sequence)
        assert memory.restore(held.sequence, state)
    elif how == "park":
        cache.park("a")
        held = cache.open("a", (), exact=False).held
    else:
        held = cache.fork(held)
        assert cache.detach(held)
    assert divergence(expected, read(memory, [NEXT], sequence=held.sequence, at=40)) < 1e-6


def test_2_a_decode_is_never_aborted(open_worker: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """An abort in the decode that carries a shift out leaves some layers shifted and others not."""
    armed: list[object] = []
    open_context = llama_cpp.llama_init_from_model

    def watched(model: Any, parameters: Any) -> Any:
        armed.extend([True] if parameters.abort_callback else [])
        return open_context(model, parameters)

    monkeypatch.setattr(llama_cpp, "llama_init_from_model", watched)
    monkeypatch.setattr(llama_cpp, "llama_set_abort_callback", lambda *how: armed.append(how))
    turns = [turn(number) for number in range(1, 9)]
    cancelled, other = open_worker(), open_worker()
    for bench in cancelled, other:
        bench.play(told(*turns, tail=TAIL))
    id = cancelled.request(told(*turns[2:], turn(9)))
    cancelled.step()
    assert cancelled.worker._loaded.cache.held()["a"] < other.worker._loaded.cache.held()["a"]
    cancelled.tell(Cancel(id))
    cancelled.step()
    assert cancelled.ended(id)
    assert cancelled.play(told(*turns[2:], turn(9)))[0] == other.play(told(*turns[2:], turn(9)))[0]
    assert not armed


def test_3_cells_that_forks_share_are_not_shifted(memory: Memory) -> None:
    """A cell has one position for all sequences: shifted in one of them, it moves in the others too."""
    cache = cache_of(memory)
    fork = cache.fork(cache.open("a", (), exact=False).held)
    cache.trim("a", SPANS[1:])
    exact = read(memory, [*TOKENS, NEXT], sequence=3)
    assert memory.length(fork.sequence) == 60
    assert divergence(exact, read(memory, [NEXT], sequence=fork.sequence, at=60)) < 1e-6


def test_3_a_trim_under_a_running_suggestion_leaves_that_as_it_is(bench: Bench, open_worker: Open) -> None:
    turns = [turn(number) for number in range(1, 9)]
    expected, _ = open_worker().play(told(*turns[:2], tail=TAIL), LONG)
    bench.play(told(*turns[:2]))
    aside = bench.request(told(*turns[:2], tail=TAIL), LONG)
    bench.step()
    bench.step()
    _, ended = bench.play(told(*turns[1:]))
    assert ended.figures.trimmed > 0
    while not bench.ended(aside):
        bench.step()
    assert bench.text(aside) == expected


def test_3_a_head_that_others_share_is_not_shifted_under_them(bench: Bench) -> None:
    first = segment("system", "Mira is the pilot of a ferry.", pinned=True)
    second = segment("system", "Tolly keeps the lamps.", pinned=True)
    other = Prompt((first, second, turn(2)), CUE)
    longer = replace(LONG, max_tokens=150)
    expected, _ = bench.play(other, longer, channel="other")
    speaking = bench.request(other, longer, channel="other")
    while not bench.text(speaking):
        bench.step()
    bench.play(Prompt((first, second, turn(1)), CUE))
    bench.play(Prompt((replace(first, pinned=False), second, turn(1)), CUE))
    _, ended = bench.play(Prompt((second, turn(1)), CUE))
    assert not bench.ended(speaking)
    assert ended.figures.trimmed == 0
    while not bench.ended(speaking):
        bench.step()
    assert bench.text(speaking) == expected


def test_3_a_trim_in_mid_reply_leaves_its_channel_as_it_was(open_worker: Open) -> None:
    turns = [turn(number, f"Anna: Yes {number}.") for number in range(5)]
    bench = open_worker(window=256)
    expected, _ = bench.play(told(*turns))
    _, ended = bench.play(told(*turns, tail=TAIL), replace(LONG, max_tokens=150))
    assert ended.figures.trimmed_after > 0
    assert ended.figures.read_again == 0
    again, retried = bench.play(told(*turns))
    assert retried.figures.read_again == 0
    assert again == expected


def test_4_a_model_that_scales_its_keys_is_not_shifted(
    open_memory: OpenMemory, open_worker: Open, tmp_path: Path
) -> None:
    """YaRN multiplies keys by a factor as it rotates them; each shift would do so once more."""
    yarn = write_tiny_model(tmp_path / "yarn.gguf", yarn_factor=4)
    assert probe(open_memory(yarn)) is Capability.PREFIX
    bench = open_worker(yarn)
    turns = [turn(number) for number in range(1, 9)]
    bench.play(told(*turns[:4]))
    text, ended = bench.play(told(*turns[2:]))
    assert ended.figures.trimmed == 0
    assert text == open_worker(yarn).play(told(*turns[2:]))[0]


def test_4_a_plain_model_is_shifted(memory: Memory) -> None:
    assert probe(memory) is Capability.SURGERY
    assert memory.length(0) == 0


@pytest.mark.parametrize("kind", ["tiny_rwkv7", "tiny_lfm2"])
def test_6_a_state_is_neither_cut_nor_shared_nor_saved_in_part(
    kind: str, open_memory: OpenMemory, request: pytest.FixtureRequest
) -> None:
    """llama.cpp says yes to a middle removal, and the recurrent state keeps what was removed."""
    memory = open_memory(request.getfixturevalue(kind))
    read(memory, TOKENS)
    for operation in (
        lambda: memory.remove(0, Remove(10, 20)),
        lambda: memory.keep(0, 30),
        lambda: memory.fork(0, 1, 30),
        lambda: memory.save(0, 0, 30),
    ):
        with pytest.raises(UnsafeOperation):
            operation()
    state = memory.save(0)
    memory.fork(0, 1)
    assert memory.length(1) == 60
    assert not memory.restore(1, state)
    assert memory.restore(2, state)
    behind = [read(memory, [NEXT], sequence=sequence, at=60) for sequence in (0, 2)]
    assert divergence(*behind) < 1e-6
    assert probe(memory) is Capability.APPEND


@pytest.mark.parametrize("kind", ["tiny_rwkv7", "tiny_lfm2"])
def test_6_a_state_is_kept_whole_and_not_shared(
    kind: str, open_worker: Open, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    model: Path = request.getfixturevalue(kind)
    bench = open_worker(model, cache=tmp_path)
    texts = {name: bench.play(told(turn(number)), channel=name)[0] for number, name in enumerate("ab")}
    bench.worker._loaded.disk.close()
    bench = open_worker(model, cache=tmp_path)
    for number, name in enumerate("ab"):
        text, ended = bench.play(told(turn(number)), channel=name)
        assert text == texts[name] == open_worker(model).play(told(turn(number)))[0]
        assert (ended.figures.tier, ended.figures.read) == (Tier.DISK, ended.figures.read_tail)


@pytest.mark.parametrize("kind", ["tiny_rwkv7", "tiny_lfm2"])
def test_6_a_trimmed_or_edited_story_is_read_anew(kind: str, open_worker: Open, request: pytest.FixtureRequest) -> None:
    model: Path = request.getfixturevalue(kind)
    bench = open_worker(model)
    turns = [turn(number) for number in range(1, 9)]
    bench.play(told(*turns[:4]))
    for story in (turns[2:], [*turns[2:5], turn(99)], turns[2:4]):
        text, ended = bench.play(told(*story))
        assert ended.figures.held == 0
        assert text == open_worker(model).play(told(*story))[0]


@pytest.mark.parametrize("word", ["~" * 33, "=" * 300, "ю" * 200], ids=["33 bytes", "300 bytes", "400 bytes"])
def test_10_a_long_piece_is_not_lost(tmp_path: Path, word: str) -> None:
    """The binding's own detokenize has room for 32 bytes, and drops a token that is longer."""
    model = Model(write_tiny_model(tmp_path / "long.gguf", long_words=(word,)), gpu_layers=0)
    assert model.pieces[-1].decode() == word
    model.close()


def test_10_a_long_piece_is_shown(tmp_path: Path, open_worker: Open) -> None:
    bench = open_worker(write_tiny_model(tmp_path / "long.gguf", long_words=("=" * 300,)))
    last = len(bench.worker._loaded.model.pieces) - 1
    forced = Sampling(max_tokens=1, logit_bias=((last, 100.0),))
    assert bench.play(told(turn(1)), forced)[0] == "=" * 300
