"""Which commands are under way, kept where a killed process leaves it. Telegram does not send them again."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.roleplay.servers import Servers

KEPT = "telegram:under way"


class Journal:
    """The commands under way, by the ids of their messages: each with its topic and its first word, never more."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._under_way: dict[str, tuple[int | None, str]] = {}
        self._writing = asyncio.Lock()

    async def left(self) -> dict[str, tuple[int | None, str]]:
        """Return what another process has not come to an end with, once."""
        written = await self._servers.kept(KEPT)
        if written:
            await self._servers.keep(KEPT, "")
        return {post: (thread, word) for post, (thread, word) in json.loads(written or "{}").items()}

    async def begin(self, post: str, thread: int | None, word: str) -> bool:
        """Note that a command is under way; False where it is already."""
        if post in self._under_way:
            return False
        self._under_way[post] = (thread, word)
        await self._write()
        return True

    async def over(self, post: str) -> None:
        """Note that a command has come to its end."""
        self._under_way.pop(post, None)
        await self._write()

    @asynccontextmanager
    async def until_over(self, post: str) -> AsyncGenerator[None]:
        """Note that a command is over when the block ends; not where it is cancelled, for then it is not done."""
        try:
            yield
        except Exception:
            await self.over(post)
            raise
        await self.over(post)

    async def _write(self) -> None:
        async with self._writing:
            await self._servers.keep(KEPT, json.dumps(self._under_way) if self._under_way else "")
