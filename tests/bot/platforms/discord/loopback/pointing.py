"""Point the real discord.py at a Discord of ours, in this process or in one of its own.

As a process: `python -m tests.bot.platforms.discord.loopback.pointing MODULE ARGUMENTS…` runs a module as `python -m`
does, pointed at the address in the variable `LOOPBACK_DISCORD`; so whatever it runs needs no setting of its own.
"""

import os
import runpy
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import discord.asset
import discord.gateway
import discord.http
import yarl

VARIABLE = "LOOPBACK_DISCORD"


@contextmanager
def pointed(url: str) -> Iterator[None]:
    """Let every client of discord.py in this process talk to `url`, inside the block."""
    route, socket, asset = discord.http.Route, discord.gateway.DiscordWebSocket, discord.asset.Asset
    before = route.BASE, socket.DEFAULT_GATEWAY, asset.BASE
    route.BASE = f"{url}/api/v10"
    asset.BASE = f"{url}/cdn"  # pyright: ignore[reportAttributeAccessIssue]
    socket.DEFAULT_GATEWAY = yarl.URL(url.replace("http", "ws", 1))
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY, asset.BASE = before  # pyright: ignore[reportAttributeAccessIssue]


if __name__ == "__main__":
    module, sys.argv = sys.argv[1], sys.argv[1:]
    with pointed(os.environ[VARIABLE]):
        runpy.run_module(module, run_name="__main__", alter_sys=True)
