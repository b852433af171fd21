"""`troupe run` as a process of its own: claimed by the code that it prints, killed, and gone on with."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.platforms.telegram.conftest import answered, plays
from tests.bot.platforms.telegram.loopback.world import World

ROOT = Path(__file__).parents[4]
START_SECONDS = 30
CLAIM = re.compile(rb"/start ([\w-]+) ")


@asynccontextmanager
async def troupe(
    world: World, data: Path, model: Path, console: list[bytes]
) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "TROUPE_TELEGRAM__TOKEN": world.token,
        "TROUPE_TELEGRAM__BASE_URL": world.base_url,
        "TROUPE_TELEGRAM__BASE_FILE_URL": world.base_file_url,
        "TROUPE_ENGINE__MODEL": str(model),
        "TROUPE_ENGINE__WINDOW": "4096",
        "TROUPE_ENGINE__THREADS": "1",
        "TROUPE_PLAY__REPLY_TOKENS": "12",
        "TROUPE_DATA": str(data),
    }
    command = [sys.executable, "-m", "bot", "run"]
    variables = {**os.environ, **settings, "PYTHONPATH": str(ROOT)}
    process = await asyncio.create_subprocess_exec(
        *command, cwd=data.parent, env=variables, stderr=asyncio.subprocess.STDOUT, stdout=asyncio.subprocess.PIPE
    )

    async def read() -> None:
        assert process.stdout
        async for line in process.stdout:
            console.append(line)

    reading = asyncio.create_task(read())
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def printed(console: list[bytes], pattern: re.Pattern[bytes]) -> str:
    async with asyncio.timeout(START_SECONDS):
        while not (found := pattern.search(b"".join(console))):  # noqa: ASYNC110 a process rings no bell
            await asyncio.sleep(0.05)
    return (found[1] if found.groups() else found[0]).decode()


async def test_the_bot_is_claimed_killed_and_goes_on(tmp_path: Path, tiny_model: Path) -> None:
    console: list[bytes] = []
    async with await World.open() as world:
        anna = world.person("Anna")
        async with troupe(world, tmp_path / "data", tiny_model, console) as process:
            room = await anna.starts(await printed(console, CLAIM))
            await room.until_said("This bot is yours now")
            reply = await plays(anna, room)
            assert b"connected as @troupe_bot" in b"".join(console)
            process.kill()
        console.clear()
        line = await anna.says(room, "Are you still there, Mira?")
        async with troupe(world, tmp_path / "data", tiny_model, console) as process:
            await answered(room, line)
            assert not reply.labels
            assert not CLAIM.search(b"".join(console))
            process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(process.wait(), START_SECONDS)
        log = (tmp_path / "data" / "logs" / "troupe.log").read_text(encoding="utf-8")
        assert world.token not in log
        assert "still there" not in log
        assert world.violations == []
