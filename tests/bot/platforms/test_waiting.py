"""What people see who wait."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest

from bot.platforms import waiting
from bot.platforms.delivery import Pace, Unreachable, Unsteady
from bot.platforms.waiting import company
from bot.words import Sentence


@dataclass
class Hall:
    """Notes what was shown."""

    pace: Pace = field(default_factory=lambda: Pace(typing_s=0.02))
    signs: int = 0
    said: list[str] = field(default_factory=list)
    is_closed: bool = False
    is_busy: bool = False

    async def typing(self) -> None:
        if self.is_busy:
            raise Unsteady("Busy.")
        if self.is_closed:
            raise Unreachable("Gone.")
        self.signs += 1

    async def say(self, what: Sentence, /) -> str:
        self.said.append(str(what))
        return "hall:1"

    async def remove(self, posts: Sequence[str], /) -> None:
        self.said.append(f"removed {' '.join(posts)}")


@dataclass
class Reply:
    place_in_line: int = 0


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(waiting, "LOOK_SECONDS", 0.005)
    monkeypatch.setattr(waiting, "LINE_AFTER_SECONDS", 0.02)


async def test_typing_is_renewed_until_something_is_shown() -> None:
    hall, shown = Hall(), asyncio.Event()
    async with company(hall, Reply(), shown.is_set):
        await asyncio.sleep(0.1)
        assert hall.signs > 2
        shown.set()
        await asyncio.sleep(0.02)
        signs = hall.signs
        await asyncio.sleep(0.05)
        assert hall.signs == signs
    assert hall.said == []


async def test_the_place_in_a_long_line_is_told_once_and_taken_away() -> None:
    hall, reply = Hall(), Reply(3)
    async with company(hall, reply, lambda: False):
        await asyncio.sleep(0.08)
        assert hall.said == ["Number 3 in line."]
        reply.place_in_line = 0
        await asyncio.sleep(0.05)
    assert hall.said == ["Number 3 in line.", "removed hall:1"]


async def test_who_gives_up_waiting_leaves_no_notice() -> None:
    hall = Hall()
    async with company(hall, Reply(2), lambda: False):
        await asyncio.sleep(0.08)
    assert hall.said[-1] == "removed hall:1"


async def test_a_sign_that_is_not_taken_leaves_no_notice() -> None:
    hall = Hall()
    async with company(hall, Reply(2), lambda: False):
        await asyncio.sleep(0.06)
        hall.is_busy = True
        await asyncio.sleep(0.06)
    assert hall.said == ["Number 2 in line.", "removed hall:1"]


async def test_a_hall_that_is_closed_breaks_nothing() -> None:
    async with company(Hall(is_closed=True), Reply(2), lambda: False):
        await asyncio.sleep(0.05)
