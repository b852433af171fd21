"""The worker process: it owns the model, and runs every request through one loop.

It knows channels, spans and tokens; of characters and chats it knows nothing. One step: receive, admit, decode a
batch, draw a token for each who writes, send.
"""

import logging
import time
from dataclasses import replace
from multiprocessing.connection import Connection

from engine.config import EngineSettings
from engine.errors import EngineError, ModelError
from engine.figures import Figures
from engine.line import Line, Waiter
from engine.llama.memory import Logits
from engine.loaded import Loaded
from engine.messages import (
    Broken,
    Cancel,
    Event,
    Failed,
    Finish,
    Finished,
    Order,
    Ready,
    Request,
    Started,
    Stop,
    Text,
)
from engine.pace import Pace
from engine.plan import length_of
from engine.reading import window_from
from engine.scheduler import Job, Share, compose

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
        self._connection = connection
        self._batch = settings.batch
        self._loaded = Loaded(settings)
        self._pace = Pace(settings.batch)
        self._line = Line()
        self._admitting: Request | None = None
        self._running: list[Job] = []
        self._events: list[Event] = []

    def close(self) -> None:
        self._loaded.close()

    def run(self) -> None:
        """Serve until a Stop comes. Raises EOFError when the other end of the pipe is gone."""
        self._events.append(Ready(self._loaded.info))
        self._send()
        while self.step():
            pass

    def step(self) -> bool:
        """Receive, admit, decode a batch, draw a token for each who writes, send; False once a Stop has come.

        Waits for an order where there is nothing to do, but for what may be done meanwhile.
        """
        if not all(map(self._accept, self._receive())):
            return False
        try:
            if self._is_idle:
                self._loaded.idle.step()
            self._admit()
            self._trim()
            if shares := self._compose():
                self._draw(shares, self._decode(shares))
        except Exception as error:
            logger.exception("a step of the model failed")
            self._start_over(error)
        self._send()
        return True

    @property
    def _is_idle(self) -> bool:
        return not self._running and not self._line

    def _receive(self) -> list[Order]:
        orders: list[Order] = []
        patience = self._loaded.idle.patience if self._is_idle else 0
        while self._connection.poll(0 if orders else patience):
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
            self._events.append(Finished(request_id, Finish.CANCELLED, cost, None, self._loaded.occupancy))

    def _admit(self) -> None:
        """Start who is next, as long as there are places and room."""
        if self._line:
            self._loaded.idle.abandon()
        while len(self._running) < self._loaded.parallel:
            waiter = self._line.next(time.monotonic(), self._can_start)
            if waiter is None:
                return
            self._admitting = waiter.request
            try:
                job = self._loaded.jobs.prepare(waiter, self._running)
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
        return self._loaded.jobs.can_start(request, self._running)

    def _trim(self) -> None:
        """Make way under replies that have filled their window; one that cannot grow any more ends."""
        for job in [job for job in self._running if self._loaded.jobs.needs_room(job)]:
            if not self._loaded.jobs.trim(job, self._running):
                self._finish(job, Finish.LENGTH)

    def _compose(self) -> list[Share]:
        beside = self._pace.budget(sum(job.is_writing for job in self._running))
        return compose(self._running, self._batch, time.monotonic(), beside=beside)

    def _decode(self, shares: list[Share]) -> list[list[Logits]]:
        """Return the logits that each share wants: copies, for a trim, a look ahead or a parked channel decodes too."""
        begun = time.monotonic()
        last = self._loaded.cache.decode([(share.job.held, share.tokens, share.draws) for share in shares])
        logits = [self._loaded.memory.last_logits(at, share.draws) for share, at in zip(shares, last, strict=True)]
        reading = [share for share in shares if not share.job.is_writing]
        read = [token for share in reading for token in share.tokens]
        self._pace.note(len(shares) - len(reading), len(read), time.monotonic() - begun)
        for share in reading:
            for _ in share.tokens:
                share.job.unread.popleft()
        return logits

    def _draw(self, shares: list[Share], logits: list[list[Logits]]) -> None:
        """Let each whose reading has come to its end go on."""
        for share, rows in zip(shares, logits, strict=True):
            job = share.job
            if rows and job.writes:
                self._write(job, rows[-1])
            elif rows:
                self._find_out(job, rows)
            elif not job.unread:
                self._loaded.jobs.fork(job)

    def _write(self, job: Job, logits: Logits) -> None:
        if not job.writing.tokens:
            job.figures = replace(job.figures, first_token_s=time.monotonic() - job.arrived)
        try:
            drawn = job.writing.draw(logits)
        except EngineError as error:
            self._fail(job, error)
            return
        if drawn.taken_back:
            self._loaded.jobs.take_back(job, drawn.taken_back)
        self._say(job, drawn.text)
        if job.writing.ended:
            self._finish(job, job.writing.ended)

    def _fail(self, job: Job, error: EngineError) -> None:
        """End a job that cannot go on; the others do."""
        self._running.remove(job)
        self._loaded.jobs.drop(job)
        self._events.append(Failed(job.request.id, error))

    def _find_out(self, job: Job, rows: list[Logits]) -> None:
        if found := self._loaded.jobs.scoring.find(job, rows, self._running):
            self._events.append(found)
            self._finish(job, Finish.END)

    def _say(self, job: Job, text: str) -> None:
        if text:
            job.said += text
            self._events.append(Text(job.request.id, text))

    def _finish(self, job: Job, reason: Finish) -> None:
        """End a job and say so. Then make room for what comes next."""
        self._say(job, job.writing.rest())
        self._running.remove(job)
        story = self._loaded.jobs.end(job, self._running)
        self._line.charge(job.request, job.figures.read + len(job.writing.tokens))
        gone = length_of(job.reading.story) - length_of(story)
        cost = replace(
            job.figures,
            written=len(job.writing.tokens),
            trimmed_after=job.figures.trimmed_after + gone,
            total_s=time.monotonic() - job.arrived,
        )
        self._loaded.totals = self._loaded.totals.plus(cost)
        self._events.append(Finished(job.request.id, reason, cost, window_from(story), self._loaded.occupancy))
        self._send()
        self._loaded.jobs.settle(job, story)

    def _start_over(self, error: Exception) -> None:
        """Fail who runs and forget all caches: what the memory holds after an error is not known."""
        failed = [job.request for job in self._running]
        for job in self._running:
            job.writing.close()
        if self._admitting and self._line.remove(self._admitting.id):
            failed.append(self._admitting)
        reason = EngineError("The model failed in mid-reply ({error}).", error=f"{type(error).__name__}: {error}")
        self._events += [Failed(request.id, reason) for request in failed]
        self._running.clear()
        self._loaded.start_over()
