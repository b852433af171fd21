"""Who reads and who writes in the next batch. Pure: it moves no memory and decodes nothing."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.explaining import Explaining
from engine.figures import Figures
from engine.ledger import Held
from engine.line import urgency
from engine.llama.batch import MOST_DRAWS
from engine.messages import Request
from engine.plan import Span
from engine.reading import Reading
from engine.writing import Writing


@dataclass(slots=True)
class Job:
    """One request under way.

    `held` is the sequence being filled with `unread`: the channel's own while the story is read, then a fork of it.
    `aside` is what the fork reads behind the story and does not leave to the channel; None where the fork is to
    become the channel. `said` is the text that was shown so far.
    """

    request: Request
    reading: Reading
    held: Held
    unread: deque[int]
    figures: Figures
    arrived: float
    aside: Span | None
    writing: Writing
    explaining: Explaining | None = None
    is_fork: bool = False
    said: str = ""

    @property
    def draws(self) -> int:
        """Count the last of the unread tokens behind which the logits are wanted."""
        if not self.is_fork:
            return 0
        return self.explaining.to_come if self.explaining else 1

    @property
    def writes(self) -> bool:
        """Whether a text is to be written, not one to be scored or explained."""
        return not (self.reading.candidates or self.reading.explained)

    @property
    def is_writing(self) -> bool:
        return bool(self.writing.tokens) and not self.unread

    @property
    def needs_channel(self) -> bool:
        """Whether the channel is being read, or will be replaced by this job's fork."""
        return not (self.is_fork and self.aside)

    @property
    def cells_to_come(self) -> int:
        """Count the cells that this job may still fill."""
        return max(0, self.reading.length - self.held.length)


@dataclass(frozen=True, slots=True)
class Share:
    """A job's part of a batch: its next tokens, and behind how many of the last of them something is drawn."""

    job: Job
    tokens: Sequence[int]
    draws: int


def compose(jobs: Iterable[Job], capacity: int, now: float, *, beside: int) -> list[Share]:
    """Fill a batch: all who write, one token each; then those who read, urgent and old first, while there is room.

    `beside` is how many tokens may be read where somebody writes.
    """
    running = sorted(jobs, key=lambda job: urgency(job.request, job.arrived, now))
    shares = [Share(job, job.writing.tokens[-1:], draws=1) for job in running if job.is_writing]
    room = capacity - len(shares)
    if shares:
        room = min(room, beside)
    for job in running:
        if not job.is_writing and room > 0:
            size = min(room, MOST_DRAWS) if job.explaining else room
            tokens = [token for token, _ in zip(job.unread, range(size), strict=False)]
            shares.append(Share(job, tokens, draws=max(0, job.draws - len(job.unread) + len(tokens))))
            room -= len(tokens)
    return shares


def promised_to(jobs: Iterable[Job]) -> int:
    """Count the cells that some jobs may still fill."""
    return sum(job.cells_to_come for job in jobs)


def channels_of(jobs: Iterable[Job]) -> set[str]:
    """Return the channels that some jobs are about."""
    return {job.request.channel for job in jobs}
