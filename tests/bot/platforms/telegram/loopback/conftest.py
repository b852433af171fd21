"""A world, and the real library that talks to it."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from tests.bot.platforms.telegram.loopback.plain import bot_of
from tests.bot.platforms.telegram.loopback.world import World


@pytest.fixture(autouse=True)
def times_are_timedeltas(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns of each RetryAfter that it makes with a number of seconds, unless asked for timedeltas."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with await World.open() as world:
        yield world
        assert world.violations == []


@pytest.fixture
async def bot(world: World) -> AsyncIterator[Bot]:
    async with bot_of(world) as bot:
        yield bot
