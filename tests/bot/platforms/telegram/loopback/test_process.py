"""The bot as a process of its own, which may die at any moment."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.bot.platforms.telegram.loopback.world import World

ROOT = Path(__file__).parents[5]


@asynccontextmanager
async def bot_process(world: World) -> AsyncIterator[None]:
    command = ["-m", "tests.bot.platforms.telegram.loopback.echo", world.token, world.base_url]
    process = await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        await process.wait()


async def test_a_bot_that_died_gets_again_what_it_had_not_confirmed(world: World) -> None:
    world.faults.hold("getUpdates", spared=1)
    async with bot_process(world):
        room = await world.person("Anna").starts()
        await room.until_said("/start!", seconds=30)
    assert len(world.updates.waiting) == 1
    async with bot_process(world):
        await room.until(lambda room: len(room.said) == 2, seconds=30)
        await room.until(lambda _: not world.updates.waiting)
    assert [line.text for line in room.said] == ["/start!", "/start!"]
