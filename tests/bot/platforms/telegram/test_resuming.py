"""What a killed process was at, as its successor tells of it."""

import asyncio
from datetime import UTC, datetime

import pytest

from bot.core import Account, Incoming, Place, Role
from bot.platforms.telegram.journal import BUTTON, LINE, Journal, Task
from tests.bot.platforms.telegram.conftest import Inn, answered, plays

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_what_a_killed_process_was_at_is_told_of(inn: Inn) -> None:
    anna, room = await inn.owner()
    greeting = await plays(anna, room)
    line = await anna.says(room, "/status")
    await room.until_said("waiting")
    done = await anna.says(room, "Hello, Mira.")
    await answered(room, done)
    account = Account(f"telegram:{anna.id}", "Anna", Role.OWNER)
    cut = Incoming(Place(f"telegram:{room.id}"), account, "telegram:cut", "Who are you?", datetime.now(UTC))
    async with inn.director.hear(cut):
        pass
    await inn.until_idle()
    journal = Journal(inn.director.servers)
    await journal.begin(f"telegram:{room.id}:{line.id}", Task(room.id, None, line.id, "/undo"))
    await journal.begin("telegram:press:1", Task(room.id, None, greeting.id, BUTTON))
    await journal.begin(f"telegram:{room.id}:{done.id}", Task(room.id, None, done.id, LINE))
    await journal.begin("telegram:cut", Task(room.id, None, line.id, LINE))
    assert inn.playing
    inn.playing.cancel()
    await asyncio.gather(inn.playing, return_exceptions=True)
    inn.told.clear()
    async with inn.open():
        await room.until_said("I was stopped while I was at /undo")
        await room.until_said("I was stopped while I was at a button")
        await room.until_said("I was stopped before I had answered this")
        assert len([one for one in room.said if "I was stopped" in one.text]) == 3
        assert await journal.left() == {}
        await answered(room, await anna.says(room, "/retry"))
        assert [name for name, _ in await inn.story(room)][-2:] == ["Anna", "Mira"]
