"""What is done with the sequences of one request: prepared, forked, taken back, trimmed in mid-reply, ended.

It knows the cache and the model; of the pipe, the line and the batch it knows nothing.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from engine.cache import Cache
from engine.causes import Pasts
from engine.committing import Committing
from engine.config import EngineSettings
from engine.errors import PromptTooLong
from engine.explaining import Explaining
from engine.figures import Figures
from engine.ledger import Held
from engine.line import Waiter
from engine.llama.model import Model
from engine.messages import Request
from engine.plan import Capability, Span, fit, length_of
from engine.prompt import Piece
from engine.reading import Reading, read
from engine.scheduler import Job, channels_of, promised_to
from engine.scoring import Scoring
from engine.swap import Opened
from engine.windows import Windows, kept_for_next
from engine.writing import Writing


class Jobs:
    """Turns requests into jobs and jobs back into channels. `window` is in tokens."""

    def __init__(self, model: Model, cache: Cache, settings: EngineSettings, *, window: int) -> None:
        self._model = model
        self._cache = cache
        self._settings = settings
        self._window = window
        self._pasts = Pasts()
        self._windows = Windows()
        self.scoring = Scoring(cache)
        self.committing = Committing(cache, self._pasts, setting=settings.commit)

    def can_start(self, request: Request, running: Sequence[Job]) -> bool:
        """A channel is read by one at a time. Asides that have forked need it no more, unless they cannot go back."""
        is_append = self._cache.capability is Capability.APPEND
        return not any(job.request.channel == request.channel and (job.needs_channel or is_append) for job in running)

    def prepare(self, waiter: Waiter, running: Sequence[Job]) -> Job | None:
        """Plan a request's reading; None where there is no room until somebody has ended.

        Raises EngineError where the request itself is at fault.
        """
        request, begun = waiter.request, time.monotonic()
        reading = self.read(request)
        if not self._make_room(reading.length - self._cache.length(request.channel), request.channel, running):
            return None
        exact = self._is_exact(request)
        explaining = self._explaining(request, reading)
        aside = self._aside(request, reading)
        opened = self._cache.open(request.channel, reading.story, exact=exact, busy=channels_of(running))
        if not request.explained:
            reading = self._windows.as_of_now(request.channel, opened.held.spans, reading)
        if not self._can_shift(request, reading, opened.held, running):
            return None  # forks that share the cells are still written in, and there is no room to part from them
        heals_from = opened.held.approximate_from if exact else None
        held, wanted, reread = self._begin(opened.held, reading, aside, explaining)
        plan = self._cache.bring(held, wanted, reread=reread, exact=exact)
        if not self._make_room(reading.length - held.length, request.channel, running):
            if held is not opened.held:
                self._cache.drop(held)
            return None  # what was cut is still held by a fork, or by others with the same head
        past = self._pasts.of(request.channel)
        cost = past.count(plan, wanted, cue=aside or reading.cue, approximate_from=heals_from)
        job = Job(
            request=request,
            reading=reading,
            held=held,
            unread=deque(plan.evaluate.tokens),
            figures=_with_times(cost, opened, arrived=waiter.arrived, begun=begun),
            arrived=waiter.arrived,
            aside=aside,
            writing=Writing(self._model, request.sampling, reading.tokens),
            explaining=explaining,
            is_fork=held is not opened.held,
        )
        if not job.is_fork:
            self.committing.forget(request.channel)
            if not (aside and job.unread):
                self.fork(job)
        return job

    def _begin(
        self, channel: Held, reading: Reading, aside: Span | None, explaining: Explaining | None
    ) -> tuple[Held, tuple[Span, ...], int]:
        """Return which sequence is to read, what is wanted there, and how much of that is read even if it is held."""
        if aside is None:
            return channel, (*reading.story, reading.cue), 1
        if explaining and channel.length:  # all that the channel holds is to stay
            return self._cache.fork(channel), (*reading.story, aside), explaining.to_come
        return channel, reading.story, 0

    def _explaining(self, request: Request, reading: Reading) -> Explaining | None:
        return Explaining(self._model, reading.explained, rivals=request.rivals) if reading.explained else None

    def read(self, request: Request) -> Reading:
        """Tokenise what a request wants read, and drop of its story what does not fit the window.

        Raises EngineError where the request itself is at fault.
        """
        return read(self._model, request, window=self._window)

    def _can_shift(self, request: Request, reading: Reading, channel: Held, running: Sequence[Job]) -> bool:
        """Give a channel cells of its own where a trim would shift those of forks; False where there is no room."""
        is_apart = request.explained or request.channel not in channels_of(running)
        if is_apart or not self._cache.would_shift_shared(channel, reading.story, exact=self._is_exact(request)):
            return True
        return self._make_room(channel.length, request.channel, running) and self._cache.detach(channel)

    def _aside(self, request: Request, reading: Reading) -> Span | None:
        """Return what is read in a fork alone, which leaves no trace; None where it is to become the channel."""
        if reading.tail or request.candidates or reading.explained or self._cache.capability is Capability.APPEND:
            return Span(reading.tail.tokens + reading.cue.tokens + reading.explained[:-1])
        return None

    def fork(self, job: Job) -> None:
        """Go on in a fork of the channel, with what the fork alone reads."""
        self._pasts.of(job.request.channel).has_read(job.reading.story)
        job.held = self._cache.fork(job.held)
        job.is_fork = True
        job.held.layout = (*job.reading.story, job.aside or job.reading.cue)
        if job.aside:
            job.unread.extend(job.aside.tokens)
            job.figures = replace(job.figures, read_tail=len(job.aside))

    def take_back(self, job: Job, tokens: int) -> None:
        """Undo the reading of the last tokens of a reply: cut its fork, or fork anew where a state cannot go back."""
        if self._cache.capability is not Capability.APPEND:
            self._cache.cut(job.held, tokens)
            return
        self._cache.drop(job.held)
        job.held = self._cache.fork(self._cache.open(job.request.channel, job.reading.story, exact=False).held)
        reply = Span(tuple(job.writing.tokens))
        plan = self._cache.bring(job.held, (*job.reading.story, job.aside or job.reading.cue, reply), reread=0)
        job.unread.extend(plan.evaluate.tokens)

    def needs_room(self, job: Job) -> bool:
        """Tell whether the window is full in mid-reply."""
        return job.is_writing and job.held.length >= self._window

    def trim(self, job: Job, running: Sequence[Job]) -> bool:
        """Drop the oldest turns from under a reply that is being written; False where there is nothing to drop.

        The channel and other forks, which may share the cells, keep them: the fork gets cells of its own first.
        """
        reply = Span(tuple(job.writing.tokens))
        behind = job.aside or job.reading.cue
        try:
            story = fit(job.reading.story, len(behind) + len(reply), self._window)
        except PromptTooLong:
            return False
        if not self._make_room(job.held.length, job.request.channel, running):
            return False
        exact = self._is_exact(job.request)
        if self._cache.capability is Capability.SURGERY and not exact and not self._cache.detach(job.held):
            return False
        gone = length_of(job.reading.story) - length_of(story)
        self._windows.note(job.request.channel, job.reading.story, story)
        job.held.layout = (*job.reading.story, behind, reply)
        plan = self._cache.bring(job.held, (*story, behind, reply), reread=1, exact=exact)
        job.unread.extend(plan.evaluate.tokens)
        job.reading = replace(job.reading, story=story)
        job.figures = replace(
            job.figures,
            trimmed_after=job.figures.trimmed_after + gone,
            read_trim=job.figures.read_trim + len(plan.evaluate.tokens) - 1,
        )
        return True

    def drop(self, job: Job) -> None:
        """End a job of which nothing is to stay but what its channel has read."""
        job.writing.close()
        if job.is_fork:
            self._cache.drop(job.held)

    def end(self, job: Job, running: Sequence[Job]) -> tuple[Span, ...]:
        """End a job: its fork becomes the channel, or leaves no trace. Return what of the story is to stay."""
        job.writing.close()
        name, story = job.request.channel, job.reading.story
        if job.writing.tokens:
            self._pasts.of(name).has_written(job.request.prompt.cue.label)
        if job.is_fork and job.aside:
            self._cache.drop(job.held)
            turn = self._turn(job, story)
            return self._kept_for_next(job, turn, running) if turn and self._cache.holds(name, story) else story
        if job.is_fork:
            reply = Span(job.reading.cue.tokens + tuple(job.writing.tokens))
            job.held.layout = (*story, reply)
            self._cache.adopt(name, job.held)
            return self._kept_for_next(job, reply, running)
        return story

    def settle(self, job: Job, story: tuple[Span, ...]) -> None:
        """Trim the channel of a job that has ended to the story that is to stay, and write it behind.

        A reply that may come back as a turn is expected there.
        """
        name = job.request.channel
        if len(story) < len(job.reading.story):
            self._cache.trim(name, story if job.aside else (*story, job.held.layout[-1]))
        self._cache.keep_on_disk(name, story)
        turn = self._turn(job, story)
        if turn and length_of(story) + len(turn) <= self._window:
            self.committing.expect(name, (*story, turn), exact=self._is_exact(job.request))

    def _turn(self, job: Job, story: Sequence[Span]) -> Span | None:
        """Return a reply as the turn behind its story that it may come back as; None where it says nothing, or not."""
        cue, said = job.request.prompt.cue, job.said.rstrip()
        if not (cue.label and said):
            return None
        turn = replace(cue, pieces=(*cue.pieces, Piece(said)))
        return Span(self._model.tokenize(turn, first=not story), cue.label)

    def _make_room(self, cells: int, channel: str, running: Sequence[Job]) -> bool:
        return self._cache.make_room(promised_to(running) + cells, sequences=2, busy={*channels_of(running), channel})

    def _is_exact(self, request: Request) -> bool:
        return request.exact or self._settings.exact

    def _kept_for_next(self, job: Job, reply: Span, running: Sequence[Job]) -> tuple[Span, ...]:
        """Return what of a story stays in the window if another exchange like this one is to follow the reply."""
        story = job.reading.story
        may_trim = self._cache.capability is Capability.SURGERY and not self._is_exact(job.request)
        if not may_trim or job.request.channel in channels_of(running):  # forks share the channel's cells
            return story
        *kept, _ = kept_for_next((*story, reply), len(job.reading.cue) + job.reading.room, self._window)
        self._windows.note(job.request.channel, story, kept)
        return tuple(kept)


def _with_times(cost: Figures, opened: Opened, *, arrived: float, begun: float) -> Figures:
    return replace(
        cost,
        tier=opened.tier,
        restored=opened.restored,
        queued_s=begun - arrived,
        swap_s=opened.seconds,
        plan_s=time.monotonic() - begun - opened.seconds,
    )
