"""The play without a terminal: lines in, `Name: text` out, one after another. It knows no colours and no keys."""

import asyncio
import os
import sys
from asyncio import to_thread
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from contextlib import aclosing, suppress
from itertools import chain
from threading import Semaphore, Thread
from typing import TextIO

from bot.core import Turn
from bot.platforms.player import Player
from bot.platforms.terminal.files import write_new
from bot.platforms.terminal.lines import Leave, take
from bot.platforms.terminal.seat import enter
from bot.platforms.terminal.text import clean, lay_out
from bot.roleplay.performance import Reply
from characters import CardFile

READ_BYTES = 65_536
# The most that is kept of a line: far more than a turn may have, and it bounds what a file without line ends takes.
KEPT_BYTES = 1 << 20


class PlainScreen:
    """The story on standard output, everything else that nobody asked for on standard error."""

    async def turns(self, turns: Sequence[Turn]) -> None:
        await self.quote(turns, {})

    async def quote(self, turns: Sequence[Turn], numbers: Mapping[int, int]) -> None:
        for turn in turns:
            number = f"#{numbers[turn.id]} " if turn.id in numbers else ""
            _write(sys.stdout, number + lay_out(turn.name, turn.text))

    async def answer(self, text: str) -> None:
        _write(sys.stdout, clean(text))

    async def note(self, text: str) -> None:
        self.tell(text)

    async def alarm(self, text: str) -> None:
        self.tell(text)

    async def fail(self, sentence: str) -> None:
        _write(sys.stderr, f"troupe: {clean(sentence)}")

    async def file(self, name: str, data: bytes) -> str:
        return str(await to_thread(write_new, name, data))

    async def suggestions(self, lines: Sequence[str]) -> None:
        await self.answer("\n".join(f"- {line}" for line in lines))

    async def state(self, line: str) -> None:
        await self.note(line)

    async def follow(self, reply: Reply) -> None:
        async for _ in reply:
            pass

    async def spoken(self, reply: Reply) -> None:
        if reply.text and not reply.is_folded:
            _write(sys.stdout, lay_out("" if reply.scene.is_notebook else reply.speaker, reply.whole_text))

    def tell(self, text: str) -> None:
        """Say something beside the story."""
        _write(sys.stderr, clean(text))


async def play(player: Player, cards: Sequence[CardFile]) -> int:
    """Play what standard input holds, each line once the one before is answered, and return the exit code.

    It is 1 where lines were refused and none could be played.
    """
    await enter(player, cards)
    await player.show(*await player.story())
    done, refused = 0, 0
    # Where whoever started us closed it, its descriptor is some other file's by now.
    descriptor = sys.stdin.fileno() if sys.stdin else None
    async with aclosing(lines(descriptor)) as typed:
        with suppress(Leave):
            async for line in typed:
                if await take(player, line):
                    done += 1
                else:
                    refused += 1
    return 1 if refused and not done else 0


async def lines(descriptor: int | None) -> AsyncGenerator[str]:
    """Read a file descriptor line by line, each when it is asked for; broken UTF-8 is replaced."""
    if descriptor is None:
        return
    loop = asyncio.get_running_loop()
    arrived: asyncio.Queue[bytes | None] = asyncio.Queue()
    wanted = Semaphore(0)

    def read() -> None:
        for line in chain(_split(descriptor), [None]):
            wanted.acquire()
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(arrived.put_nowait, line)

    # A thread, because a pipe may keep it waiting and a file cannot be watched; a daemon, so that no end waits for it;
    # on the descriptor, because Python closes `sys.stdin` at its end and would find that locked.
    Thread(target=read, name="input", daemon=True).start()
    while True:
        wanted.release()
        line = await arrived.get()
        if line is None:
            return
        yield line.decode(errors="replace")


def _split(descriptor: int) -> Iterator[bytes]:
    rest = b""
    with suppress(OSError):  # a terminal that has gone
        while read := os.read(descriptor, READ_BYTES):
            *whole, rest = (rest + read).split(b"\n")
            rest = rest[:KEPT_BYTES]
            yield from whole
    if rest:
        yield rest


def _write(stream: TextIO | None, text: str) -> None:
    if stream:
        stream.write(f"{text}\n")
        stream.flush()
