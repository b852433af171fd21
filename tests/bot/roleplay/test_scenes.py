"""Scenes that start, end, and are gone on with, with a real database and a real worker."""

from dataclasses import replace

import pytest

from bot.core import Account, Author, Scene
from bot.errors import NotAllowed, NothingPlayed, PlayError, StillSpeaking
from bot.roleplay import blocks, prompts, script
from bot.roleplay.director import Director
from bot.roleplay.language import LANGUAGES
from bot.roleplay.opening import Wishes
from bot.roleplay.templates import CHATML
from bot.store import reasons, turns
from bot.store.database import Database
from characters import CardFile
from engine import Engine, EngineSettings
from tests.bot.roleplay.conftest import (
    ADA,
    AT,
    GREETING,
    KIM,
    PLACE,
    SHORT,
    SILENT,
    begin,
    card,
    line,
    open_scene,
    say,
    shown,
    stored,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

GUEST = Account("terminal:3", "Lee")

MIRA, TOMAS = card("Mira"), card("Tomas")
MANY = card(
    "Mira",
    first_mes="Hello, {{user}}.",
    alternate_greetings=("", "Ahoy, {{user}}.", "{{char}} nods."),
    group_only_greetings=("Hello, {{group}}.",),
)


async def start(director: Director, *cards: CardFile, **wishes: str) -> Scene:
    return await director.scenes.start(PLACE, KIM, cards, at=AT, wishes=Wishes(**wishes))


async def greetings(director: Director, database: Database) -> list[str]:
    """Return all greetings that there are, in the order in which they can be swiped through."""
    [first] = await director.story(PLACE)
    async with database.reading() as session:
        return [turn.text for turn in await turns.siblings(session, first.id)]


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("", "Hello, Kim."),
        ("1", "Hello, Kim."),
        ("2", "Ahoy, Kim."),
        ("3", "Mira nods."),
        ("*{{char}} yawns.*", "*Mira yawns.*"),
    ],
)
async def test_one_greeting_is_said_and_the_others_are_its_swipes(
    director: Director, database: Database, wish: str, said: str
) -> None:
    await start(director, MANY, greeting=wish)
    assert await told(director) == [("Mira", said)]
    own = [] if said in ("Hello, Kim.", "Ahoy, Kim.", "Mira nods.") else [said]
    assert await greetings(director, database) == [*own, "Hello, Kim.", "Ahoy, Kim.", "Mira nods."]
    assert {turn.author for turn in await stored(database)} == {Author.CHARACTER}


async def test_a_group_is_greeted_with_what_is_for_groups_first(director: Director, database: Database) -> None:
    await start(director, MANY, TOMAS)
    assert await told(director) == [("Mira", "Hello, Mira, Tomas.")]
    assert await greetings(director, database) == ["Hello, Mira, Tomas.", "Hello, Kim.", "Ahoy, Kim.", "Mira nods."]


async def test_a_scene_may_start_in_silence(director: Director, database: Database) -> None:
    await start(director, MANY, greeting="0")
    assert await told(director) == []
    assert await stored(database) == ()


async def test_what_is_wished_for_is_what_the_scene_has(director: Director) -> None:
    inn = card("Mira", scenario="An inn.", nickname="")
    scene = await start(
        director, inn, TOMAS, scenario="{{user}} waits for {{char}}.", title=" Night\ttrain ", language="ru"
    )
    assert (scene.scenario, scene.title, scene.language) == ("Kim waits for Mira.", "Night train", "ru")
    prompt = shown(script.reply(scene, "Mira", CHATML))
    assert "An inn." not in prompt
    assert prompt.index(blocks.HOUSE_RULES) < prompt.index(LANGUAGES["ru"].order) < prompt.index("Scenario: Kim waits")


@pytest.mark.parametrize(
    ("wishes", "problem"),
    [
        ({"greeting": "5"}, "Mira has no greeting number 5: there are 3, and 0 is for none."),
        ({"language": "Klingon"}, "There is no language Klingon"),
        ({"title": "x" * 101}, "A title is from 1 to 100 characters long."),
        ({"scenario": "The lamps go out one by one. " * 200}, "There is no room for that"),
    ],
)
async def test_what_cannot_be_had_leaves_the_scene_before(
    director: Director, database: Database, wishes: dict[str, str], problem: str
) -> None:
    before, all_turns = await open_scene(director, MIRA), await stored(database)
    with pytest.raises(PlayError, match=problem):
        await start(director, MANY, **wishes)
    assert await director.scene(PLACE) == before
    assert await stored(database) == all_turns


async def test_the_rules_of_the_house_stand_first_and_ours_cannot_be_taken_out(
    database: Database, engine: Engine
) -> None:
    director = Director(database, engine, replace(SHORT, house_rules=" No gore. "), seed=7)
    scene = await open_scene(director, MIRA)
    assert scene.house_rules == f"{blocks.HOUSE_RULES}\nNo gore."
    head = shown(script.reply(scene, "Mira", CHATML))
    assert head.startswith(f"<|im_start|>system\n{blocks.HOUSE_RULES}\nNo gore.\n\n{blocks.PLAY_RULES}")
    assert "under 18" in blocks.HOUSE_RULES
    other = Director(database, engine, SHORT, seed=7)
    again = await other.scene(PLACE)
    assert again
    assert again.house_rules == scene.house_rules


async def test_a_language_that_changes_is_told_with_each_reply(director: Director, database: Database) -> None:
    await start(director, MIRA, language="de")
    await say(director, "Hello.")
    scene = await director.scenes.set_language(PLACE, KIM, "Japanese")
    assert scene.language == "ja"
    await say(director, "Well?")
    texts: list[str] = []
    async with database.reading() as session:
        for turn in await director.story(PLACE):
            if reason := await reasons.of(session, turn.id):
                texts.append(prompts.text_of(prompts.read(reason.prompt)))
    before, after = texts
    assert (LANGUAGES["de"].order in before, LANGUAGES["ja"].order in before) == (True, False)
    assert after.index("Kim: Well?") < after.index(LANGUAGES["ja"].order)


async def test_a_scene_ends_with_a_recap_and_stays_whole(director: Director, database: Database) -> None:
    started = await open_scene(director, MIRA)
    await say(director, "Hello.")
    before = await stored(database)
    ended = await director.scenes.end(PLACE, KIM)
    assert ended.scene.id == started.id
    assert ended.recap
    assert await director.scene(PLACE) is None
    assert await stored(database) == before
    with pytest.raises(NothingPlayed):
        await say(director, "Hello?")
    with pytest.raises(NothingPlayed):
        await director.scenes.end(PLACE, KIM)


async def test_a_scene_in_which_nothing_was_said_has_no_recap(director: Director, engine: Engine) -> None:
    await open_scene(director, card("Mira", first_mes=""))
    before = engine.occupancy.totals.requests
    assert (await director.scenes.end(PLACE, KIM)).recap == ""
    assert engine.occupancy.totals.requests == before


async def test_a_scene_ends_also_where_the_model_is_gone(database: Database, tiny_model: str) -> None:
    async with Engine.open(EngineSettings(model=tiny_model, window=512, parallel=1, threads=1)) as engine:  # type: ignore[arg-type]
        director = Director(database, engine, SHORT, seed=7)
        await open_scene(director, MIRA)
        await engine.unload()
        assert (await director.scenes.end(PLACE, KIM)).recap == ""
    assert await director.scene(PLACE) is None


async def test_an_ended_scene_is_gone_on_with(director: Director) -> None:
    first = await open_scene(director, SILENT)
    await say(director, "Hello.")
    await director.scenes.set_title(PLACE, KIM, "Night train")
    story = await told(director)
    second = await open_scene(director, TOMAS)
    assert (await director.scenes.resume(PLACE, KIM, "night TRAIN")).id == first.id
    assert await told(director) == story
    assert (await director.scenes.resume(PLACE, KIM, str(second.id))).id == second.id
    assert (await director.scenes.resume(PLACE, KIM, str(second.id))).id == second.id
    assert (await director.scenes.resume(PLACE, KIM, "train")).id == first.id
    assert [(one.id, one.has_ended) for one in await director.scenes.played(PLACE, ADA)] == [
        (second.id, True),
        (first.id, False),
    ]
    assert [name for name, _ in await say(director, "Mira?")] == ["Mira"]


async def test_a_scene_that_is_not_just_one_is_not_gone_on_with(director: Director) -> None:
    first, second = [await open_scene(director, MIRA) for _ in range(2)]
    with pytest.raises(PlayError, match=f"Several scenes are called mira: .* of {second.id}, {first.id}"):
        await director.scenes.resume(PLACE, KIM, "mira")
    for wanted in ("Tomas", "999", ""):
        with pytest.raises(PlayError, match="No scene called"):
            await director.scenes.resume(PLACE, KIM, wanted)
    assert await told(director) == [GREETING]


async def test_another_scenario_is_told_from_now_on(director: Director) -> None:
    await open_scene(director, MIRA)
    scene = await director.scenes.set_scenario(PLACE, KIM, "{{user}} is lost.")
    assert scene.scenario == "Kim is lost."
    assert await director.scene(PLACE) == scene
    with pytest.raises(PlayError, match="There is no room for that"):
        await director.scenes.set_scenario(PLACE, KIM, "The lamps go out one by one. " * 200)
    assert await director.scene(PLACE) == scene
    assert (await director.scenes.set_scenario(PLACE, KIM, "")).scenario == ""


async def test_scenes_are_up_to_whoever_opened_them(director: Director) -> None:
    scene = await open_scene(director, MIRA)
    for action in (
        director.scenes.end(PLACE, GUEST),
        director.scenes.resume(PLACE, GUEST, str(scene.id)),
        director.scenes.set_title(PLACE, GUEST, "Rain"),
        director.scenes.set_language(PLACE, GUEST, "ru"),
        director.scenes.set_scenario(PLACE, GUEST, "Rain."),
    ):
        with pytest.raises(NotAllowed, match="up to whoever opened the scene"):
            await action
    assert await director.scene(PLACE) == scene


async def test_while_somebody_speaks_no_scene_ends_or_goes_on(director: Director) -> None:
    first = await open_scene(director, MIRA)
    await open_scene(director, MIRA)
    async with director.hear(line("Hello.")) as performance:
        async for reply in performance:
            await begin(reply)
            with pytest.raises(StillSpeaking):
                await director.scenes.end(PLACE, KIM)
            with pytest.raises(StillSpeaking):
                await director.scenes.resume(PLACE, KIM, str(first.id))
            with pytest.raises(StillSpeaking):
                await start(director, TOMAS)
    assert [turn.name for turn in await director.story(PLACE)] == ["Mira", "Kim", "Mira"]
