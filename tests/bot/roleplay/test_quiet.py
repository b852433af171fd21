"""The short quiet before an answer: the rule as a table, then a real director with a clock that the test turns."""

import asyncio
from dataclasses import dataclass, field, replace

import pytest

from bot.core import Author, Patience, Place
from bot.roleplay.director import Director
from bot.roleplay.quiet import Clock, due
from bot.store import turns
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    PLACE,
    SHORT,
    begin,
    card,
    line,
    listen,
    open_scene,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

PATIENCE = Patience(alone_s=1.5, several_s=3.0, typing_s=10.0, most_s=15.0)


@dataclass
class Hourglass(Clock):
    """A clock that stands still until a test turns it."""

    seconds: float = 100.0
    sleepers: list[asyncio.Event] = field(default_factory=list)
    slept: asyncio.Event = field(default_factory=asyncio.Event)

    def now(self) -> float:
        return self.seconds

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        self.sleepers.append(woken)
        self.slept.set()
        await woken.wait()

    def pass_by(self, seconds: float) -> None:
        """Let time pass, and whoever sleeps look at the clock."""
        self.seconds += seconds
        for sleeper in self.sleepers:
            sleeper.set()

    async def asleep(self) -> None:
        """Wait until somebody has gone to sleep, or back to it, since this was last asked."""
        await self.slept.wait()
        self.slept.clear()


@pytest.mark.parametrize(
    ("first", "last", "typing", "people", "at"),
    [
        (10, 10, [], 0, 11.5),
        (10, 10, [], 1, 11.5),
        (10, 12, [], 1, 13.5),
        (10, 10, [], 2, 13),
        (10, 10, [8], 2, 18),
        (10, 10, [1], 2, 13),
        (10, 10, [9, 11, 12], 1, 22),
        (10, 23.5, [], 2, 25),
        (10, 20, [20], 2, 25),
        (10, 24.9, [24.9], 1, 25),
    ],
)
async def test_when_an_answer_is_due(first: float, last: float, typing: list[float], people: int, at: float) -> None:
    assert due(PATIENCE, first=first, last=last, typing=typing, people=people) == at


@pytest.fixture
def clock() -> Hourglass:
    return Hourglass()


@pytest.fixture
def patient(database: Database, engine: Engine, clock: Hourglass) -> Director:
    return Director(database, engine, SHORT, seed=7, clock=clock)


def heard(director: Director, text: str, **said: object) -> asyncio.Task[list[tuple[str, str]]]:
    """Say a line where there is patience, and let whoever follows it do so."""

    async def follow() -> list[tuple[str, str]]:
        incoming = replace(line(text, **said), patience=PATIENCE)  # type: ignore[arg-type]
        async with director.hear(incoming) as performance:
            return await listen(performance)

    return asyncio.create_task(follow())


def names(story: list[tuple[str, str]]) -> list[str]:
    return [name for name, _ in story]


async def test_an_answer_waits_and_answers_all_that_was_said_once(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    first = heard(patient, "Hello.")
    await clock.asleep()
    clock.pass_by(1.4)
    await clock.asleep()
    second = heard(patient, "I mean, good evening.")
    await clock.asleep()
    clock.pass_by(1.4)
    await clock.asleep()
    assert names(await told(patient)) == ["Mira", "Kim", "Kim"]
    clock.pass_by(0.2)
    assert names(await first) == ["Mira"]
    assert await second == []
    assert names(await told(patient)) == ["Mira", "Kim", "Kim", "Mira"]


async def test_among_several_people_it_waits_longer(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    answered = heard(patient, "Hello.", account=ADA)
    await clock.asleep()
    clock.pass_by(2.9)
    await clock.asleep()
    assert names(await told(patient)) == ["Mira", "Ada"]
    clock.pass_by(0.2)
    assert names(await answered) == ["Mira"]


async def test_while_somebody_types_it_waits_and_for_their_line_too(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    patient.quiet.typing(PLACE, ADA)
    answered = heard(patient, "Hello.")
    await clock.asleep()
    clock.pass_by(8)
    await clock.asleep()
    patient.quiet.typing(PLACE, ADA)
    clock.pass_by(4)
    await clock.asleep()
    assert names(await told(patient)) == ["Mira", "Kim"]
    other = heard(patient, "Me too, Mira.", account=ADA)
    await clock.asleep()
    clock.pass_by(3.1)
    assert names(await answered) == ["Mira"]
    assert await other == []


async def test_however_much_is_typed_it_waits_no_longer_than_that(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    answered = heard(patient, "Hello.")
    await clock.asleep()
    for _ in range(4):
        patient.quiet.typing(PLACE, ADA)
        clock.pass_by(3)
        await clock.asleep()
    clock.pass_by(3)
    assert names(await answered) == ["Mira"]


async def test_who_types_elsewhere_keeps_nobody_waiting(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    patient.quiet.typing(Place("terminal:elsewhere"), ADA)
    answered = heard(patient, "Hello.")
    await clock.asleep()
    clock.pass_by(1.6)
    assert names(await answered) == ["Mira"]


async def test_lines_are_answered_as_last_edited_and_what_was_deleted_by_nobody(
    patient: Director, clock: Hourglass, database: Database
) -> None:
    await open_scene(patient, card("Mira", talkativeness=0.0), card("Tomas", talkativeness=0.0))
    answered = heard(patient, "Mira?", event="terminal:edited")
    await clock.asleep()
    async with database.writing() as session:
        [*_, said] = await stored(database)
        await turns.revise(session, said.id, "Tomas?", person=None, at=AT)
    clock.pass_by(1.6)
    assert names(await answered) == ["Tomas"]
    unheard = heard(patient, "Mira?")
    await clock.asleep()
    async with database.writing() as session:
        [*_, said] = await stored(database)
        await turns.revise(session, said.id, "", person=None, at=AT)
    clock.pass_by(1.6)
    assert await unheard == []


async def test_a_stop_ends_the_waiting_and_what_is_said_after_it_is_answered(
    patient: Director, clock: Hourglass
) -> None:
    await open_scene(patient, card("Mira"))
    answered = heard(patient, "Hello.")
    await clock.asleep()
    assert patient.stop(PLACE, KIM)
    assert await answered == []
    answered = heard(patient, "Well?")
    await clock.asleep()
    clock.pass_by(1.6)
    assert names(await answered) == ["Mira"]
    assert names(await told(patient)) == ["Mira", "Kim", "Kim", "Mira"]


async def test_who_waits_stands_in_nobodys_way(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    answered = heard(patient, "Hello.")
    await clock.asleep()
    async with patient.narrate(PLACE, KIM) as performance:
        assert names(await listen(performance)) == ["Narrator"]
    assert await answered == []
    answered = heard(patient, "Mira?")
    await clock.asleep()
    [gone] = await patient.turns.undo(PLACE, KIM)
    assert gone.text == "Mira?"
    clock.pass_by(1.6)
    assert await answered == []
    assert names(await told(patient)) == ["Mira", "Kim", "Narrator"]


async def test_a_line_said_behind_the_waiting_is_answered_without_it(patient: Director, clock: Hourglass) -> None:
    await open_scene(patient, card("Mira"))
    async with patient.hear(line("Hello.")) as performance:
        assert names(await listen(performance)) == ["Mira"]
    assert clock.sleepers == []


async def test_a_new_line_sends_back_who_has_not_begun_and_nobody_answers_twice(director: Director) -> None:
    await open_scene(director, *(card(name, talkativeness=0.0) for name in ("Mira", "Tomas", "Otto")))
    speakers: list[str] = []
    async with director.hear(line("Mira, Tomas, Otto?")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            await begin(reply)
            if len(speakers) == 1:
                async with director.hear(line("It rains.", account=ADA)) as other:
                    assert await listen(other) == []
            if len(speakers) == 2:
                async with director.hear(line("Mira, wait!", account=ADA)) as other:
                    assert await listen(other) == []
            async for _ in reply:
                pass
    assert speakers == ["Mira", "Tomas", "Mira", "Otto"]
    path = await director.story(PLACE)
    assert [turn.name for turn in path] == ["Mira", "Kim", "Mira", "Ada", "Tomas", "Ada", "Mira", "Otto"]
    assert [turn.parent for turn in path] == [None, *(turn.id for turn in path[:-1])]


async def test_where_they_are_sent_back_for_good_only_the_new_line_is_answered(director: Director) -> None:
    await open_scene(director, *(card(name, talkativeness=0.0) for name in ("Mira", "Tomas")))
    speakers: list[str] = []
    async with director.hear(line("Mira, Tomas?")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            await begin(reply)
            if len(speakers) == 1:
                async with director.hear(line("Well.", account=ADA)) as other:
                    assert await listen(other) == []
                director.stop(PLACE, KIM)
            async for _ in reply:
                pass
    assert speakers == ["Mira"]


async def test_what_an_action_asks_for_is_spoken_whatever_is_said_meanwhile(director: Director) -> None:
    await open_scene(director, card("Mira"))
    async with director.narrate(PLACE, ADA) as performance:
        async with director.hear(line("Wait.")) as other:
            assert await listen(other) == []
        assert names(await listen(performance)) == ["Narrator"]
    assert [turn.author for turn in await director.story(PLACE)][1:] == [Author.PERSON, Author.NARRATOR]
    assert (await told(director))[0] == GREETING
