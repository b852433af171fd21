"""Scenes and lines, with a real database and a real worker: who answers, and what is stored."""

import pytest
from sqlalchemy import select

from bot.core import Author, Place, Turn, TurnState
from bot.errors import LineTooLong, NothingPlayed, PlayError
from bot.roleplay.director import MAX_LINE_CHARACTERS, Director, Status
from bot.store import cards, models
from bot.store.database import Database
from engine import Engine
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    PLACE,
    SILENT,
    card,
    line,
    listen,
    narrate,
    open_scene,
    say,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

ELSEWHERE = Place("terminal:elsewhere")


async def test_a_scene_opens_with_a_greeting(director: Director) -> None:
    scene = await director.scenes.start(PLACE, KIM, [card("Mira"), card("Tomas")], at=AT)
    assert (scene.title, scene.opened_by, scene.place) == ("Mira, Tomas", "Kim", PLACE)
    assert [member.name for member in scene.members] == ["Mira", "Tomas"]
    [greeting] = scene.turns
    assert greeting == Turn(
        greeting.id,
        None,
        Author.CHARACTER,
        "Mira",
        "Mira waves at Kim.",
        TurnState.DONE,
        AT,
        character=scene.members[0].character,
    )
    assert await director.scene(PLACE) == scene
    assert await director.story(PLACE) == scene.turns


async def test_a_scene_can_open_in_silence(director: Director) -> None:
    scene = await open_scene(director, card("Mira", first_mes=""))
    assert scene.turns == ()
    [reply] = await say(director, "Hello.")
    assert await told(director) == [("Kim", "Hello."), reply]


async def test_a_card_is_stored_whole(director: Director, database: Database) -> None:
    mira = card("Mira", talkativeness=0.3)
    scene = await open_scene(director, mira)
    async with database.reading() as session:
        assert await cards.original_of(session, scene.members[0].character) == mira.data
        fields = await cards.fields_of(session, scene.members[0].character)
    assert (fields["description"], fields["talkativeness"]) == ("Mira keeps an inn.", 0.3)


async def test_the_next_scene_ends_the_one_before_which_stays_stored(director: Director, database: Database) -> None:
    first = await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    before = await stored(database)
    second = await open_scene(director, card("Tomas"))
    assert second.id != first.id
    assert await told(director) == [("Tomas", "Tomas waves at Kim.")]
    assert (await stored(database))[:-1] == before
    async with database.reading() as session:
        ended = await session.execute(select(models.Scene.id, models.Scene.ended_at))
    assert {id: at for id, at in ended} == {first.id: AT, second.id: None}


@pytest.mark.parametrize("names", [[], ["Narrator"], ["Mira", "mira"]])
async def test_a_scene_that_cannot_open_leaves_the_one_before(director: Director, names: list[str]) -> None:
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError):
        await open_scene(director, *map(card, names))
    assert await told(director) == [GREETING]


async def test_a_line_is_answered_and_all_of_it_stored(director: Director) -> None:
    scene = await open_scene(director, card("Mira"))
    [(speaker, text)] = await say(director, "Good evening.")
    assert speaker == "Mira"
    assert text == text.strip() != ""
    greeting, question, answer = await director.story(PLACE)
    assert (question.author, question.name, question.text) == (Author.PERSON, "Kim", "Good evening.")
    assert (question.parent, question.state, question.at) == (greeting.id, TurnState.DONE, AT)
    assert question.person is not None
    assert (answer.author, answer.name, answer.text) == (Author.CHARACTER, "Mira", text)
    assert (answer.parent, answer.state, answer.character) == (question.id, TurnState.DONE, scene.members[0].character)


async def test_who_is_named_answers_in_order_each_behind_the_other(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"), card("Ada Stone"))
    said = await say(director, "Tomas! And Mira.")
    assert [name for name, _ in said] == ["Tomas", "Mira"]
    path = await director.story(PLACE)
    assert [(turn.name, turn.text) for turn in path[2:]] == said
    assert [turn.parent for turn in path] == [None, *(turn.id for turn in path[:-1])]


async def test_two_people_play_in_one_scene(director: Director) -> None:
    await open_scene(director, SILENT)
    await say(director, "Hello.", account=KIM)
    await say(director, "Hi.", account=ADA)
    await say(director, "Rain again.", account=KIM)
    _, first, second, third = await director.story(PLACE)
    assert [turn.name for turn in (first, second, third)] == ["Kim", "Ada", "Kim"]
    assert first.person == third.person != second.person


async def test_places_have_stories_of_their_own(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.scenes.start(ELSEWHERE, ADA, [card("Mira")], at=AT)
    await say(director, "Hello.", account=ADA, place=ELSEWHERE)
    assert await told(director) == [GREETING]
    assert (await told(director, ELSEWHERE))[:2] == [("Mira", "Mira waves at Ada."), ("Ada", "Hello.")]
    assert (await director.story(ELSEWHERE, last=1))[0].author is Author.CHARACTER


async def test_what_is_said_out_of_character_is_never_stored(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    for text in ("// back in a minute", "((who plays Tomas?))", "  // indented"):
        assert await say(director, text) == []
    assert await told(director) == [GREETING]
    assert len(await stored(database)) == 1


async def test_a_line_may_be_long_and_no_longer(director: Director) -> None:
    await open_scene(director, SILENT)
    longest = "x" * MAX_LINE_CHARACTERS
    await say(director, longest)
    with pytest.raises(LineTooLong, match="8,001 characters; 8,000"):
        await say(director, longest + "x")
    assert await told(director) == [GREETING, ("Kim", longest)]


async def test_where_nothing_is_played_every_action_says_so(director: Director) -> None:
    assert await director.scene(PLACE) is None
    assert await director.story(PLACE) == ()
    assert director.stop(PLACE, KIM) is False
    with pytest.raises(NothingPlayed):
        await say(director, "Hello?")
    with pytest.raises(NothingPlayed):
        async with director.retry(PLACE, ADA):
            pass
    with pytest.raises(NothingPlayed):
        await narrate(director)
    with pytest.raises(NothingPlayed):
        await director.suggesting.lines(PLACE, KIM)
    with pytest.raises(NothingPlayed):
        await director.turns.undo(PLACE, KIM)


async def test_an_event_that_comes_twice_is_recorded_and_answered_once(director: Director) -> None:
    await open_scene(director, card("Mira"))
    answers: list[tuple[str, str]] = []
    for text in ("Hello.", "Hello, edited."):
        async with director.hear(line(text, event="terminal:same")) as performance:
            answers += await listen(performance)
    assert await told(director) == [GREETING, ("Kim", "Hello."), *answers]
    assert len(answers) == 1


async def test_the_status_tells_what_is_held(director: Director, engine: Engine) -> None:
    scene = await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    assert director.status(None) == Status(engine.info.name, 0, 1024, 0, 0)
    status = director.status(scene)
    assert status.held == engine.occupancy.held[scene.channel] > 200
