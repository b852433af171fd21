"""Questions about the story, with a real database and a real worker."""

import pytest

from bot.errors import NothingPlayed, PlayError
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import ADA, PLACE, begin, card, cost, line, open_scene, say, stored

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def ask(director: Director, question: str) -> str:
    async with director.questions.ask(PLACE, ADA, question) as answer:
        assert answer.speaker == "Author"
        told = "".join([chunk async for chunk in answer])
        assert answer.text == told
    return told


async def test_an_answer_leaves_no_trace(director: Director, engine: Engine, database: Database) -> None:
    opened = await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    await cost(director, "Well?")
    before, held = await stored(database), engine.occupancy.held[opened.channel]
    assert await ask(director, "Who keeps the inn?")
    assert await stored(database) == before
    assert engine.occupancy.held[opened.channel] >= held
    figures = await cost(director, "And now?")
    assert figures.read_head == 0


async def test_a_question_may_be_asked_while_somebody_speaks(talkative: Director) -> None:
    await open_scene(talkative, card("Mira"))
    async with talkative.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            assert await ask(talkative, "Who is that?")
            reply.stop()
            async for _ in reply:
                pass


async def test_a_grammar_of_the_scene_does_not_bind_the_answer(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.preferences.set(PLACE, ADA, "grammar", 'root ::= "yes"')
    assert await ask(director, "Who keeps the inn?") != "yes"


async def test_what_cannot_be_asked_is_told(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await ask(director, "Who?")
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError, match="There is no question"):
        await ask(director, "  ")
    with pytest.raises(PlayError, match="at most 600 characters"):
        await ask(director, "x" * 601)
