"""A reply that was written behind a tail is read into its channel while nobody asks for anything."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from engine import Finish, Piece, Prompt, Sampling, Segment
from engine import committing as module
from engine.committing import CHUNK_TOKENS, Committing
from engine.messages import Cancel, Finished, Request
from tests.engine.conftest import CUE, GREEDY, HEAD, Bench, segment, told, turn

Open = Callable[..., Bench]

LORE = (segment("system", "The tide bell of the old pier has no clapper."),)
LONG = Sampling(temperature=0, repeat_penalty=1.0, max_tokens=80)


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "QUIET_SECONDS", 0.0)


def answered(label: str, *turns: Segment, tail: tuple[Segment, ...] = LORE) -> Prompt:
    """Return a prompt whose reply is to be kept as the turn with a label."""
    return Prompt((HEAD, *turns), replace(CUE, label=label), tail)


def kept(text: str, label: str) -> Segment:
    return Segment((*CUE.pieces, Piece(text.rstrip())), label)


def committing(bench: Bench) -> Committing:
    return bench.worker._loaded.jobs.committing


def rest(bench: Bench) -> int:
    """Let a worker do all that it does in idle time; return the steps that it took."""
    steps = 0
    while committing(bench).patience is not None:
        bench.step()
        steps += 1
    return steps


def history(ended: Finished) -> int:
    """Count the tokens of head and turns that were read."""
    return ended.figures.read - ended.figures.read_tail


@pytest.mark.parametrize("tail", [LORE, ()], ids=["behind a tail", "without one"])
def test_the_next_prompt_reads_nothing_but_the_new_turn(bench: Bench, open_worker: Open, tail: tuple[Segment]) -> None:
    text, _ = bench.play(answered("r1", turn(1), tail=tail), LONG)
    assert rest(bench) > 0
    following = answered("r2", turn(1), kept(text, "r1"), turn(2))
    again, ended = bench.play(following)
    assert ended.figures.read_commit == 0
    assert history(ended) == len(bench.worker._loaded.model.tokenize(turn(2)))
    assert ended.occupancy.totals.committed > (50 if tail else 0)
    assert again == open_worker().play(following)[0]


def test_a_retry_reads_nothing_again_and_its_reply_takes_the_place(bench: Bench, open_worker: Open) -> None:
    bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    other, ended = bench.play(answered("r1", turn(1)), replace(LONG, logit_bias=((50, -100.0),), temperature=1, seed=3))
    assert history(ended) == 0
    rest(bench)
    following = answered("r2", turn(1), kept(other, "r1"), turn(2))
    text, ended = bench.play(following)
    assert ended.figures.read_commit == 0
    assert text == open_worker().play(following)[0]


def test_who_comes_in_the_middle_is_served_and_the_rest_is_read_later(open_worker: Open) -> None:
    bench = open_worker(parallel=1)
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    bench.step()
    assert committing(bench).tokens == CHUNK_TOKENS
    other, _ = bench.play(answered("r1", turn(5)), channel="other")
    assert other == open_worker().play(answered("r1", turn(5)))[0]
    rest(bench)
    _, ended = bench.play(answered("r2", turn(1), kept(text, "r1"), turn(2)))
    assert ended.figures.read_commit == 0


def test_what_was_read_by_then_is_not_read_again_by_the_next_prompt(bench: Bench) -> None:
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    bench.step()
    following = answered("r2", turn(1), kept(text, "r1"), turn(2))
    _, ended = bench.play(following)
    reply = len(bench.worker._loaded.model.tokenize(kept(text, "r1")))
    assert ended.figures.read_commit == reply - CHUNK_TOKENS
    assert ended.figures.read_again == 0


def test_a_reply_that_became_another_text_is_read_from_where_it_differs(bench: Bench, open_worker: Open) -> None:
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    following = answered("r2", turn(1), kept(f"{text[: len(text) // 2]} the end.", "r1"), turn(2))
    again, ended = bench.play(following)
    assert 0 < ended.figures.read_commit < 60
    assert ended.figures.read_again == 0
    assert again == open_worker().play(following)[0]


def test_what_a_stopped_reply_has_said_is_read(bench: Bench) -> None:
    id = bench.request(answered("r1", turn(1)), LONG)
    while not bench.text(id):
        bench.step()
    bench.tell(Cancel(id))
    while not (ended := bench.ended(id)):
        bench.step()
    assert isinstance(ended, Finished)
    assert ended.reason is Finish.CANCELLED
    rest(bench)
    _, following = bench.play(answered("r2", turn(1), kept(bench.text(id), "r1"), turn(2)))
    assert following.figures.read_commit == 0


def test_nothing_is_read_for_what_is_no_turn_of_the_story(bench: Bench) -> None:
    bench.play(told(turn(1), tail=LORE))
    bench.tell(Request(99, "a", answered("r1", turn(1)), GREEDY, candidates=("Tolly", "Mira")))
    while not bench.ended(99):
        bench.step()
    assert committing(bench).patience is None


def test_a_suggestion_reads_the_reply_itself_and_nothing_is_due_any_more(bench: Bench) -> None:
    text, _ = bench.play(answered("r1", turn(1)))
    _, ended = bench.play(told(turn(1), kept(text, "r1"), tail=LORE))
    assert ended.figures.read_commit > 0
    assert committing(bench).patience is None


@pytest.mark.parametrize("kind", ["tiny_rwkv7", "tiny_lfm2"])
def test_a_model_that_cannot_go_back_is_left_alone(
    open_worker: Open, kind: str, request: pytest.FixtureRequest
) -> None:
    bench = open_worker(request.getfixturevalue(kind))
    bench.play(answered("r1", turn(1)))
    assert committing(bench).patience is None
    _, ended = bench.play(answered("r1", turn(1)))
    assert history(ended) == 0


def test_it_may_be_switched_off(open_worker: Open) -> None:
    bench = open_worker(commit="off")
    bench.play(answered("r1", turn(1)))
    assert committing(bench).patience is None


def test_a_channel_that_waits_in_ram_is_brought_back_for_it(open_worker: Open) -> None:
    bench = open_worker(parallel=1)
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    bench.worker._loaded.cache.park("a")
    rest(bench)
    _, ended = bench.play(answered("r2", turn(1), kept(text, "r1"), turn(2)))
    assert ended.figures.read_commit == 0


def test_a_channel_that_was_lost_is_left_to_the_next_prompt(open_worker: Open) -> None:
    bench = open_worker(ram_megabytes=0)
    bench.play(answered("r1", turn(1)), LONG)
    bench.worker._loaded.cache.park("a")
    rest(bench)
    assert committing(bench).tokens == 0


def test_what_was_read_for_it_and_is_lost_counts_as_read_again(bench: Bench) -> None:
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    bench.worker._loaded.cache.park("a")
    bench.worker._loaded.ram.take("a")
    _, ended = bench.play(answered("r2", turn(1), kept(text, "r1"), turn(2)))
    assert ended.figures.read_commit == 0
    assert ended.figures.read_rebuild > len(bench.worker._loaded.model.tokenize(kept(text, "r1")))


@pytest.mark.parametrize("again", [True, False], ids=["a retry", "the next prompt"])
def test_a_restart_finds_it_on_disk_and_the_story_without_it(open_worker: Open, tmp_path: Path, again: bool) -> None:
    bench = open_worker(cache=tmp_path)
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    bench.worker._loaded.disk._writer.submit(lambda: None).result()
    following = answered("r2", turn(1), kept(text, "r1"), turn(2))
    _, ended = open_worker(cache=tmp_path).play(answered("r1", turn(1)) if again else following)
    assert history(ended) == (0 if again else len(bench.worker._loaded.model.tokenize(turn(2))))


def test_a_reply_that_becomes_a_segment_of_its_own_is_found_on_disk_too(open_worker: Open, tmp_path: Path) -> None:
    """A notebook's cue is its last piece, and what was written the next one: the same tokens, divided otherwise."""
    bench = open_worker(cache=tmp_path)
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    following = answered("r2", turn(1), replace(CUE, label="r1"), Segment((Piece(text.rstrip()),), "r2"))
    _, ended = bench.play(following)
    assert ended.figures.read_commit == history(ended) == 0
    bench.worker._loaded.disk._writer.submit(lambda: None).result()
    _, ended = open_worker(cache=tmp_path).play(following)
    assert history(ended) == 0


def test_a_reply_that_goes_on_is_found_on_disk_too(open_worker: Open, tmp_path: Path) -> None:
    """Within a turn no piece would be found: the next one begins before it."""
    bench = open_worker(cache=tmp_path)
    text, _ = bench.play(answered("r1", turn(1)), LONG)
    rest(bench)
    following = answered("r2", turn(1), kept(f"{text.rstrip()} and the lamps went out.", "r1"), turn(2))
    bench.play(following)
    bench.worker._loaded.disk._writer.submit(lambda: None).result()
    _, ended = open_worker(cache=tmp_path).play(following)
    assert history(ended) == 0


@pytest.mark.parametrize("exact", [False, True])
def test_where_a_reply_has_moved_the_window_no_story_is_read_in_idle_time(open_worker: Open, exact: bool) -> None:
    """An exact one has to be read again then, by whoever wants it."""
    bench = open_worker(window=384, exact=exact)
    turns = [turn(number) for number in range(1, 5)]
    text, ended = bench.play(answered("r1", *turns), replace(LONG, max_tokens=200))
    assert ended.figures.trimmed_after > 0
    rest(bench)
    assert (committing(bench).tokens == 0) is exact
    left = turns[[one.label for one in turns].index(str(ended.window_from)) :]
    _, ended = bench.play(answered("r2", *left, kept(text, "r1"), turn(9)))
    assert exact or ended.figures.read_again == 0
