"""Lines that are heard while somebody speaks, with a real database and a real worker."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, suppress
from random import Random

import pytest

from bot.core import Author, TurnState
from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.performance import Performance
from bot.store.database import Database
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    begin,
    card,
    line,
    listen,
    open_scene,
    overhear,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_line_that_follows_a_stop_at_once_is_answered(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    speakers: list[str] = []
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            if len(speakers) == 1:
                await begin(reply)
                await overhear(talkative, "One.")
                talkative.stop(PLACE, KIM)
                await overhear(talkative, "Two, Mira.")
            async for _ in reply:
                pass
    path = await talkative.story(PLACE)
    assert [turn.name for turn in path] == ["Mira", "Kim", "Mira", "Ada", "Ada", "Mira"]
    assert [turn.state for turn in path if turn.name == "Mira"] == [TurnState.DONE, TurnState.CUT, TurnState.DONE]


async def test_a_line_that_is_stopped_too_is_answered_by_nobody(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            await overhear(talkative, "One.")
            talkative.stop(PLACE, KIM)
    assert [turn.name for turn in await talkative.story(PLACE)] == ["Mira", "Kim", "Mira", "Ada"]


async def test_a_line_heard_meanwhile_hangs_below_the_reply_and_is_answered_after_it(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    said: list[tuple[str, str]] = []
    async with director.hear(line("Mira?")) as performance:
        async for reply in performance:
            start = await begin(reply)
            if not said:
                await overhear(director, "Tomas?")
                await overhear(director, "And Mira?")
            said.append((reply.speaker, start + "".join([chunk async for chunk in reply])))
    assert [name for name, _ in said] == ["Mira", "Tomas", "Mira"]
    lines = [("Ada", "Tomas?"), ("Ada", "And Mira?")]
    assert await told(director) == [GREETING, ("Kim", "Mira?"), said[0], *lines, *said[1:]]
    path = await director.story(PLACE)
    assert [turn.parent for turn in path] == [None, *(turn.id for turn in path[:-1])]
    assert {turn.state for turn in path} == {TurnState.DONE}


async def test_a_line_heard_in_an_answer_to_one_heard_meanwhile_is_answered_too(director: Director) -> None:
    await open_scene(director, card("Mira"))
    count = 0
    async with director.hear(line("Mira?")) as performance:
        async for reply in performance:
            count += 1
            await begin(reply)
            if count < 4:
                await overhear(director, f"Number {count}, Mira?")
            async for _ in reply:
                pass
    assert [turn.name for turn in await director.story(PLACE)] == ["Mira", "Kim", "Mira", *["Ada", "Mira"] * 3]


async def test_the_same_event_heard_meanwhile_is_not_answered_again(director: Director) -> None:
    await open_scene(director, card("Mira"))
    async with director.hear(line("Hello.", event="terminal:same")) as performance:
        async for reply in performance:
            async with director.hear(line("Hello.", event="terminal:same")) as other:
                assert await listen(other) == []
            async for _ in reply:
                pass
    assert [turn.name for turn in await director.story(PLACE)] == ["Mira", "Kim", "Mira"]


@pytest.mark.parametrize("action", [Director.retry, Director.narrate])
async def test_a_line_heard_during_another_action_is_answered_after_it(
    director: Director, action: Callable[..., AbstractAsyncContextManager[Performance]]
) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    speakers: list[str] = []
    async with action(director, PLACE, ADA) as performance:
        async for reply in performance:
            speakers.append(reply.speaker)
            await begin(reply)
            if len(speakers) == 1:
                await overhear(director, "Well, Mira?")
            async for _ in reply:
                pass
    path = await director.story(PLACE)
    assert [turn.author for turn in path[-3:]] == [path[-3].author, Author.PERSON, Author.CHARACTER]
    assert [path[-3].name, path[-1].name] == speakers


async def test_a_line_heard_before_a_retry_begins_stays_in_the_story(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [former] = await say(director, "Hello.")
    async with director.retry(PLACE, ADA) as performance:
        await overhear(director, "Wait.")
        said = await listen(performance)
    assert len(said) == 1
    assert await told(director) == [GREETING, ("Kim", "Hello."), former, ("Ada", "Wait."), *said]


async def test_a_line_heard_behind_the_last_reply_is_answered_by_its_own_performance(director: Director) -> None:
    await open_scene(director, card("Mira"))
    async with director.hear(line("Hello.")) as performance:
        await listen(performance)
        assert (await say(director, "Well, Mira?", account=ADA))[0][0] == "Mira"
        assert await listen(performance) == []
    assert [turn.name for turn in await director.story(PLACE)] == ["Mira", "Kim", "Mira", "Ada", "Mira"]
    assert (await say(director, "Mira?"))[0][0] == "Mira"


async def test_two_lines_at_once_are_both_recorded_and_answered_once(director: Director) -> None:
    await open_scene(director, card("Mira"))
    both = await asyncio.gather(say(director, "Hello.", account=KIM), say(director, "Evening.", account=ADA))
    path = await director.story(PLACE)
    assert {turn.text for turn in path if turn.author is Author.PERSON} == {"Hello.", "Evening."}
    said = [(turn.name, turn.text) for turn in path[1:] if turn.author is Author.CHARACTER]
    assert sorted(said) == sorted(both[0] + both[1])
    assert path[-1].author is Author.CHARACTER
    assert [] in both
    assert [turn.parent for turn in path] == [None, *(turn.id for turn in path[:-1])]


async def test_ten_lines_at_once_are_all_recorded(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    await asyncio.gather(*(say(director, f"Line {number}.") for number in range(10)))
    path = await director.story(PLACE)
    assert {turn.text for turn in path if turn.author is Author.PERSON} == {f"Line {number}." for number in range(10)}
    assert path[-1].author is Author.CHARACTER
    assert {turn.state for turn in path} == {TurnState.DONE}


async def test_whatever_is_done_at_once_the_story_holds_together(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    actions = ["say"] * 6 + ["retry", "narrate", "undo", "stop", "open", "suggest"]
    chosen = Random(5).choices(actions, k=60)

    async def act(number: int, action: str) -> None:
        await asyncio.sleep(number * 0.01)
        with suppress(PlayError):
            match action:
                case "say":
                    await say(director, f"Mira, Tomas? {number}")
                case "retry":
                    async with director.retry(PLACE, ADA) as performance:
                        await listen(performance)
                case "narrate":
                    async with director.narrate(PLACE, ADA) as performance:
                        await listen(performance)
                case "undo":
                    await director.turns.undo(PLACE, KIM)
                case "stop":
                    director.stop(PLACE, KIM)
                case "open":
                    await open_scene(director, card("Mira"), card("Tomas"))
                case _:
                    assert await director.suggesting.lines(PLACE, ADA)

    await asyncio.gather(*(act(number, action) for number, action in enumerate(chosen)))
    turns = await stored(database)
    assert len([turn for turn in turns if turn.author is Author.PERSON]) == chosen.count("say")
    assert TurnState.OPEN not in {turn.state for turn in turns}
    assert (await say(director, "Mira?"))[-1][0] == "Mira"
