"""The worker process: it owns the model, and runs every request through one loop.

It knows channels, spans and tokens; of characters and chats it knows nothing. One step: receive, admit, decode a
batch, draw a token for each who writes, send.
"""

import logging
import time
from dataclasses import replace
from multiprocessing.connection import Connection

from engine.cache import Cache
from engine.config import EngineSettings
from engine.errors import EngineError, ModelError
from engine.explaining import Explaining
from engine.figures import Figures, Occupancy, Totals
from engine.healing import Healing
from engine.jobs import Jobs
from engine.line import Line, Waiter
from engine.llama.memory import Logits, Memory
from engine.llama.model import Model
from engine.llama.probe import probe
from engine.messages import (
    Broken,
    Cancel,
    Event,
    Explanation,
    Failed,
    Finish,
    Finished,
    ModelInfo,
    Order,
    Ready,
    Request,
    Scored,
    Started,
    Stop,
    Text,
)
from engine.plan import Capability, length_of
from engine.reading import window_from
from engine.scheduler import Job, Share, compose
from engine.threads import physical_cores
from engine.tiers import Disk, Ram

SEQUENCES_PER_SLOT = 4
"""For a fork, its channel, and two more channels that stay resident for a while."""

LEAST_WINDOWS, MOST_WINDOWS = 2, 4
"""For how many full windows there are cells: for those who run at once, who seldom all fill theirs. One alone is given
two, so that it can be read anew beside itself."""

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
            cells=self._window * min(max(settings.parallel, LEAST_WINDOWS), MOST_WINDOWS),
            sequences=SEQUENCES_PER_SLOT * settings.parallel,
            threads=settings.threads or physical_cores(),
        )
        self._ram = Ram(settings.ram_megabytes * 1_000_000)
        self._disk = Disk(
            settings.cache,
            quota=settings.disk_megabytes * 1_000_000,
            setting=f"{self._model.fingerprint} {self._memory.layout}",
        )
        self._open_cache(probe(self._memory))
        self._totals = Totals()
        self._line = Line()
        self._admitting: Request | None = None
        self._running: list[Job] = []
        self._events: list[Event] = []

    def _open_cache(self, capability: Capability) -> None:
        gathers = self._settings.gpu_layers == 0 or not self._model.can_use_gpu
        self._cache = Cache(self._memory, self._ram, self._disk, capability, gathers=gathers)
        self._healing = Healing(self._cache, setting=self._settings.heal)
        self._jobs = Jobs(self._model, self._cache, self._settings, window=self._window)

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

        Waits for an order where there is nothing to do, but for what is to be healed meanwhile.
        """
        if not all(map(self._accept, self._receive())):
            return False
        try:
            if self._is_idle:
                self._healing.step()
            self._admit()
            self._trim()
            if shares := compose(self._running, self._settings.batch):
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
        patience = self._healing.patience if self._is_idle else 0
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
            self._events.append(Finished(request_id, Finish.CANCELLED, cost, None, self._occupancy()))

    def _admit(self) -> None:
        """Start who is next, as long as there are places and room."""
        if self._line:
            self._healing.abandon()
        while len(self._running) < self._settings.parallel:
            waiter = self._line.next(time.monotonic(), lambda request: self._jobs.can_start(request, self._running))
            if waiter is None:
                return
            self._admitting = waiter.request
            try:
                job = self._jobs.prepare(waiter, self._running)
            except EngineError as error:
                self._events.append(Failed(waiter.request.id, error))
            else:
                self._admitting = None
                if job is None:
                    return
                self._running.append(job)
                self._events.append(Started(waiter.request.id))
            self._line.remove(waiter.request.id)

    def _trim(self) -> None:
        """Make way under replies that have filled their window; one that cannot grow any more ends."""
        for job in [job for job in self._running if self._jobs.needs_room(job)]:
            if not self._jobs.trim(job, self._running):
                self._finish(job, Finish.LENGTH)

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
            [self._memory.logits(index - behind) for behind in reversed(range(share.draws))]
            for share, index in zip(shares, last, strict=True)
        ]
        for share, rows in zip(shares, logits, strict=True):
            job = share.job
            if job.explaining and rows:
                self._explain(job, job.explaining, rows)
            elif job.request.candidates and rows:
                self._score(job, rows[-1])
            elif rows:
                self._write(job, rows[-1])
            elif not job.unread:
                self._jobs.fork(job)

    def _write(self, job: Job, logits: Logits) -> None:
        if not job.writing.tokens:
            job.figures = replace(job.figures, first_token_s=time.monotonic() - job.arrived)
        try:
            drawn = job.writing.draw(logits)
        except EngineError as error:
            self._fail(job, error)
            return
        if drawn.taken_back:
            self._jobs.take_back(job, drawn.taken_back)
        self._say(job, drawn.text)
        if job.writing.ended:
            self._finish(job, job.writing.ended)

    def _fail(self, job: Job, error: EngineError) -> None:
        """End a job that cannot go on; the others do."""
        self._running.remove(job)
        self._jobs.drop(job)
        self._events.append(Failed(job.request.id, error))

    def _score(self, job: Job, logits: Logits) -> None:
        self._events.append(Scored(job.request.id, self._jobs.score(job, logits, self._running)))
        self._finish(job, Finish.END)

    def _explain(self, job: Job, explaining: Explaining, rows: list[Logits]) -> None:
        for row in rows:
            explaining.see(row)
        if not explaining.to_come:
            self._events.append(Explanation(job.request.id, tuple(explaining.explained)))
            self._finish(job, Finish.END)

    def _say(self, job: Job, text: str) -> None:
        if text:
            self._events.append(Text(job.request.id, text))

    def _finish(self, job: Job, reason: Finish) -> None:
        """End a job and say so. Then make room for what comes next."""
        self._say(job, job.writing.rest())
        self._running.remove(job)
        story = self._jobs.end(job, self._running)
        self._line.charge(job.request, job.figures.read + len(job.writing.tokens))
        gone = length_of(job.reading.story) - length_of(story)
        cost = replace(
            job.figures,
            written=len(job.writing.tokens),
            trimmed_after=job.figures.trimmed_after + gone,
            total_s=time.monotonic() - job.arrived,
        )
        self._totals = self._totals.plus(cost)
        self._events.append(Finished(job.request.id, reason, cost, window_from(story), self._occupancy()))
        self._send()
        self._jobs.settle(job, story)

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
        self._open_cache(self._cache.capability)

    def _occupancy(self) -> Occupancy:
        return Occupancy(
            held=self._cache.held(),
            cells=self._cache.cells,
            cells_used=self._cache.cells_used,
            ram_bytes=self._cache.ram_bytes,
            disk_bytes=self._cache.disk_bytes,
            totals=replace(self._totals, healed=self._healing.tokens),
        )

    def _info(self) -> ModelInfo:
        return ModelInfo(
            name=self._model.path.stem,
            chat_template=self._model.chat_template,
            bos=self._model.bos,
            eos=self._model.eos,
            adds_bos=self._model.adds_bos,
            capability=self._cache.capability,
            window=self._window,
            cells=self._memory.cells,
        )
