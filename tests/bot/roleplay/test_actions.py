"""Retry, undo, narrate and suggest, with a real database and a real worker."""

import pytest

from bot.core import Author, TurnState
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.templates import CHATML
from bot.store import turns
from bot.store.database import Database
from engine import Engine, InvalidSampling
from engine.llama.model import Model
from tests.bot.roleplay.conftest import (
    ADA,
    GREETING,
    KIM,
    PLACE,
    card,
    cost,
    listen,
    narrate,
    open_scene,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def story_tokens(director: Director, model: Model) -> int:
    """Count the tokens of the story as it stands, without what is read for one reply only."""
    scene = await director.scene(PLACE)
    assert scene
    story = script.reply(scene, "Mira", CHATML).story
    return sum(len(model.tokenize(segment)) for segment in story)


async def test_retry_speaks_anew_and_keeps_the_former_reply(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    [former] = await say(director, "Hello.")
    first = (await director.story(PLACE))[-1]
    async with director.retry(PLACE, ADA) as performance:
        [(speaker, text)] = await listen(performance)
    assert speaker == "Mira"
    assert (speaker, text) != former
    *_, question, second = await director.story(PLACE)
    assert (question.text, second.text) == ("Hello.", text)
    assert (second.parent, second.character) == (first.parent, first.character)
    async with database.reading() as session:
        assert await turns.siblings(session, second.id) == (first, second)


async def test_retry_is_asked_of_whoever_spoke_last(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    first, _ = await say(director, "Mira, Tomas?")
    for _ in range(2):
        async with director.retry(PLACE, ADA) as performance:
            [again] = await listen(performance)
        assert again[0] == "Tomas"
        assert await told(director) == [GREETING, ("Kim", "Mira, Tomas?"), first, again]


@pytest.mark.parametrize("greeting", ["Hello.", ""])
async def test_a_narrators_turn_can_be_retried(director: Director, greeting: str) -> None:
    scene = await open_scene(director, card("Mira", first_mes=greeting))
    former = await narrate(director)
    async with director.retry(PLACE, ADA) as performance:
        [(speaker, text)] = await listen(performance)
    assert speaker == "Narrator"
    assert text != former
    assert await told(director) == [*((turn.name, turn.text) for turn in scene.turns), ("Narrator", text)]


async def test_a_line_that_lost_its_reply_is_answered_by_a_retry(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Who is there?")
    await director.turns.undo(PLACE, KIM)
    async with director.retry(PLACE, ADA) as performance:
        [(speaker, text)] = await listen(performance)
    assert speaker == "Mira"
    assert [entry.text for entry in await director.story(PLACE)][-2:] == ["Who is there?", text]


@pytest.mark.parametrize("greeting", ["Hello.", ""])
async def test_what_is_no_reply_cannot_be_retried(director: Director, greeting: str) -> None:
    await open_scene(director, card("Mira", first_mes=greeting, talkativeness=0.0))
    before = await director.story(PLACE)
    with pytest.raises(PlayError, match="There is nothing to retry"):
        async with director.retry(PLACE, ADA):
            pass
    assert await director.story(PLACE) == before


async def test_a_retry_that_fails_leaves_the_former_reply(
    director: Director, database: Database, engine: Engine
) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    before = await director.story(PLACE)
    with pytest.raises(InvalidSampling):
        async with Director(database, engine, PlaySettings(temperature=99)).retry(PLACE, ADA) as performance:
            await listen(performance)
    assert await director.story(PLACE) == before
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}


async def test_undo_takes_turns_back_and_they_stay_stored(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await say(director, "Well?")
    path, all_turns = await director.story(PLACE), await stored(database)
    assert await director.turns.undo(PLACE, KIM) == path[-1:]
    assert await director.story(PLACE) == path[:-1]
    assert await director.turns.undo(PLACE, KIM, count=2) == path[2:4]
    assert await director.story(PLACE) == path[:2]
    assert await director.turns.undo(PLACE, KIM, count=9) == path[:2]
    assert await director.story(PLACE) == ()
    assert await stored(database) == all_turns
    with pytest.raises(PlayError, match="There is nothing to undo"):
        await director.turns.undo(PLACE, KIM)


async def test_after_an_undo_the_story_goes_on_from_there(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await director.turns.undo(PLACE, KIM, count=2)
    [reply] = await say(director, "Goodbye.")
    assert await told(director) == [GREETING, ("Kim", "Goodbye."), reply]


async def test_a_narrator_tells_and_is_stored_as_one(director: Director) -> None:
    await open_scene(director, card("Mira"))
    text = await narrate(director, "A storm.")
    *_, turn = await director.story(PLACE)
    assert (turn.author, turn.name, turn.text) == (Author.NARRATOR, "Narrator", text)
    assert (turn.state, turn.character, turn.person) == (TurnState.DONE, None, None)


async def test_narration_is_read_beside_the_story(director: Director, engine: Engine, model: Model) -> None:
    scene = await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    before = await story_tokens(director, model)
    await narrate(director, "A storm comes up, and it blows the lamps out. " * 3)
    assert engine.occupancy.held[scene.channel] == before
    figures = await cost(director, "Well?")
    assert figures.held == before
    assert figures.read_head == 0
