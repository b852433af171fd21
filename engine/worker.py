"""The worker process: it owns the model, and runs every request through one loop.

It knows channels, spans and tokens; of characters and chats it knows nothing. One step: receive, admit, decode a
batch, draw a token for each who writes, send.
"""

import logging
import time
from collections import deque
from dataclasses import replace
from multiprocessing.connection import Connection

from engine.cache import Cache
from engine.config import EngineSettings
from engine.errors import EngineError, ModelError, PromptTooLong
from engine.line import Line, Waiter
from engine.llama.memory import Logits, Memory, log_probabilities
from engine.llama.model import Model
from engine.llama.probe import probe
from engine.messages import (
    Broken,
    Cancel,
    Event,
    Failed,
    Figures,
    Finish,
    Finished,
    ModelInfo,
    Occupancy,
    Order,
    Ready,
    Request,
    Scored,
    Started,
    Stop,
    Text,
)
from engine.plan import Capability, Span, fit, length_of
from engine.prompt import Piece
from engine.reading import figures, read, window_from
from engine.scheduler import Job, Share, compose
from engine.threads import physical_cores
from engine.tiers import Disk, Ram
from engine.writing import Writing

SEQUENCES_PER_SLOT = 4
"""For a fork, its channel, and two more channels that stay resident for a while."""

NEXT_LINE = 1 / 16
"""The part of the window that a person's next line and a tail may take, 256 tokens of 4,096: a trim after a reply
leaves room for so much and another reply."""

logger = logging.getLogger(__name__)


def work(connection: Connection, settings: EngineSettings) -> None:
    """Load the model, say so, and serve until the pipe closes or a Stop comes."""
    try:
        worker = Worker(connection, settings)
    except ModelError as error:
        connection.send([Broken(error)])
        return
    try:
        worker.run()
    except (EOFError, OSError):
        logger.info("the pipe is closed")
    finally:
        worker.close()


class Worker:
    """The loop and what it owns. Raises ModelError where the model cannot be loaded."""

    def __init__(self, connection: Connection, settings: EngineSettings) -> None:
        assert settings.model is not None
        self._connection = connection
        self._settings = settings
        self._model = Model(settings.model, gpu_layers=settings.gpu_layers)
        self._window = min(settings.window, self._model.trained_window or settings.window)
        self._memory = Memory(
            self._model,
            settings,
            cells=self._window * settings.parallel,
            sequences=SEQUENCES_PER_SLOT * settings.parallel,
            threads=settings.threads or physical_cores(),
        )
        self._ram = Ram(settings.ram_megabytes * 1_000_000)
        self._disk = Disk(
            settings.cache,
            quota=settings.disk_megabytes * 1_000_000,
            setting=f"{self._model.fingerprint} {self._memory.layout}",
        )
        self._cache = Cache(self._memory, self._ram, self._disk, probe(self._memory))
        self._line = Line()
        self._admitting: Request | None = None
        self._running: list[Job] = []
        self._events: list[Event] = []

    def close(self) -> None:
        self._disk.close()
        self._memory.close()
        self._model.close()

    def run(self) -> None:
        """Serve until a Stop comes. Raises EOFError when the other end of the pipe is gone."""
        self._events.append(Ready(self._info()))
        self._send()
        while self.step():
            pass

    def step(self) -> bool:
        """Receive, admit, decode a batch, draw a token for each who writes, send; False once a Stop has come.

        Waits for an order where there is nothing to do.
        """
        if not all(map(self._accept, self._receive())):
            return False
        try:
            self._admit()
            if shares := compose(self._running, self._settings.batch):
                self._draw(shares, self._decode(shares))
        except Exception as error:
            logger.exception("a step of the model failed")
            self._start_over(error)
        self._send()
        return True

    def _receive(self) -> list[Order]:
        orders: list[Order] = []
        is_idle = not self._running and not self._line
        while self._connection.poll(None if is_idle and not orders else 0):
            orders.append(self._connection.recv())
        return orders

    def _send(self) -> None:
        if self._events:
            self._connection.send(self._events)
            self._events = []

    def _accept(self, order: Order) -> bool:
        match order:
            case Request():
                self._line.add(Waiter(order, time.monotonic()))
            case Cancel(id):
                self._cancel(id)
            case Stop():
                return False
        return True

    def _cancel(self, request_id: int) -> None:
        for job in self._running:
            if job.request.id == request_id:
                self._finish(job, Finish.CANCELLED)
                return
        if waiter := self._line.remove(request_id):
            cost = Figures(queued_s=time.monotonic() - waiter.arrived)
            self._events.append(Finished(request_id, Finish.CANCELLED, cost, None, self._occupancy()))

    def _admit(self) -> None:
        """Start who is next, as long as there are places and room."""
        while len(self._running) < self._settings.parallel:
            waiter = self._line.next(time.monotonic(), self._can_start)
            if waiter is None:
                return
            self._admitting = waiter.request
            try:
                job = self._prepare(waiter)
            except EngineError as error:
                self._events.append(Failed(waiter.request.id, error))
            else:
                self._admitting = None
                if job is None:
                    return
                self._running.append(job)
                self._events.append(Started(waiter.request.id))
            self._line.remove(waiter.request.id)

    def _can_start(self, request: Request) -> bool:
        """A channel is read by one at a time. Asides that have forked need it no more, unless they cannot go back."""
        is_append = self._cache.capability is Capability.APPEND
        return not any(
            job.request.channel == request.channel and (job.needs_channel or is_append) for job in self._running
        )

    def _prepare(self, waiter: Waiter) -> Job | None:
        """Plan a request's reading; None where there is no room until somebody has ended."""
        request, begun = waiter.request, time.monotonic()
        busy = {job.request.channel for job in self._running} | {request.channel}
        reading = read(self._model, request.prompt, reply=request.sampling.max_tokens, window=self._window)
        promised = sum(job.cells_to_come for job in self._running)
        wanted_room = promised + reading.length - self._cache.length(request.channel)
        if not self._cache.make_room(wanted_room, sequences=2, busy=busy):
            return None
        is_aside = bool(reading.tail) or bool(request.candidates) or self._cache.capability is Capability.APPEND
        wanted = reading.story if is_aside else (*reading.story, reading.cue)
        exact = request.exact or self._settings.exact
        opened = self._cache.open(request.channel, reading.story, exact=exact)
        has_forks = any(job.request.channel == request.channel for job in self._running)
        plan = self._cache.bring(opened.held, wanted, reread=0 if is_aside else 1, exact=exact, shift=not has_forks)
        cost = replace(
            figures(plan, wanted, cue=reading.cue),
            tier=opened.tier,
            restored=opened.restored,
            queued_s=begun - waiter.arrived,
            plan_s=time.monotonic() - begun,
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
            self._fork(job)
        return job

    def _fork(self, job: Job) -> None:
        """Go on in a fork of the channel, with what the fork alone reads."""
        job.held = self._cache.fork(job.held)
        job.is_fork = True
        job.held.layout = (*job.reading.story, job.aside or job.reading.cue)
        if job.aside:
            job.unread.extend(job.aside.tokens)
            job.figures = replace(job.figures, read_tail=len(job.aside))

    def _decode(self, shares: list[Share]) -> list[int]:
        last = self._cache.decode([(share.job.held, share.tokens, share.draws) for share in shares])
        for share in shares:
            if not share.job.is_writing:
                for _ in share.tokens:
                    share.job.unread.popleft()
        return last

    def _draw(self, shares: list[Share], last: list[int]) -> None:
        """Let each whose reading has come to its end go on.

        All logits are copied first: a trim, a look ahead or a parked channel decodes, and the next one's would be gone.
        """
        logits = [
            self._memory.logits(index) if share.draws else None for share, index in zip(shares, last, strict=True)
        ]
        for share, row in zip(shares, logits, strict=True):
            job = share.job
            if row is not None and job.request.candidates:
                self._score(job, row)
            elif row is not None:
                self._write(job, row)
            elif not job.unread:
                self._fork(job)

    def _write(self, job: Job, logits: Logits) -> None:
        if not job.writing.tokens:
            job.figures = replace(job.figures, first_token_s=time.monotonic() - job.arrived)
        try:
            drawn = job.writing.draw(logits)
        except EngineError as error:
            self._fail(job, error)
            return
        if drawn.taken_back:
            self._take_back(job, drawn.taken_back)
        self._say(job, drawn.text)
        if job.writing.ended:
            self._finish(job, job.writing.ended)

    def _fail(self, job: Job, error: EngineError) -> None:
        """End a job that cannot go on; the others do."""
        self._running.remove(job)
        job.writing.close()
        self._cache.drop(job.held)
        self._events.append(Failed(job.request.id, error))

    def _take_back(self, job: Job, tokens: int) -> None:
        """Undo the reading of the last tokens of a reply: cut its fork, or fork anew where a state cannot go back."""
        if self._cache.capability is not Capability.APPEND:
            self._cache.cut(job.held, tokens)
            return
        self._cache.drop(job.held)
        job.held = self._cache.open(job.request.channel, job.reading.story, exact=False).held
        self._fork(job)
        job.unread.extend(job.writing.tokens)

    def _score(self, job: Job, logits: Logits) -> None:
        """Score a request's candidates, each in a fork of its own."""
        first = log_probabilities(logits)
        busy = {other.request.channel for other in self._running}
        scores: list[tuple[float, ...]] = []
        for text in job.request.candidates:
            tokens = self._model.tokenize_piece(Piece(text))
            self._cache.make_room(len(tokens), sequences=1, busy=busy)
            rest = self._cache.look_ahead(job.held, tokens[:-1]) if len(tokens) > 1 else []
            scores.append(tuple(float(row[token]) for row, token in zip([first, *rest], tokens, strict=True)))
        self._events.append(Scored(job.request.id, tuple(scores)))
        self._finish(job, Finish.END)

    def _say(self, job: Job, text: str) -> None:
        if text:
            self._events.append(Text(job.request.id, text))

    def _finish(self, job: Job, reason: Finish) -> None:
        """End a job: its fork becomes the channel, or leaves no trace. Then make room for what comes next."""
        self._say(job, job.writing.rest())
        self._running.remove(job)
        job.writing.close()
        name, story = job.request.channel, job.reading.story
        if job.is_fork and job.aside:
            self._cache.drop(job.held)
        elif job.is_fork:
            reply = Span(job.reading.cue.tokens + tuple(job.writing.tokens))
            job.held.layout = (*story, reply)
            self._cache.adopt(name, job.held)
            story = self._kept_for_next(job, (*story, reply))[:-1]
        self._line.charge(job.request, job.figures.read + len(job.writing.tokens))
        cost = replace(
            job.figures,
            written=len(job.writing.tokens),
            trimmed_after=length_of(job.reading.story) - length_of(story),
            total_s=time.monotonic() - job.arrived,
        )
        self._events.append(Finished(job.request.id, reason, cost, window_from(story), self._occupancy()))
        self._send()
        if len(story) < len(job.reading.story):
            self._cache.trim(name, (*story, job.held.layout[-1]))
        self._cache.keep_on_disk(name, story)

    def _kept_for_next(self, job: Job, story: tuple[Span, ...]) -> tuple[Span, ...]:
        """Return what of a story stays in the window if another exchange like this one is to follow."""
        may_trim = self._cache.capability is Capability.SURGERY and not (job.request.exact or self._settings.exact)
        has_forks = any(other.request.channel == job.request.channel for other in self._running)
        if not may_trim or has_forks:
            return story
        try:
            answer = len(job.reading.cue) + job.reading.reply
            return fit(story, int(self._window * NEXT_LINE) + answer, self._window)
        except PromptTooLong:
            return story

    def _start_over(self, error: Exception) -> None:
        """Fail who runs and forget all caches: what the memory holds after an error is not known."""
        failed = [job.request for job in self._running]
        for job in self._running:
            job.writing.close()
        if self._admitting and self._line.remove(self._admitting.id):
            failed.append(self._admitting)
        reason = EngineError(f"The model failed in mid-reply ({type(error).__name__}: {error}).")
        self._events += [Failed(request.id, reason) for request in failed]
        self._running.clear()
        self._memory.clear()
        self._cache = Cache(self._memory, self._ram, self._disk, self._cache.capability)

    def _occupancy(self) -> Occupancy:
        return Occupancy(self._cache.held(), self._cache.cells_used, self._cache.ram_bytes)

    def _info(self) -> ModelInfo:
        return ModelInfo(
            name=self._model.path.stem,
            chat_template=self._model.chat_template,
            capability=self._cache.capability,
            window=self._window,
            cells=self._memory.cells,
        )
