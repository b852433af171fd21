"""A process of its own that knows nothing of us, pointed at the loopback Discord by a variable."""

import asyncio
import os
import sys
from pathlib import Path

from tests.bot.platforms.discord.loopback.rooms import Room
from tests.bot.platforms.discord.loopback.servers import Server
from tests.bot.platforms.discord.loopback.world import World

ROOT = Path(__file__).parents[4]
MODULE = "tests.bot.platforms.discord.loopback.pointing"
PROGRAM = """
import discord, sys

client = discord.AutoShardedClient(intents=discord.Intents.all(), guild_ready_timeout=0.05)

@client.event
async def on_message(message):
    if message.content == "bye":
        await client.close()
    elif not message.author.bot:
        await message.channel.send(f"{sys.argv[1]} {message.content}!")

client.run(sys.argv[2], log_handler=None)
"""


async def test_a_process_talks_to_the_loopback(world: World, server: Server, tavern: Room, tmp_path: Path) -> None:
    (tmp_path / "greeter.py").write_text(PROGRAM, encoding="utf-8")
    variables = {**os.environ, **world.environment, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"}
    arguments = ["-m", MODULE, "greeter", "Hello", world.token]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, env=variables, cwd=ROOT)
    try:
        await world.ready(within_s=30)
        anna = server.person("Anna")
        await anna.says(tavern, "Troupe")
        await tavern.post("Hello Troupe!")
        await anna.says(tavern, "bye")
        assert await asyncio.wait_for(process.wait(), 20) == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
