"""A reply whose words a test chooses."""

import asyncio
from collections.abc import AsyncIterator


class Speech:
    """A text that grows when a test says so."""

    def __init__(self, *said: str) -> None:
        self.whole_text = ""
        self.chunks: asyncio.Queue[str | None] = asyncio.Queue()
        self.is_stopped = False
        for chunk in said:
            self.chunks.put_nowait(chunk)

    def says(self, chunk: str) -> None:
        self.chunks.put_nowait(chunk)

    def ends(self) -> None:
        self.chunks.put_nowait(None)

    def stop(self) -> None:
        self.is_stopped = True
        self.chunks.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[str]:
        while (chunk := await self.chunks.get()) is not None:
            self.whole_text += chunk
            yield chunk
