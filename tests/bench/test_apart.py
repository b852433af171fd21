"""Work in a process of its own is followed to its end, whichever that is."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.apart import Ended, Tell, apart


def count_to(tell: Tell, last: int) -> None:
    for number in range(last):
        tell(number)


def die(tell: Tell) -> None:
    tell("alive")
    os.kill(os.getpid(), signal.SIGABRT)


def wait_for_a_child(tell: Tell, pipe: Path) -> None:
    subprocess.run([sys.executable, "-c", f"import time; held = open({str(pipe)!r}, 'w'); time.sleep(60)"])


async def test_what_is_told_arrives_in_order() -> None:
    async with apart(count_to, 3) as process:
        assert [number async for number in process] == [0, 1, 2]


async def test_an_end_before_the_work_is_done_is_an_error() -> None:
    async with apart(die) as process:
        assert await anext(process) == "alive"
        with pytest.raises(Ended, match=f"exit code -{signal.SIGABRT.value}"):
            await anext(process)


async def test_leaving_kills_the_process_and_its_children(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    async with apart(wait_for_a_child, tmp_path / "pipe"):
        held_by_the_child = (tmp_path / "pipe").open()
    assert held_by_the_child.read() == ""
    held_by_the_child.close()
