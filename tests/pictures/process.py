"""The program as it is, as a process of its own, on a Discord and a Telegram of ours at once."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.platforms.discord.loopback.world import World as Discord
from tests.bot.platforms.telegram.loopback.world import World as Telegram

ROOT = Path(__file__).parents[2]
POINTING = "tests.bot.platforms.discord.loopback.pointing"
CLAIM = re.compile(r"/start ([\w-]+) ")
START_SECONDS = 180
"""The demo model may have to be converted first."""


@asynccontextmanager
async def running(discord: Discord, telegram: Telegram, data: Path, model: Path) -> AsyncIterator[str]:
    """Let `troupe run` play on both until the block ends. Gives the code that it prints for its owner on Telegram."""
    settings = {
        "TROUPE_DATA": str(data),
        "TROUPE_ENGINE__MODEL": str(model),
        "TROUPE_ENGINE__WINDOW": "4096",
        "TROUPE_PLAY__REPLY_TOKENS": "48",
        "TROUPE_PLAY__TEMPERATURE": "0.5",
        "TROUPE_PLAY__HOUSE_RULES": "Say one thing, in two short sentences.",
        "TROUPE_DISCORD__TOKEN": discord.token,
        "TROUPE_TELEGRAM__TOKEN": telegram.token,
        "TROUPE_TELEGRAM__BASE_URL": telegram.base_url,
        "TROUPE_TELEGRAM__BASE_FILE_URL": telegram.base_file_url,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", POINTING, "bot", "run"),
        cwd=data,
        env={**os.environ, **discord.environment, **settings, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        async with asyncio.timeout(START_SECONDS):
            code = await _claimed(process)
            await discord.ready(within_s=START_SECONDS)
        assert process.stdout
        draining = asyncio.create_task(process.stdout.read())
        yield code
        process.terminate()
        await draining
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _claimed(process: asyncio.subprocess.Process) -> str:
    assert process.stdout
    printed = ""
    code = None
    async for line in process.stdout:
        printed += line.decode()
        code = code or CLAIM.search(printed)
        if code and "Discord: connected" in printed:
            return code[1]
    raise RuntimeError(f"troupe run has ended:\n{printed}")
