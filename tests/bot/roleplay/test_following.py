"""What follows replies, while it is made: waited for, dropped, stopped, failed."""

import asyncio

import pytest

from bot.errors import PlayError
from bot.roleplay.following import Following


class Slow:
    """Something that is made once it is let go, and counts how often it was begun."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun = 0

    async def lines(self) -> tuple[str, ...]:
        self.begun += 1
        await self.go.wait()
        return ("A line.",)

    async def line(self) -> str:
        return (await self.lines())[0]


async def test_what_was_made_is_there_once_it_was_waited_for() -> None:
    following, slow = Following(), Slow()
    following.suggest(slow.lines)
    following.keep(slow.line)
    slow.go.set()
    await following.wait()
    assert (following.suggestions, following.state) == (("A line.",), "A line.")
    assert not following.stop()


async def test_suggestions_are_dropped_and_the_state_is_not() -> None:
    following, slow = Following(), Slow()
    following.suggest(slow.lines)
    following.keep(slow.line)
    await asyncio.sleep(0)
    following.drop()
    slow.go.set()
    await following.wait()
    assert (following.suggestions, following.state) == ((), "A line.")


async def test_what_was_made_already_is_dropped_too() -> None:
    following, slow = Following(), Slow()
    slow.go.set()
    following.suggest(slow.lines)
    await following.wait()
    following.drop()
    assert following.suggestions == ()


async def test_the_later_state_counts_whichever_is_ready_first() -> None:
    following, slow, quick = Following(), Slow(), Slow()
    quick.go.set()

    async def early() -> str:
        await slow.line()
        return "early"

    following.keep(early)
    following.keep(quick.line)
    await asyncio.sleep(0)
    slow.go.set()
    await following.wait()
    assert following.state == "A line."


async def test_stopping_ends_it() -> None:
    following, slow = Following(), Slow()
    following.suggest(slow.lines)
    following.keep(slow.line)
    assert following.stop()
    await following.close()
    assert (following.suggestions, following.state, slow.begun) == ((), "", 0)


async def test_what_fails_is_told_once_the_rest_is_ready() -> None:
    async def failing() -> str:
        raise PlayError("It did not work.")

    following, slow = Following(), Slow()
    slow.go.set()
    following.keep(failing)
    following.suggest(slow.lines)
    with pytest.raises(PlayError, match="It did not work"):
        await following.wait()
    assert following.suggestions == ("A line.",)
    await following.close()
