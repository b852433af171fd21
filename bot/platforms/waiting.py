"""What a chat shows while a reply is waited for: that somebody types, and the place in a long line."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

from bot.platforms.delivery import PATIENCE_SECONDS, Pace, Unreachable, Unsteady, persist
from bot.platforms.timing import passes
from bot.words import Sentence, sentence

LINE_AFTER_SECONDS = 4.0
"""Whoever waits so long for the model is told how many are before them."""
LOOK_SECONDS = 0.25


class Awaited(Protocol):
    """A reply that may have to wait; `place_in_line` counts from 1, and is 0 once the model is at it."""

    @property
    def place_in_line(self) -> int: ...


class Hall(Protocol):
    """Where people wait. All of it raises Unreachable and Unsteady."""

    @property
    def pace(self) -> Pace: ...

    async def typing(self) -> None:
        """Show for a while that somebody types; `pace.typing_s` says how long that lasts."""
        ...

    async def say(self, what: Sentence, /) -> str:
        """Post something that the bot itself has to say, and return the post's id. It is no part of the story."""
        ...

    async def remove(self, posts: Sequence[str], /) -> None:
        """Take posts of the bot away."""
        ...


@asynccontextmanager
async def company(hall: Hall, reply: Awaited, is_shown: Callable[[], bool]) -> AsyncGenerator[None]:
    """Keep those who wait informed, until something of the reply is shown or the block ends."""
    ended = asyncio.Event()
    task = asyncio.create_task(_accompany(hall, reply, lambda: ended.is_set() or is_shown(), ended))
    try:
        yield
    finally:
        ended.set()
        await task


async def _accompany(hall: Hall, reply: Awaited, is_over: Callable[[], bool], ended: asyncio.Event) -> None:
    began, typed, notice = time.monotonic(), float("-inf"), ""
    try:
        while not is_over():
            now, wait_s = time.monotonic(), LOOK_SECONDS
            try:
                if now - typed >= hall.pace.typing_s:
                    typed = now
                    await hall.typing()
                if not notice and reply.place_in_line > 1 and now - began >= LINE_AFTER_SECONDS:
                    notice = await hall.say(sentence("Number {place} in line.", place=reply.place_in_line))
                if notice and reply.place_in_line == 0:
                    await hall.remove([notice])
                    notice = ""
            except Unsteady as error:
                wait_s = max(PATIENCE_SECONDS, error.wait_s)
            await passes(ended, wait_s)
        if notice:
            await persist(lambda: hall.remove([notice]))
    except Unreachable:  # it is told where the reply itself meets that
        return
