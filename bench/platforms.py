"""The whole bot on both platforms at once, under load. It knows nothing of the bot: that plays in a process of its own.

What plays is in the repository's tests, together with a Discord and a Telegram to play on.
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bench.figures import Figure, Missing, Result, Tick
from engine import EngineSettings

ROOT = Path(__file__).parents[1]
PLAY = "tests.load"
LAST_CHARACTERS = 200


async def platforms(settings: EngineSettings, channels: int, tick: Tick) -> AsyncIterator[Result]:
    """Let so many people play on each platform, alone and beside the other; yield what that costs them."""
    if not (ROOT / PLAY.replace(".", os.sep)).is_dir():
        yield Missing("platforms", "what plays there comes with the source code alone")
        return
    engine = {"model": str(settings.model), "threads": settings.threads, "batch": settings.batch}
    asked = json.dumps({"engine": engine, "load": {"channels": channels}})
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", PLAY, asked), cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout
    assert process.stderr
    try:
        told = asyncio.create_task(process.stderr.read())
        async for line in process.stdout:
            match json.loads(line):
                case [str(key), int(value) | float(value)]:
                    yield Figure(key, value)
                case [str(what), int(done), int(total)]:
                    tick(what, done, total)
                case _:
                    raise ValueError(line)
        if await process.wait():
            yield Missing("platforms", (await told).decode(errors="replace").strip()[-LAST_CHARACTERS:])
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
