"""One worker process after another: started, followed, started again when it dies, exchanged for another model's."""

import asyncio
import logging
from contextlib import suppress

from engine.config import EngineSettings
from engine.errors import EngineError, ModelError, NoModel, WorkerDied, clause
from engine.figures import Occupancy
from engine.messages import Broken, Cancel, Finished, ModelInfo, Ready, Request, Stop
from engine.process import Process
from engine.streams import Streams

RESTART_DELAY_SECONDS = 1.0

logger = logging.getLogger(__name__)


class Supervisor:
    """Keeps a worker at work for all who are in the streams."""

    def __init__(self, settings: EngineSettings, streams: Streams) -> None:
        self._streams = streams
        self._task: asyncio.Task[None] | None = None
        self._is_wanted = asyncio.Event()
        self._has_ended = asyncio.Event()
        self._changing = asyncio.Lock()
        self.settings = settings
        self.process: Process | None = None
        self.info = ModelInfo()
        self.occupancy = Occupancy()

    @property
    def is_loaded(self) -> bool:
        """Whether a model is there, or will be again in a moment."""
        return self._is_wanted.is_set()

    async def open(self) -> None:
        """Load the model and begin to supervise. Raises ModelError where it cannot be loaded."""
        await self._start()
        self._is_wanted.set()
        self._task = asyncio.create_task(self._supervise())

    async def close(self) -> None:
        """End the worker in good order."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self.process:
            self.process.send(Stop())
            await self.process.close()

    async def load(self, settings: EngineSettings) -> None:
        """Put a model in place of the one that is there. Raises ModelError; then the one before is there again."""
        async with self._changing:
            had_model, before = self.is_loaded, self.settings
            await self._unload()
            try:
                self.settings = settings
                await self._start()
            except EngineError:
                self.settings = before
                if had_model:
                    await self._start()
                raise
            finally:
                if self.process:
                    self._is_wanted.set()

    async def unload(self) -> None:
        """Let go of the model once nothing is being written; whoever waits is told."""
        async with self._changing:
            await self._unload()

    def tell(self, order: Request | Cancel) -> None:
        """Hand an order to the worker, if there is one; the next one is told of all who wait."""
        if self.process:
            self.process.send(order)

    async def _start(self) -> None:
        process = await Process.start(self.settings)
        try:
            events = await process.receive()
        except asyncio.CancelledError:
            process.kill()
            raise
        match events[0] if events else None:
            case Ready(info):
                self.info = info
            case Broken(error):
                await process.close()
                raise error
            case _:
                exit_code = await process.close()
                raise ModelError(
                    self.settings.model,
                    clause("the process that was to load it ended (exit code {exit_code})", exit_code=exit_code),
                )
        self.process = process
        self._has_ended.clear()
        for request in self._streams.requests:
            process.send(request)

    async def _supervise(self) -> None:
        """Pass on what the worker says; when it dies, start another for those who wait."""
        while True:
            if self.process:
                await self._follow(self.process)
                continue
            await self._is_wanted.wait()
            async with self._changing:
                if self.process is None and self.is_loaded:
                    await self._restart()

    async def _follow(self, process: Process) -> None:
        while events := await process.receive():
            for event in events:
                if isinstance(event, Finished):
                    self.occupancy = event.occupancy
                self._streams.dispatch(event)
        self.process = None
        self.occupancy = Occupancy()
        exit_code = await process.close()
        if self.is_loaded:
            logger.error("the model's process ended with exit code %s", exit_code)
        self._streams.stand_in_line_again(WorkerDied(exit_code))
        self._has_ended.set()

    async def _restart(self) -> None:
        try:
            await self._start()
        except EngineError as error:
            logger.error("the model cannot be started again: %s", error)
            self._streams.fail_waiting(error)
            await asyncio.sleep(RESTART_DELAY_SECONDS)

    async def _unload(self) -> None:
        self._is_wanted.clear()
        self._streams.fail_waiting(NoModel())
        await self._streams.until_quiet()
        if self.process:
            self.process.send(Stop())
            await self._has_ended.wait()
        self._streams.fail_waiting(NoModel())
