"""What is done with the sequences of one request: prepared, forked, taken back, trimmed in mid-reply, ended.

It knows the cache and the model; of the pipe, the line and the batch it knows nothing.
"""

import time
from collections import deque
from collections.abc import Sequence
from dataclasses import replace

from engine.cache import Cache
from engine.causes import Pasts
from engine.config import EngineSettings
from engine.errors import PromptTooLong
from engine.line import Waiter
from engine.llama.memory import Logits, log_probabilities
from engine.llama.model import Model
from engine.messages import Request
from engine.plan import Capability, Span, fit, length_of
from engine.prompt import Piece
from engine.reading import Reading, read
from engine.scheduler import Job
from engine.writing import Writing

NEXT_LINE = 1 / 16
"""The part of the window that a person's next line and a tail may take, 256 tokens of 4,096: a trim after a reply
leaves room for so much and another reply."""


class Jobs:
    """Turns requests into jobs and jobs back into channels. `window` is in tokens."""

    def __init__(self, model: Model, cache: Cache, settings: EngineSettings, *, window: int) -> None:
        self._model = model
        self._cache = cache
        self._settings = settings
        self._window = window
        self._pasts = Pasts()

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
        is_aside = bool(reading.tail) or bool(request.candidates) or self._cache.capability is Capability.APPEND
        wanted = reading.story if is_aside else (*reading.story, reading.cue)
        exact = self._is_exact(request)
        swapping = time.monotonic()
        busy = {job.request.channel for job in running}
        opened = self._cache.open(request.channel, reading.story, exact=exact, busy=busy)
        swapped = time.monotonic()
        approximate_from = opened.held.approximate_from if exact else None
        plan = self._cache.bring(opened.held, wanted, reread=0 if is_aside else 1, exact=exact)
        if not self._make_room(reading.length - opened.held.length, request.channel, running):
            return None  # what was cut is still held by a fork, or by others with the same head
        past = self._pasts.of(request.channel)
        cost = replace(
            past.count(plan, wanted, cue=reading.cue, approximate_from=approximate_from),
            tier=opened.tier,
            restored=opened.restored,
            queued_s=begun - waiter.arrived,
            swap_s=swapped - swapping,
            plan_s=time.monotonic() - begun - (swapped - swapping),
        )
        job = Job(
            request=request,
            reading=reading,
            held=opened.held,
            unread=deque(plan.evaluate.tokens),
            figures=cost,
            arrived=waiter.arrived,
            aside=Span(reading.tail.tokens + reading.cue.tokens) if is_aside else None,
            writing=Writing(self._model, request.sampling, reading.tokens),
        )
        if not is_aside or not job.unread:
            self.fork(job)
        return job

    def read(self, request: Request) -> Reading:
        """Tokenise what a request wants read, and drop of its story what does not fit the window.

        Raises EngineError where the request itself is at fault.
        """
        longest = max(map(len, self._candidates(request)), default=0)
        reply = request.sampling.max_tokens
        return read(self._model, request.prompt, reply=reply, least=longest, window=self._window)

    def _candidates(self, request: Request) -> list[tuple[int, ...]]:
        return [self._model.tokenize_piece(Piece(text))[: request.depth] for text in request.candidates]

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

    def score(self, job: Job, logits: Logits, running: Sequence[Job]) -> tuple[tuple[float, ...], ...]:
        """Return the log-probabilities of each candidate's tokens, each read in a fork of its own."""
        first = log_probabilities(logits)
        scores: list[tuple[float, ...]] = []
        for tokens in self._candidates(job.request):
            self._make_room(0, job.request.channel, running, sequences=1)
            rest = self._cache.look_ahead(job.held, tokens[:-1]) if len(tokens) > 1 else []
            scores.append(tuple(float(row[token]) for row, token in zip([first, *rest], tokens, strict=True)))
            job.figures = replace(job.figures, read_tail=job.figures.read_tail + len(rest))
        return tuple(scores)

    def drop(self, job: Job) -> None:
        """End a job of which nothing is to stay but what its channel has read."""
        job.writing.close()
        if job.is_fork:
            self._cache.drop(job.held)

    def end(self, job: Job, running: Sequence[Job]) -> tuple[Span, ...]:
        """End a job: its fork becomes the channel, or leaves no trace. Return what of the story is to stay."""
        job.writing.close()
        story = job.reading.story
        if job.writing.tokens:
            self._pasts.of(job.request.channel).has_written(job.request.prompt.cue.label)
        if job.is_fork and job.aside:
            self._cache.drop(job.held)
        elif job.is_fork:
            reply = Span(job.reading.cue.tokens + tuple(job.writing.tokens))
            job.held.layout = (*story, reply)
            self._cache.adopt(job.request.channel, job.held)
            return self._kept_for_next(job, (*story, reply), running)[:-1]
        return story

    def settle(self, job: Job, story: tuple[Span, ...]) -> None:
        """Trim the channel of a job that has ended to the story that is to stay, and write it behind."""
        name = job.request.channel
        if len(story) < len(job.reading.story):
            self._cache.trim(name, (*story, job.held.layout[-1]))
        self._cache.keep_on_disk(name, story)

    def _make_room(self, cells: int, channel: str, running: Sequence[Job], *, sequences: int = 2) -> bool:
        busy = {job.request.channel for job in running} | {channel}
        promised = sum(job.cells_to_come for job in running)
        return self._cache.make_room(promised + cells, sequences=sequences, busy=busy)

    def _is_exact(self, request: Request) -> bool:
        return request.exact or self._settings.exact

    def _kept_for_next(self, job: Job, story: tuple[Span, ...], running: Sequence[Job]) -> tuple[Span, ...]:
        """Return what of a story stays in the window if another exchange like this one is to follow."""
        may_trim = self._cache.capability is Capability.SURGERY and not self._is_exact(job.request)
        if not may_trim or _forks(job.request, running):
            return story
        try:
            answer = len(job.reading.cue) + job.reading.room
            return fit(story, int(self._window * NEXT_LINE) + answer, self._window)
        except PromptTooLong:
            return story


def _forks(request: Request, running: Sequence[Job]) -> bool:
    """Tell whether forks that others are writing in share the channel's cells."""
    return any(job.request.channel == request.channel for job in running)
