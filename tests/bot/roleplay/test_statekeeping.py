"""What a story keeps, with a real database and a real worker: set, told, updated, undone."""

import asyncio
import json
from typing import Any

import pytest

from bot.errors import PlayError
from bot.roleplay.director import Director
from bot.roleplay.state import State
from bot.store import states
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import KIM, PLACE, listen, open_scene, say
from tests.bot.roleplay.conftest import line as incoming
from tests.bot.roleplay.lorebooks import card

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY: dict[str, Any] = {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3}
TRUST: dict[str, Any] = {"kind": "choice", "name": "trust", "options": ["wary", "warm"]}


async def line(director: Director) -> str:
    return (await director.state.current(PLACE)).line


async def test_a_scene_keeps_what_its_cards_define(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]), card("Tomas", state=[TRUST, {**DAY, "start": 5}]))
    assert await line(director) == "day 3 · trust: wary"


async def test_a_story_without_definitions_keeps_nothing(director: Director) -> None:
    await open_scene(director, card("Mira"))
    assert await director.state.current(PLACE) == State.start(())
    with pytest.raises(PlayError, match="it keeps nothing"):
        await director.state.change(PLACE, KIM, "day", "4")
    with pytest.raises(PlayError, match="The story keeps no values"):
        await director.aftermath.change(PLACE, KIM, state=True)


async def test_values_are_told_behind_the_story(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    async with director.hear(incoming("Hello.")) as performance:
        async for reply in performance:
            assert "day 3" in "".join(segment.text for segment in reply.prompt.tail)
            assert "day 3" not in "".join(segment.text for segment in reply.prompt.story)
            assert [chunk async for chunk in reply]


async def test_a_players_value_goes_back_with_the_story(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY, TRUST]))
    await say(director, "Hello.")
    assert (await director.state.change(PLACE, KIM, "Day", "7")).line == "day 7 · trust: wary"
    await say(director, "Later.")
    await director.state.change(PLACE, KIM, "trust", "WARM")
    assert await line(director) == "day 7 · trust: warm"
    await director.turns.undo(PLACE, KIM)
    assert await line(director) == "day 7 · trust: wary"
    await director.turns.undo(PLACE, KIM, count=2)
    assert await line(director) == "day 3 · trust: wary"


async def test_a_value_that_does_not_fit_is_refused(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    with pytest.raises(PlayError, match="day cannot be “99”: a whole number from 1 to 9 was expected"):
        await director.state.change(PLACE, KIM, "day", "99")
    assert await line(director) == "day 3"


async def test_nothing_can_be_set_before_the_story_begins(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY], first_mes=""))
    with pytest.raises(PlayError, match="has not begun"):
        await director.state.change(PLACE, KIM, "day", "4")


async def test_the_model_updates_the_values_beside_the_story(director: Director) -> None:
    scene = await open_scene(director, card("Mira", state=[DAY, TRUST]))
    await director.aftermath.change(PLACE, KIM, state=True)
    async with director.hear(incoming("Hello.")) as performance:
        await listen(performance)
    told = await director.story(PLACE)
    assert [turn.name for turn in told] == ["Mira", "Kim", "Mira"]
    state = await director.state.current(PLACE)
    assert performance.following.state == state.line
    assert json.loads(state.json)["trust"] in ("wary", "warm")
    await director.turns.undo(PLACE, KIM)
    assert await line(director) == "day 3 · trust: wary"
    assert scene.leaf != told[-1].id


async def test_an_update_follows_the_grammar_whatever_the_model_would_say(director: Director) -> None:
    goal = {"kind": "text", "name": "goal", "characters": 12, "start": "find the key"}
    await open_scene(director, card("Mira", state=[goal, {"kind": "number", "name": "hour", "least": 5, "most": 6}]))
    scene = await director.scene(PLACE)
    assert scene
    state = await director.state.update(scene, KIM)
    assert state.values[0] != "find the key"  # that model writes whatever the grammar lets it
    assert state.values[1] in (5, 6)
    assert await director.state.current(PLACE) == state


async def test_what_a_player_sets_while_the_model_thinks_counts(
    director: Director, database: Database, engine: Engine
) -> None:
    scene = await open_scene(director, card("Mira", state=[DAY, TRUST]))
    assert scene.leaf
    async with database.writing() as session:
        updating = asyncio.create_task(director.state.update(scene, KIM))
        for _ in range(5000):
            if engine.running + engine.waiting:
                break
            await asyncio.sleep(0.001)
        await states.keep(session, scene.leaf, {"day": 8}, person=None)
    assert (await updating).line == "day 8 · trust: wary"
    assert await line(director) == "day 8 · trust: wary"


async def test_a_card_that_defines_nonsense_opens_no_scene(director: Director) -> None:
    with pytest.raises(PlayError, match="The state that “Mira” defines cannot be used"):
        await open_scene(director, card("Mira", state=[{"kind": "list", "name": "day"}]))
    assert await director.scene(PLACE) is None


async def test_players_define_what_the_story_keeps(director: Director) -> None:
    await open_scene(director, card("Mira", state=[DAY]))
    await say(director, "Hello.")
    await director.state.define(PLACE, KIM, "trust = wary, warm")
    await director.state.change(PLACE, KIM, "trust", "warm")
    assert await line(director) == "day 3 · trust: warm"
    await director.state.define(PLACE, KIM, "Day = 1..99")
    assert await line(director) == "Day 3 · trust: warm"
    await director.state.define(PLACE, KIM, "trust = warm, hearty")
    assert await line(director) == "Day 3 · trust: warm"
    assert (await director.state.forget(PLACE, KIM, "day")).line == "trust: warm"
    for action in (
        lambda: director.state.define(PLACE, KIM, "day = 9..1"),
        lambda: director.state.define(PLACE, KIM, "1st = 1..9"),
        lambda: director.state.forget(PLACE, KIM, "day"),
    ):
        with pytest.raises(PlayError):
            await action()
    for number in range(11):
        await director.state.define(PLACE, KIM, f"number{chr(97 + number)} = 1..9")
    with pytest.raises(PlayError, match="12 values at most"):
        await director.state.define(PLACE, KIM, "mood = text")
