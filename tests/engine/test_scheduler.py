"""Who is in the next batch."""

from collections import deque
from types import SimpleNamespace
from typing import Any

from engine import Sampling
from engine.figures import Figures
from engine.ledger import Held
from engine.messages import Request
from engine.plan import Span
from engine.reading import Reading
from engine.scheduler import READ_WHILE_OTHERS_WRITE, Job, compose


def job(*, unread: int = 0, written: int = 0, is_fork: bool = True) -> Job:
    prompt: Any = None
    writing: Any = SimpleNamespace(tokens=list(range(written)))
    return Job(
        request=Request(1, "a", prompt, Sampling()),
        reading=Reading((), Span(()), Span((1,)), 10, 100),
        held=Held(0),
        unread=deque(range(unread)),
        figures=Figures(),
        arrived=0.0,
        aside=None,
        writing=writing,
        is_fork=is_fork,
    )


def sizes(*jobs: Job, capacity: int = 100) -> list[tuple[int, bool]]:
    return [(len(share.tokens), share.draws) for share in compose(jobs, capacity)]


def test_whoever_reads_alone_gets_the_whole_batch() -> None:
    assert sizes(job(unread=250)) == [(100, False)]
    assert sizes(job(unread=30)) == [(30, True)]


def test_those_who_write_come_first_and_keep_readers_short() -> None:
    assert sizes(job(unread=250), job(written=3), job(written=1)) == [
        (1, True),
        (1, True),
        (READ_WHILE_OTHERS_WRITE, False),
    ]


def test_readers_share_what_room_there_is_oldest_first() -> None:
    assert sizes(job(unread=60), job(unread=60), job(unread=5)) == [(60, True), (40, False)]


def test_nothing_is_drawn_behind_the_story_of_a_channel_whose_fork_comes_later() -> None:
    assert sizes(job(unread=30, is_fork=False)) == [(30, False)]


def test_nobody_at_work_is_an_empty_batch() -> None:
    assert compose([], 100) == []
