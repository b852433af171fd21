"""Who is in the next batch."""

from collections import deque
from types import SimpleNamespace
from typing import Any

from engine import Priority, Sampling
from engine.figures import Figures
from engine.ledger import Held
from engine.line import AGEING_SECONDS
from engine.llama.batch import MOST_DRAWS
from engine.messages import Request
from engine.plan import Span
from engine.reading import Reading
from engine.scheduler import Job, compose

BESIDE = 8


def job(
    *, unread: int = 0, written: int = 0, is_fork: bool = True, priority: Priority = Priority.INTERACTIVE, text: int = 0
) -> Job:
    prompt: Any = None
    writing: Any = SimpleNamespace(tokens=list(range(written)))
    explaining: Any = SimpleNamespace(to_come=text)
    return Job(
        request=Request(1, "a", prompt, Sampling(), priority),
        reading=Reading((), Span(()), Span((1,)), 10, 100),
        held=Held(0),
        unread=deque(range(unread)),
        figures=Figures(),
        arrived=0.0,
        aside=None,
        writing=writing,
        explaining=explaining if text else None,
        is_fork=is_fork,
    )


def sizes(*jobs: Job, capacity: int = 100, now: float = 0.0) -> list[tuple[int, int]]:
    return [(len(share.tokens), share.draws) for share in compose(jobs, capacity, now, beside=BESIDE)]


def test_whoever_reads_alone_gets_the_whole_batch() -> None:
    assert sizes(job(unread=250)) == [(100, 0)]
    assert sizes(job(unread=30)) == [(30, 1)]


def test_those_who_write_come_first_and_keep_readers_short() -> None:
    assert sizes(job(unread=250), job(written=3), job(written=1)) == [
        (1, 1),
        (1, 1),
        (BESIDE, 0),
    ]


def test_readers_share_what_room_there_is_oldest_first() -> None:
    assert sizes(job(unread=60), job(unread=60), job(unread=5)) == [(60, 1), (40, 0)]


def test_nothing_is_drawn_behind_the_story_of_a_channel_whose_fork_comes_later() -> None:
    assert sizes(job(unread=30, is_fork=False)) == [(30, 0)]


def test_urgent_readers_come_first_until_others_have_waited_long() -> None:
    background, reply = job(unread=250, priority=Priority.BACKGROUND), job(unread=90)
    assert sizes(background, reply) == [(90, 1), (10, 0)]
    assert sizes(background, reply, now=AGEING_SECONDS * Priority.BACKGROUND) == [(100, 0)]


def test_all_tokens_of_a_text_that_is_explained_are_drawn_behind_and_no_others() -> None:
    assert sizes(job(unread=250, text=30)) == [(100, 0)]
    assert sizes(job(unread=120, text=30)) == [(100, 10)]
    assert sizes(job(unread=20, text=20)) == [(20, 20)]
    assert sizes(job(unread=20, text=20, is_fork=False)) == [(20, 0)]
    assert sizes(job(unread=900, text=900), capacity=2000) == [(MOST_DRAWS, MOST_DRAWS)]


def test_nobody_at_work_is_an_empty_batch() -> None:
    assert compose([], 100, 0.0, beside=BESIDE) == []
