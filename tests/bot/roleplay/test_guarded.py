"""Replies that are none, with a real database and a real worker."""

import pytest

from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.forbidden import Side
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import ADA, GREETING, KIM, PLACE, SILENT, card, open_scene, say, told

pytestmark = pytest.mark.asyncio(loop_scope="module")

ALWAYS_THE_SAME = PlaySettings(reply_tokens=40, temperature=0)


async def test_a_retry_that_only_repeats_is_asked_for_twice_then_shown_and_said_to(
    database: Database, engine: Engine
) -> None:
    director = Director(database, engine, ALWAYS_THE_SAME, seed=7)
    await open_scene(director, card("Mira"))
    [(_, former)] = await say(director, "Hello.")
    async with director.retry(PLACE, ADA) as performance:
        [(reply, said)] = [(reply, "".join([chunk async for chunk in reply])) async for reply in performance]
    assert said == former
    assert (reply.tries, reply.is_whole) == (2, True)
    assert str(reply.remark) == "Mira repeats what was said before, even when asked twice."
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Mira", former)]


async def test_a_second_try_reads_nothing_again_that_the_first_has_let_go_of(
    database: Database, engine: Engine
) -> None:
    director = Director(database, engine, PlaySettings(reply_tokens=12, summaries=False), seed=7)
    await open_scene(director, SILENT)
    await director.filters.add(PLACE, KIM, r"/\w/", side=Side.OUTPUT)
    trims = 0
    for number in range(12):
        await say(director, f"Line {number}: " + "the rain falls on the roof, and nobody comes to the inn. " * 2)
        async with director.next(PLACE, KIM, "Mira") as performance:
            [reply] = [reply async for reply in performance if [chunk async for chunk in reply] or True]
        first, second = reply.spent
        trims += bool(first.trimmed_after)
        assert second.read_again == 0
    assert trims
