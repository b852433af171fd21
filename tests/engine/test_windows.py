"""Requests that were made for a window in which old turns still stood: what has left it is not read again."""

from collections.abc import Callable, Sequence

import pytest

from engine import Sampling, Segment
from engine.messages import Finished
from engine.plan import Span
from engine.reading import Reading
from engine.windows import CHANNELS_REMEMBERED, SPANS_REMEMBERED, Windows
from tests.engine.conftest import Bench, segment, told, turn

Open = Callable[..., Bench]
WINDOW = 512
ORDER = (segment("system", "Now the narrator tells what happens around the ferry."),)
LINE = (segment("system", "Now Anna answers."),)
SHORT, LONG = (Sampling(temperature=0, repeat_penalty=1.0, max_tokens=tokens) for tokens in (20, 110))
CUE = Span((9,), "cue")


def span(name: str, *, pinned: bool = False) -> Span:
    return Span(tuple(map(ord, name)), name, pinned)


HEAD, PIN = span("head", pinned=True), span("pin", pinned=True)
A, B, C, D, E, X = map(span, "abcdex")


@pytest.mark.parametrize(
    ("left", "held", "asked", "read"),
    [
        pytest.param([A, B], [HEAD, C, D], [HEAD, A, B, C, D], [HEAD, C, D], id="asked before the trim"),
        pytest.param([A, B], [HEAD, C, D], [HEAD, A, B, C, D, E], [HEAD, C, D, E], id="and with a turn more"),
        pytest.param([A, B], [HEAD, C, D], [HEAD, B, C], [HEAD, C], id="asked between two trims"),
        pytest.param([A, B], [HEAD, C, D], [HEAD, C, D], [HEAD, C, D], id="asked after it"),
        pytest.param([A, B], [HEAD, C, D], [HEAD, A, B], [HEAD, A, B], id="gone back to old turns"),
        pytest.param([A, B], [HEAD, C, D], [HEAD, A, X, C], [HEAD, A, X, C], id="another way to the same turn"),
        pytest.param([], [HEAD, C, D], [HEAD, A, C, D], [HEAD, A, C, D], id="a turn that was restored"),
        pytest.param([A, B], [HEAD, A, B, C], [HEAD, A, B, C], [HEAD, A, B, C], id="a trim that is still to come"),
        pytest.param([A, B], [HEAD], [HEAD, A, B, C], [HEAD, A, B, C], id="nothing is held"),
        pytest.param([A, B], [HEAD, PIN, C], [HEAD, A, PIN, B, C], [HEAD, PIN, C], id="around a pinned turn"),
        pytest.param([A, C, B], [HEAD, C, D], [HEAD, A, C, B, C, D], [HEAD, C, D], id="a turn that was said twice"),
    ],
)
def test_what_has_left_the_window_stays_out(
    left: Sequence[Span], held: Sequence[Span], asked: Sequence[Span], read: Sequence[Span]
) -> None:
    windows = Windows()
    windows.note("a", left, ())
    reading = Reading(tuple(asked), Span(()), CUE, 10, WINDOW, asked=tuple(asked))
    assert windows.as_of_now("a", held, reading).story == tuple(read)
    assert windows.as_of_now("b", held, reading).story == tuple(asked)


def test_old_trims_are_forgotten() -> None:
    windows = Windows()
    windows.note("a", [Span((1,), str(number)) for number in range(SPANS_REMEMBERED + 5)], ())
    assert len(windows._gone["a"]) == SPANS_REMEMBERED
    for number in range(CHANNELS_REMEMBERED):
        windows.note(f"{number}", [A], ())
    assert "a" not in windows._gone
    assert len(windows._gone) == CHANNELS_REMEMBERED


def full(bench: Bench, *, room: int) -> list[Segment]:
    """Let a channel read a story that leaves room for a short answer, not for a long one."""
    turns = [turn(1)]
    jobs = bench.worker._loaded.jobs
    while sum(len(jobs._model.tokenize(one)) for one in told(*turns).story) < WINDOW - room:
        turns.append(turn(len(turns) + 1))
    bench.play(told(*turns, tail=LINE), SHORT)
    return turns


def finish(bench: Bench, *ids: int) -> list[Finished]:
    while not all(map(bench.ended, ids)):
        bench.step()
    return [ended for ended in map(bench.ended, ids) if isinstance(ended, Finished)]


def test_what_was_asked_for_before_a_trim_does_not_undo_it(open_worker: Open) -> None:
    bench = open_worker(window=WINDOW, parallel=3)
    turns = full(bench, room=120)
    passage = bench.request(told(*turns, tail=ORDER), LONG)
    suggestions = [bench.request(told(*turns, tail=LINE), SHORT) for _ in range(2)]
    first, *others = finish(bench, passage, *suggestions)
    assert first.figures.trimmed > 0
    assert [one.figures.read_again for one in (first, *others)] == [0, 0, 0]
    assert {one.window_from for one in others} == {first.window_from}


def test_a_trim_under_a_suggestion_that_is_being_written_reads_nothing_again(open_worker: Open) -> None:
    bench = open_worker(window=WINDOW, parallel=3)
    turns = full(bench, room=120)
    suggestion = bench.request(told(*turns, tail=LINE), SHORT)
    while not bench.text(suggestion):
        bench.step()
    passage = bench.request(told(*turns, tail=ORDER), LONG)
    for _ in range(2):
        bench.step()
    assert not bench.ended(suggestion)
    ended, _ = finish(bench, passage, suggestion)
    assert ended.figures.trimmed > 0
    assert ended.figures.read_again == 0
    alone = open_worker(window=WINDOW).play(told(*turns, tail=LINE), SHORT)[0]
    assert bench.text(suggestion) == alone


def test_where_there_is_no_room_for_a_trim_beside_a_suggestion_it_waits(
    open_worker: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = open_worker(window=WINDOW, parallel=3)
    turns = full(bench, room=120)
    suggestion = bench.request(told(*turns, tail=LINE), SHORT)
    while not bench.text(suggestion):
        bench.step()
    loaded = bench.worker._loaded
    monkeypatch.setattr(loaded.memory, "cells", loaded.cache.cells_used + WINDOW // 2)
    passage = bench.request(told(*turns, tail=ORDER), LONG)
    while not bench.ended(suggestion):
        assert len(bench.worker._running) == 1
        bench.step()
    (ended,) = finish(bench, passage)
    assert ended.figures.trimmed > 0
    assert ended.figures.read_again == 0
