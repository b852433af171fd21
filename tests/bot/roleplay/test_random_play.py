"""Two people at two places do whatever comes to mind: story, tree and what was answered agree all the time."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from random import Random

import pytest

from bot.core import Author, Patience, Place, TurnState
from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance
from bot.store.database import Database
from tests.bot.roleplay.conftest import ADA, AT, KIM, PLACE, card, line, say, stored

pytestmark = pytest.mark.asyncio(loop_scope="module")

PLACES = (PLACE, Place("terminal:elsewhere"))
LINES = ("Mira?", "Tomas, Mira!", "It rains.", "Tomas?", "// back soon")
HASTE = Patience(alone_s=0.01, several_s=0.02, typing_s=0.03, most_s=0.05)


class Table:
    """What two people do, and what they were shown."""

    def __init__(self, director: Director, rng: Random) -> None:
        self.director = director
        self.rng = rng
        self.said = 0
        self.shown = Counter[int]()
        self.texts: dict[int, str] = {}

    async def listen(self, performance: Performance) -> None:
        """Follow a performance; sometimes leave it in the middle."""
        async for reply in performance:
            self.shown[reply.turn.id] += 1
            async for _ in reply:
                if self.rng.random() < 0.02:
                    return
            self.texts[reply.turn.id] = "" if reply.is_folded else reply.text

    async def say(self, place: Place, number: int) -> None:
        text = f"{self.rng.choice(LINES)} {number}"
        account = self.rng.choice((KIM, ADA))
        patience = self.rng.choice((None, HASTE))
        self.said += not text.startswith("//")
        async with self.director.hear(
            replace(line(text, account=account, place=place), patience=patience)
        ) as performance:
            await self.listen(performance)

    async def retry(self, place: Place, number: int) -> None:
        async with self.director.retry(place, self.rng.choice((KIM, ADA))) as performance:
            await self.listen(performance)

    async def narrate(self, place: Place, number: int) -> None:
        async with self.director.narrate(place, KIM) as performance:
            await self.listen(performance)

    async def stop(self, place: Place, number: int) -> None:
        self.director.stop(place, KIM)

    async def undo(self, place: Place, number: int) -> None:
        await self.director.turns.undo(place, KIM)

    async def type(self, place: Place, number: int) -> None:
        self.director.quiet.typing(place, ADA)

    async def pause(self, place: Place, number: int) -> None:
        await self.director.pauses.pause(place, ADA)

    async def resume(self, place: Place, number: int) -> None:
        await self.director.pauses.resume(place, KIM)

    async def act(self, number: int, place: Place, action: Callable[["Table", Place, int], Awaitable[None]]) -> None:
        await asyncio.sleep(number * 0.004)
        with suppress(PlayError):
            await action(self, place, number)


ACTIONS = [*[Table.say] * 8, Table.retry, Table.retry, Table.narrate, Table.stop, Table.undo, Table.type, Table.pause]
ACTIONS += [Table.resume] * 3


@pytest.mark.parametrize("seed", range(6))
async def test_whatever_two_people_do_at_two_places(director: Director, database: Database, seed: int) -> None:
    rng = Random(seed)
    for place in PLACES:
        await director.scenes.start(place, KIM, [card("Mira"), card("Tomas")], at=AT)
    table = Table(director, rng)
    acts = [table.act(number, rng.choice(PLACES), rng.choice(ACTIONS)) for number in range(60)]
    async with asyncio.timeout(40):
        await asyncio.gather(*acts)

    turns = {turn.id: turn for turn in await stored(database)}
    assert TurnState.OPEN not in {turn.state for turn in turns.values()}
    assert sum(turn.author is Author.PERSON for turn in turns.values()) == table.said
    assert set(table.shown.values()) <= {1}, "a reply was shown twice"
    for id, text in table.texts.items():
        assert turns[id].text in (text, "")
    for place in PLACES:
        story = await director.story(place)
        assert [turn.parent for turn in story] == [None, *(turn.id for turn in story[:-1])]
        assert [turns[turn.id] for turn in story] == list(story)
        with suppress(PlayError):
            await director.pauses.resume(place, KIM)
        director._stages.check_free(place)
        assert [name for name, _ in await say(director, "Mira?", place=place)] == ["Mira"]


async def test_no_line_is_answered_twice(director: Director, database: Database) -> None:
    """Each answers a line that names them once, however the lines fall upon each other."""
    await director.scenes.start(PLACE, KIM, [card("Mira", talkativeness=0.0), card("Tomas", talkativeness=0.0)], at=AT)
    rng = Random(3)
    table = Table(director, rng)

    async def speak(number: int) -> None:
        await asyncio.sleep(number * 0.01)
        text = rng.choice(("Mira?", "Tomas?", "Hm."))
        async with director.hear(line(text, account=rng.choice((KIM, ADA)))) as performance:
            async for reply in performance:
                table.shown[reply.turn.id] += 1
                async for _ in reply:
                    pass

    await asyncio.gather(*(speak(number) for number in range(30)))
    story = await director.story(PLACE)
    asked = set[str]()
    for turn in story[1:]:
        if turn.author is Author.PERSON:
            asked |= {name for name in ("Mira", "Tomas") if name in turn.text}
        else:
            assert turn.name in asked
            asked.discard(turn.name)
