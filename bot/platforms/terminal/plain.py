"""The play without a terminal: lines in, `Name: text` out, one after another. It knows no colours and no keys."""

import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, suppress
from itertools import chain
from threading import Semaphore, Thread
from typing import TextIO

from bot.platforms.terminal.commands import Leave, take
from bot.platforms.terminal.player import Player
from bot.platforms.terminal.text import clean, lay_out
from bot.roleplay.performance import Reply
from bot.words import Words

READ_BYTES = 65_536
# The most that is kept of a line: far more than a turn may have, and it bounds what a file without line ends takes.
KEPT_BYTES = 1 << 20


class PlainScreen:
    """The story on standard output, everything else that nobody asked for on standard error."""

    def turn(self, name: str, text: str, number: int = 0) -> None:
        _write(sys.stdout, (f"#{number} " if number else "") + lay_out(name, text))

    def answer(self, text: str) -> None:
        _write(sys.stdout, clean(text))

    def note(self, text: str) -> None:
        _write(sys.stderr, clean(text))

    def fail(self, sentence: str) -> None:
        _write(sys.stderr, f"troupe: {clean(sentence)}")

    async def follow(self, reply: Reply) -> None:
        async for _ in reply:
            pass

    def spoken(self, reply: Reply, words: Words) -> None:
        if reply.text and not reply.is_folded:
            self.turn("" if reply.scene.is_notebook else reply.speaker, reply.whole_text)


async def play(player: Player) -> int:
    """Play what standard input holds, each line once the one before is answered, and return the exit code.

    It is 1 where lines were refused and none could be played.
    """
    await player.enter()
    player.show(await player.story())
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
