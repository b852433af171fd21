"""What is under way, kept where a killed process leaves it. Telegram does not send it again."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import astuple, dataclass

from bot.roleplay.servers import Servers

KEPT = "telegram:at work"
BUTTON, LINE = "button", "line"


@dataclass(frozen=True, slots=True)
class Task:
    """Something that the bot is at: for whom, and what: a command with its slash, BUTTON or LINE, never more.

    It was asked for by a message of a chat, or under it.
    """

    chat: int
    thread: int | None
    message: int
    what: str


class Journal:
    """The tasks under way, by the ids of the events that began them."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._under_way: dict[str, Task] = {}
        self._writing = asyncio.Lock()

    async def left(self) -> dict[str, Task]:
        """Return what another process has not come to an end with, once."""
        written = await self._servers.kept(KEPT)
        if written:
            await self._servers.keep(KEPT, "")
        return {event: Task(*kept) for event, kept in json.loads(written or "{}").items()}

    async def begin(self, event: str, task: Task) -> bool:
        """Note that a task is under way; False where it is already."""
        if event in self._under_way:
            return False
        self._under_way[event] = task
        await self._write()
        return True

    async def over(self, event: str) -> None:
        """Note that a task has come to its end."""
        self._under_way.pop(event, None)
        await self._write()

    @asynccontextmanager
    async def until_over(self, event: str) -> AsyncGenerator[None]:
        """Note that a task is over when the block ends; not where it is cancelled, for then it is not done."""
        try:
            yield
        except Exception:
            await self.over(event)
            raise
        await self.over(event)

    async def _write(self) -> None:
        async with self._writing:
            kept = {event: astuple(task) for event, task in self._under_way.items()}
            await self._servers.keep(KEPT, json.dumps(kept) if kept else "")
