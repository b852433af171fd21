"""Lines that somebody could say next."""

import pytest

from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from engine.llama.model import Model
from tests.bot.roleplay.conftest import ADA, KIM, PLACE, SILENT, card, cost, open_scene, say, stored, told
from tests.bot.roleplay.test_actions import story_tokens

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_suggestions_leave_no_trace(director: Director, engine: Engine, database: Database, model: Model) -> None:
    scene = await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    path, all_turns = await told(director), await stored(database)
    before = await story_tokens(director, model)
    suggestions = await director.suggesting.lines(PLACE, ADA, count=3)
    assert 2 <= len(set(suggestions)) <= 3
    assert await told(director) == path
    assert await stored(database) == all_turns
    assert engine.occupancy.held[scene.channel] == before
    assert (await cost(director, "Well?")).held == before


async def test_a_suggestion_is_one_line(database: Database, engine: Engine) -> None:
    wild = PlaySettings(temperature=5, top_k=0, top_p=1, min_p=0, repeat_penalty=1)
    director = Director(database, engine, wild, seed=7)
    await open_scene(director, card("Mira"))
    suggestions = await director.suggesting.lines(PLACE, ADA, count=12)
    assert all(suggestion == suggestion.strip() and "\n" not in suggestion for suggestion in suggestions)


async def test_suggestions_are_drawn_as_the_scene_wants_its_replies(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.")
    await director.preferences.set(PLACE, KIM, "top_k", "1")
    assert len(await director.suggesting.lines(PLACE, ADA, count=3)) == 1


async def test_what_has_left_the_window_for_a_suggestion_stays_out(director: Director) -> None:
    await open_scene(director, SILENT)
    for number in range(8):
        await director.turns.say_as(PLACE, KIM, "Narrator", f"{number} lamps are lit in the harbour. " * 20)
    before = await director.scene(PLACE)
    await director.suggesting.lines(PLACE, KIM, count=2)
    after = await director.scene(PLACE)
    assert before
    assert after
    assert before.window_from is None
    assert after.window_from in {turn.id for turn in before.turns[1:]}
