"""`troupe run` as a process of its own between a Discord and a Telegram of ours, and what memory it takes."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

POINTED = "tests.bot.platforms.discord.loopback.pointing"
PARTING_SECONDS = 30.0
START_SECONDS = 90.0
LOOK_SECONDS = 0.05
CLAIM = re.compile(r"/start ([\w-]+) ")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0


class Bot:
    """The running program, and all that it has said on its console."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.console = ""

    async def listen(self) -> None:
        """Keep what it says until it has ended."""
        assert self._process.stdout
        async for line in self._process.stdout:
            self.console += line.decode(errors="replace")

    async def said(self, pattern: re.Pattern[str]) -> re.Match[str]:
        """Wait until it says something."""
        async with asyncio.timeout(START_SECONDS):
            while not (found := pattern.search(self.console)):
                if self._process.returncode is not None:
                    raise RuntimeError(f"the bot has ended: {self.console.strip()[-500:]}")
                await asyncio.sleep(LOOK_SECONDS)
        return found

    def resident(self) -> tuple[int, int]:
        """Return the bytes of memory that the program and its model's process take; 0 where that cannot be told."""
        pid = self._process.pid
        return _resident(pid), max(map(_resident, _children(pid)), default=0)

    async def ends(self) -> int:
        """Ask it to end, and return its exit code."""
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        return await asyncio.wait_for(self._process.wait(), PARTING_SECONDS)


@asynccontextmanager
async def running(settings: Mapping[str, str], folder: Path) -> AsyncGenerator[Bot]:
    """Let the program run in a folder until the block ends."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", POINTED, "bot", "run"),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), **settings},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    bot = Bot(process)
    listening = asyncio.create_task(bot.listen())
    try:
        yield bot
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * PAGE_BYTES
    except OSError:
        return 0


def _children(pid: int) -> list[int]:
    try:
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]
    except OSError:
        return []
