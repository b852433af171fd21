"""Stories that last: what is read for each reply, windows that move, crashes, seeds."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core import Author, TurnState
from bot.roleplay.director import Director
from bot.roleplay.templates import FormatName
from bot.store import turns
from bot.store.database import Database
from engine import Engine, EngineSettings, PromptTooLong
from tests.bot.roleplay.conftest import (
    AT,
    GREETING,
    KIM,
    PLACE,
    SHORT,
    SILENT,
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


async def play(data: Path, model: Path, seed: int) -> list[tuple[str, str]]:
    """Play a story with everything in it in a data folder and a worker of its own, and return all turns stored."""
    settings = EngineSettings(model=model, window=512, parallel=1, threads=1, commit="off")
    async with Database.open(data) as database, Engine.open(settings) as engine:
        director = Director(database, engine, SHORT, seed=seed)
        mira = card("Mira", first_mes="{{random::Good evening::Hello::Ahoy::Who is there::Hm::Well}}, {{user}}.")
        await open_scene(director, mira, card("Tomas"), card("Ada Stone"))
        for text in ("Hello?", "Anybody?", "Tomas, Mira!"):
            await say(director, text)
        async with director.retry(PLACE, KIM) as performance:
            await listen(performance)
        await narrate(director, "Rain.")
        lines = [("suggested", line) for line in await director.suggesting.lines(PLACE, KIM)]
        return [*((turn.name, turn.text) for turn in await stored(database)), *lines]


async def test_a_seed_repeats_a_story_and_another_does_not(tmp_path: Path, migrated: Path, tiny_model: Path) -> None:
    stories: list[list[tuple[str, str]]] = []
    for number, seed in enumerate((1, 1, 2)):
        data = Path(shutil.copytree(migrated, tmp_path / str(number)))
        stories.append(await play(data, tiny_model, seed))
    assert stories[0] == stories[1]
    assert len(stories[0]) > 10
    shared = set(stories[0]) & set(stories[2])
    assert {text for name, text in shared if name == "Kim"} == {"Hello?", "Anybody?", "Tomas, Mira!"}
    assert all(name == "Kim" or text.endswith(", Kim.") for name, text in shared)


async def test_a_crash_in_mid_reply_is_cleared_up(director: Director, database: Database, engine: Engine) -> None:
    scene = await open_scene(director, SILENT)
    await say(director, "Hello.")
    leaf = (await director.story(PLACE))[-1].id
    async with database.writing() as session:
        await turns.open_reply(
            session, scene.id, parent=leaf, name="Mira", author=Author.CHARACTER, character=None, at=AT
        )
    restarted = Director(database, engine, SHORT, seed=7)
    assert await restarted.clear_up() == 1
    assert await restarted.clear_up() == 0
    assert await told(restarted) == [GREETING, ("Kim", "Hello.")]
    [reply] = await say(restarted, "Mira?")
    assert await told(restarted) == [GREETING, ("Kim", "Hello."), ("Kim", "Mira?"), reply]
    assert {turn.state for turn in await stored(database)} == {TurnState.DONE, TurnState.CUT}


async def test_characters_too_long_for_the_window_are_a_sentence(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira", description="She counts every lamp. " * 100))
    for _ in range(2):
        with pytest.raises(PromptTooLong, match="remove a character"):
            await say(director, "Hello.")
    with pytest.raises(PromptTooLong):
        await narrate(director)
    assert await told(director) == [GREETING, ("Kim", "Hello."), ("Kim", "Hello.")]
    assert TurnState.OPEN not in {turn.state for turn in await stored(database)}


async def test_a_story_that_outgrows_the_window_plays_on(
    director: Director, engine: Engine, database: Database
) -> None:
    examples = "<START>\nKim: Who is there?\nMira: The tide, and a lamp for it."
    await open_scene(director, card("Mira", mes_example=examples))
    windows: list[int | None] = []
    said = [GREETING]
    for number in range(12):
        text = f"Line {number}: the tide is {number * 7} high{', and we count the lamps on the pier once more' * 3}."
        figures = await cost(director, text)
        assert number == 0 or figures.read_head == 0
        said += [("Kim", text), (await told(director))[-1]]
        scene = await director.scene(PLACE)
        assert scene
        assert engine.occupancy.held[scene.channel] <= engine.info.window
        if scene.window_from not in windows:
            windows.append(scene.window_from)
    assert await told(director) == said
    assert None not in windows[1:]
    assert 2 <= len(windows) - 1 <= 6
    assert windows[1:] == sorted(window for window in windows if window)
    assert scene.turns[0].id == windows[-1]
    await director.turns.undo(PLACE, KIM, count=16)
    await say(director, "Hello again.")
    assert (await told(director))[:-2] == said[:9]


@pytest.mark.parametrize("template", ["qwen", "gemma", "mistral-v7"])
async def test_a_trim_reads_nothing_again_in_any_kind_of_format(
    database: Database, engine: Engine, template: FormatName
) -> None:
    director = Director(database, engine, replace(SHORT, template=template), seed=7)
    await open_scene(director, card("Mira"), card("Tomas"))
    await say(director, "Hello.")
    before = engine.occupancy.totals
    for number in range(10):
        await say(director, f"Line {number}, Mira and Tomas: " + "we count the lamps on the pier. " * 8)
    after = engine.occupancy.totals
    assert after.trimmed - before.trimmed > 1_000
    assert after.read_again == before.read_again


async def test_a_reply_reads_only_what_is_new(director: Director) -> None:
    await open_scene(director, card("Mira", description="She mends the nets that the tide tears. " * 4))
    await say(director, "Hello.")
    figures = await cost(director, "Well?")
    assert figures.held > 200
    assert figures.read_head == 0
    assert figures.read_turn + figures.read_tail < 60
