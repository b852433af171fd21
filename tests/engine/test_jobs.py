"""Jobs that compete for cells: whoever asks for much waits or is refused, and the others go on as if alone."""

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from engine import Prompt, PromptTooLong, Sampling
from engine.llama.batch import Chunk
from engine.llama.memory import Memory
from engine.messages import Failed, Request, Scored
from tests.engine.conftest import GREEDY, Bench, segment, told, turn
from tests.tiny_gguf import WORDS

Open = Callable[..., Bench]
LONG = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=30)
TAIL = (segment("system", "Now Anna answers."),)


def score(bench: Bench, prompt: Prompt, *candidates: str) -> int:
    bench.ids += 1
    bench.tell(Request(bench.ids, "a", prompt, GREEDY, candidates=candidates))
    return bench.ids


def finish(bench: Bench, *ids: int) -> None:
    while not all(map(bench.ended, ids)):
        bench.step()


def test_an_edit_under_a_running_suggestion_finds_room_among_idle_channels(open_worker: Open) -> None:
    """The suggestion still holds the cells of the old turns, so the new ones need cells of their own."""
    bench = open_worker(window=256)
    bench.play(told(turn(50), turn(51), turn(52)), channel="idle")
    bench.play(told(turn(1), turn(2), turn(3)))
    suggestion = bench.request(told(turn(1), turn(2), turn(3), tail=TAIL), LONG)
    bench.step()
    bench.step()
    edited = told(turn(11), turn(12), turn(13))
    reply = bench.request(edited, LONG)
    finish(bench, suggestion, reply)
    assert bench.text(reply) == open_worker().play(edited, LONG)[0]


def test_a_long_candidate_is_scored_in_a_full_memory(open_worker: Open) -> None:
    bench = open_worker(window=384, parallel=1, batch=64)
    for name in "bcd":
        bench.play(told(*map(turn, range(4))), channel=name)
    id = score(bench, told(turn(1)), WORDS, f"{WORDS} {WORDS}")
    finish(bench, id)
    ((short, long),) = [one.scores for one in bench.events if isinstance(one, Scored)]
    assert len(long) > 64 > len(short)
    assert long[: len(short)] == pytest.approx(short, abs=1e-4)


@pytest.mark.parametrize(("parallel", "most"), [(4, 1), (1, 4)], ids=["room for all", "few sequences"])
def test_candidates_are_scored_in_one_batch_where_there_is_room(
    open_worker: Open, parallel: int, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("Captain Mira", "Tolly", "the old ferryman", "a", "Mira said")
    bench = open_worker(parallel=parallel)
    alone: list[tuple[float, ...]] = []
    for name in names:
        finish(bench, score(bench, told(turn(1)), name))
        alone += [one.scores[0] for one in bench.events if isinstance(one, Scored)]
        bench.events.clear()
    sizes: list[int] = []
    decode = Memory.decode

    def counted(memory: Memory, chunks: Sequence[Chunk]) -> list[int]:
        sizes.append(len(chunks))
        return decode(memory, chunks)

    monkeypatch.setattr(Memory, "decode", counted)
    finish(bench, score(bench, told(turn(1)), *names))
    (together,) = [one.scores for one in bench.events if isinstance(one, Scored)]
    assert [list(scores) for scores in together] == [pytest.approx(scores, abs=1e-3) for scores in alone]
    assert 1 <= len(sizes) - 1 <= most
    assert sum(sizes[1:]) == len([name for name, scores in zip(names, alone, strict=True) if len(scores) > 1])


def test_a_candidate_that_does_not_fit_is_refused_and_the_others_go_on(bench: Bench, open_worker: Open) -> None:
    written = bench.request(told(turn(1)), channel="b")
    scored = score(bench, told(turn(1)), WORDS * 30)
    finish(bench, written, scored)
    ended = bench.ended(scored)
    assert isinstance(ended, Failed)
    assert isinstance(ended.error, PromptTooLong)
    assert bench.text(written) == open_worker().play(told(turn(1)))[0]


def test_what_is_taken_back_behind_a_trim_stays_trimmed(tiny_lfm2: Path, open_worker: Open) -> None:
    """A state cannot go back, so the reply is read again: behind the turns that its trim has left."""
    bench = open_worker(tiny_lfm2, window=256)
    prompt = told(*(turn(number, f"Anna: Yes {number}.") for number in range(7)))
    pairs = tuple(f"{one}{other}" for one in "nst" for other in "abcdeilmnoprst ")
    id = bench.request(prompt, Sampling(seed=2, max_tokens=230, banned_strings=pairs))
    taken_back = 0
    while not bench.ended(id):
        bench.step()
        for job in bench.worker._running:
            assert job.held.length + len(job.unread) <= 256
            taken_back += job.figures.trimmed_after > 0 and len(job.unread) > len(job.writing.tokens)
    assert taken_back > 1
