"""A performance that is stopped, left or cancelled, with a real database and a real worker."""

import asyncio

import pytest

from bot.core import Place, TurnState
from bot.errors import StillSpeaking
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    LONG,
    PLACE,
    SILENT,
    begin,
    card,
    line,
    listen,
    open_scene,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

LINE = ("Kim", "Mira, Tomas!")


async def test_stopping_keeps_what_was_said_and_skips_who_was_to_follow(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    speakers: list[str] = []
    async with talkative.hear(line(LINE[1])) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            said = await begin(reply)
            assert talkative.stop(PLACE, KIM) is True
            said += "".join([chunk async for chunk in reply])
    assert speakers == ["Mira"]
    assert await told(talkative) == [GREETING, LINE, ("Mira", said)]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT
    assert talkative.stop(PLACE, KIM) is False


async def test_stopping_before_anything_is_said_leaves_the_story(talkative: Director, database: Database) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    async with talkative.hear(line(LINE[1])) as performance:
        assert talkative.stop(PLACE, KIM)
        assert await listen(performance) == []
    async with talkative.narrate(PLACE, ADA) as performance:
        assert talkative.stop(PLACE, KIM)
        assert await listen(performance) == []
    assert await told(talkative) == [GREETING, LINE]
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}


async def test_stopping_while_a_reply_is_opened_lets_it_say_nothing(talkative: Director, database: Database) -> None:
    await open_scene(talkative, card("Mira"))

    begun = asyncio.Event()

    async def narrate() -> list[tuple[str, str]]:
        async with talkative.narrate(PLACE, ADA) as performance:
            begun.set()
            return await listen(performance)

    async with database.writing():
        task = asyncio.create_task(narrate())
        await begun.wait()
        for _ in range(9):
            await asyncio.sleep(0)
        assert talkative.stop(PLACE, KIM)
    assert await task == [("Narrator", "")]
    assert await told(talkative) == [GREETING]


async def test_leaving_a_reply_half_read_stores_what_was_said(talkative: Director, engine: Engine) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    async with talkative.hear(line(LINE[1])) as performance:
        async for reply in performance:
            said = await begin(reply)
            break
    assert await told(talkative) == [GREETING, LINE, ("Mira", said)]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT
    assert (engine.running, engine.waiting) == (0, 0)
    talkative._stages.check_free(PLACE)


async def test_going_on_to_the_next_reply_cuts_the_one_before(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"), card("Tomas"))
    said: list[tuple[str, str]] = []
    async with talkative.hear(line(LINE[1])) as performance:
        async for reply in performance:
            said.append((reply.speaker, await begin(reply)))
    assert [name for name, _ in said] == ["Mira", "Tomas"]
    assert await told(talkative) == [GREETING, LINE, *said]


async def test_a_reply_that_nobody_reads_is_none(talkative: Director, database: Database) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for _ in performance:
            pass
    async with talkative.hear(line("Hello?")):
        pass
    assert await told(talkative) == [GREETING, ("Kim", "Hello."), ("Kim", "Hello?")]
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}


async def test_an_error_where_a_reply_is_shown_stores_what_was_said(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    said = ""

    async def show() -> None:
        nonlocal said
        async with talkative.hear(line("Hello.")) as performance:
            async for reply in performance:
                said = await begin(reply)
                raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await show()
    assert await told(talkative) == [GREETING, ("Kim", "Hello."), ("Mira", said)]
    assert (await say(talkative, "Well?"))[0][0] == "Mira"


async def test_cancelling_the_task_that_plays_stores_what_was_said(talkative: Director, engine: Engine) -> None:
    await open_scene(talkative, card("Mira"))
    said = ""
    begun = asyncio.Event()

    async def play() -> None:
        nonlocal said
        async with talkative.hear(line("Hello.")) as performance:
            async for reply in performance:
                async for chunk in reply:
                    said += chunk
                    begun.set()

    task = asyncio.create_task(play())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert said
    assert await told(talkative) == [GREETING, ("Kim", "Hello."), ("Mira", said)]
    assert (await talkative.story(PLACE))[-1].state is TurnState.CUT
    assert (engine.running, engine.waiting) == (0, 0)
    assert (await say(talkative, "Well?"))[0][0] == "Mira"


async def test_a_task_that_is_cancelled_while_it_stores_a_reply_stores_it(
    director: Director, database: Database
) -> None:
    await open_scene(director, card("Mira"))
    finished, locked = asyncio.Event(), asyncio.Event()

    async def play() -> None:
        async with director.hear(line("Hello.")) as performance:
            async for reply in performance:
                async for _ in reply:
                    pass
                finished.set()
                await locked.wait()

    task = asyncio.create_task(play())
    await finished.wait()
    async with database.writing():
        locked.set()
        for _ in range(9):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await task
    turn = (await director.story(PLACE))[-1]
    assert (turn.name, turn.state) == ("Mira", TurnState.DONE)
    assert turn.text


async def test_a_retry_that_is_stopped_before_it_says_anything_leaves_the_former(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    before = await director.story(PLACE)
    async with director.retry(PLACE, ADA) as performance:
        async for _ in performance:
            pass
    assert await director.story(PLACE) == before


async def test_while_somebody_speaks_other_actions_wait_for_no_one(director: Director) -> None:
    await open_scene(director, card("Mira"))
    async with director.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            with pytest.raises(StillSpeaking):
                await open_scene(director, card("Tomas"))
            with pytest.raises(StillSpeaking):
                await director.turns.undo(PLACE, KIM)
            for action in (director.retry, director.narrate):
                with pytest.raises(StillSpeaking):
                    async with action(PLACE, KIM):
                        pass
    assert [turn.name for turn in await director.story(PLACE)] == ["Mira", "Kim", "Mira"]


async def test_who_speaks_at_one_place_keeps_nobody_from_another(director: Director, talkative: Director) -> None:
    other = card("Tomas")
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            elsewhere = Place("terminal:elsewhere")
            await talkative.scenes.start(elsewhere, ADA, [other], at=AT)
            assert (await say(talkative, "Hi.", account=ADA, place=elsewhere))[0][0] == "Tomas"
            assert talkative.stop(elsewhere, KIM) is False
            assert talkative.stop(PLACE, KIM) is True


async def test_where_nobody_answers_the_next_line_is_free(director: Director) -> None:
    await open_scene(director, SILENT)
    assert await say(director, "Hello?") == []
    assert (await say(director, "Mira?"))[0][0] == "Mira"


async def test_a_reply_is_open_while_it_is_spoken(database: Database, engine: Engine) -> None:
    director = Director(database, engine, LONG, seed=1)
    await open_scene(director, card("Mira"))
    async with director.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            turn = (await director.story(PLACE))[-1]
            assert (turn.name, turn.text, turn.state) == ("Mira", "", TurnState.OPEN)
