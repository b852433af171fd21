"""Notes, pins, facts and recall, with a real database and a real worker: what the model reads, and what it costs."""

import pytest

from bot.core import Author, Scene
from bot.errors import LineTooLong, Missing, NothingPlayed, PlayError
from bot.roleplay.director import Director
from bot.roleplay.performance import Reply
from bot.store import reasons, turns
from bot.store.database import Database
from engine import Engine, EngineSettings
from tests.bot.roleplay.conftest import (
    AT,
    KIM,
    PLACE,
    SHORT,
    SILENT,
    card,
    line,
    listen,
    open_scene,
    say,
    shown,
    told,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILLER = "we count the lamps on the pier once more, and then the nets, and then the boats that lie in the bay."


async def read_for(director: Director, text: str) -> str:
    """Say a line and return what the model read for the last answer."""
    replies: list[Reply] = []
    async with director.hear(line(text)) as performance:
        async for reply in performance:
            replies.append(reply)
            async for _ in reply:
                pass
    return shown(replies[-1].prompt)


async def test_a_note_is_read_behind_the_story_and_only_by_whom_it_is_for(director: Director) -> None:
    await open_scene(director, card("Mira"), card("Tomas"))
    memory = director.memory
    assert await memory.set_note(PLACE, KIM, "It rains all day.")
    assert await memory.set_note(PLACE, KIM, "Be sad.", character="mira")
    prompt = await read_for(director, "Mira, hello.")
    assert "Kim: Mira, hello.<|im_end|>\n<|im_start|>system\nIt rains all day.\n\nBe sad.<|im_end|>" in prompt
    prompt = await read_for(director, "Tomas, hello.")
    assert "It rains all day.<|im_end|>" in prompt
    assert "Be sad." not in prompt
    assert [(name, note.text) for name, note in await memory.notes(PLACE)] == [
        ("", "It rains all day."),
        ("Mira", "Be sad."),
    ]
    await memory.set_note(PLACE, KIM, "")
    await memory.set_note(PLACE, KIM, "Be glad.", character="Mira", depth=0)
    assert "It rains" not in (prompt := await read_for(director, "Mira, hello."))
    assert "Be glad." in prompt


async def test_the_deeper_note_is_read_first(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.memory.set_note(PLACE, KIM, "It rains.", depth=1)
    await director.memory.set_note(PLACE, KIM, "{{char}} is sad.", character="Mira", depth=2)
    assert "Mira is sad.\n\nIt rains.<|im_end|>" in await read_for(director, "Hello.")


async def test_a_note_is_told_every_so_many_replies(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.memory.set_note(PLACE, KIM, "It rains.", frequency=3)
    read = ["It rains." in await read_for(director, f"Line {number}.") for number in range(6)]
    assert read == [False, False, True, False, False, True]


async def test_a_note_that_is_too_long_is_cut_and_that_is_said(director: Director, engine: Engine) -> None:
    await open_scene(director, card("Mira"))
    long = "the night " * 700
    assert len(long) > engine.info.window
    assert await director.memory.set_note(PLACE, KIM, long) is False
    prompt = await read_for(director, "Hello.")
    assert 60 < prompt.count("the night") < 110
    assert (await told(director))[-1][0] == "Mira"
    with pytest.raises(LineTooLong):
        await director.memory.set_note(PLACE, KIM, long * 2)


@pytest.mark.parametrize("wrong", [{"depth": -1}, {"frequency": 0}, {"frequency": 101}, {"character": "Nobody"}])
async def test_a_note_of_nobody_or_never_is_refused(director: Director, wrong: dict[str, object]) -> None:
    with pytest.raises(NothingPlayed):
        await director.memory.set_note(PLACE, KIM, "It rains.")
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError):
        await director.memory.set_note(PLACE, KIM, "It rains.", **wrong)  # type: ignore[arg-type]
    assert await director.memory.notes(PLACE) == ()


async def outgrow(director: Director, *, until: int = 30) -> Scene:
    """Say lines until the first ones have left the window."""
    for number in range(until):
        await say(director, f"Line {number}: {FILLER} {FILLER}")
        scene = await director.scene(PLACE)
        assert scene
        if number > 3 and scene.window_from is not None:
            return scene
    raise AssertionError("nothing has left the window")


async def test_a_pinned_turn_never_leaves_until_it_is_unpinned(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "The ring is cursed.")
    (greeting, ring, *_) = await director.story(PLACE)
    assert (await director.memory.pin(PLACE, KIM, ring.id)).pinned
    assert [turn.id for turn in await director.memory.pins(PLACE)] == [ring.id]
    scene = await outgrow(director)
    assert ring.id not in [turn.id for turn in scene.turns]
    prompt = await read_for(director, "Is that ring cursed?")
    assert "Kim: The ring is cursed" in prompt
    assert "Earlier, Kim: “The ring" not in prompt
    assert greeting.text not in prompt
    assert not (await director.memory.unpin(PLACE, KIM, ring.id)).pinned
    assert await director.memory.pins(PLACE) == ()
    assert "The ring is cursed" not in await read_for(director, "Mira, well?")


async def test_a_fact_is_a_pinned_turn_of_the_narrators(director: Director, database: Database) -> None:
    await open_scene(director, card("Mira"))
    fact = await director.memory.remember(PLACE, KIM, " The ring\nis cursed. ")
    assert (fact.author, fact.name, fact.text, fact.pinned) == (
        Author.NARRATOR,
        "Narrator",
        "The ring is cursed.",
        True,
    )
    assert await director.memory.pins(PLACE) == ((await director.story(PLACE))[-1],)
    async with director.retry(PLACE, KIM) as performance:
        assert [name for name, _ in await listen(performance)] == ["Mira"]
    assert (await told(director))[1] == ("Narrator", "The ring is cursed.")
    await director.turns.undo(PLACE, KIM, count=2)
    assert await director.memory.pins(PLACE) == ()
    for nothing in ("", " \n"):
        with pytest.raises(PlayError):
            await director.memory.remember(PLACE, KIM, nothing)


async def test_pins_may_not_fill_the_window_and_deleted_turns_none(director: Director, database: Database) -> None:
    await open_scene(director, SILENT)
    with pytest.raises(PlayError, match="a quarter of the window"):
        await director.memory.remember(PLACE, KIM, "The ring is cursed. " * 60)
    assert len(await director.story(PLACE)) == 1
    await say(director, "The ring is cursed. " * 60)
    await say(director, "Oh.")
    (_, long, short) = await director.story(PLACE)
    with pytest.raises(PlayError, match="a quarter of the window"):
        await director.memory.pin(PLACE, KIM, long.id)
    async with database.writing() as session:
        await turns.revise(session, short.id, "", person=None, at=AT)
    with pytest.raises(PlayError, match="deleted"):
        await director.memory.pin(PLACE, KIM, short.id)
    with pytest.raises(Missing):
        await director.memory.pin(PLACE, KIM, 999)
    assert await director.memory.pins(PLACE) == ()


async def test_old_turns_are_recalled_when_they_matter_and_not_otherwise(
    director: Director, database: Database
) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "My grandmother Odile hid a compass in the chapel.")
    scene = await outgrow(director)
    first = next(turn for turn in await director.story(PLACE) if "Odile" in turn.text)
    assert first not in scene.turns
    quote = "Earlier, Kim: “My grandmother Odile hid a compass in the chapel.”"
    assert quote not in await read_for(director, "Shall we count the nets?")
    assert quote in await read_for(director, "Did Odile ever speak of a compass?")
    async with database.reading() as session:
        reason = await reasons.of(session, (await director.story(PLACE))[-1].id)
    assert reason
    assert first.id in reason.fields["memories"]
    assert quote in await read_for(director, "And the chapel, the compass?")
    async with database.writing() as session:
        await turns.revise(session, first.id, "", person=None, at=AT)
    assert "Earlier, Kim: “My grandmother" not in await read_for(director, "Did Odile ever speak of a compass?")


async def test_what_is_still_in_the_window_is_not_quoted(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "My grandmother Odile hid a compass in the chapel.")
    assert "Earlier, Kim" not in await read_for(director, "Did Odile ever speak of a compass?")


async def test_another_branch_is_not_recalled(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "My grandmother Odile hid a compass in the chapel.")
    await director.turns.undo(PLACE, KIM, count=2)
    await outgrow(director)
    assert "grandmother" not in await read_for(director, "Did Odile ever speak of a compass?")


async def test_all_of_the_story_can_be_searched(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "The compass lies in the chapel.")
    await outgrow(director)
    await say(director, "Which compass?")
    found = await director.memory.search(PLACE, "compasses")
    assert {turn.text for turn in found} == {"The compass lies in the chapel.", "Which compass?"}
    assert await director.memory.search(PLACE, '"*') == ()


async def test_notes_recall_and_knowledge_read_no_history_again(database: Database, tiny_model) -> None:
    settings = EngineSettings(model=tiny_model, window=1024, parallel=1, threads=1, heal="off", commit="off")
    async with Engine.open(settings) as engine:
        director = Director(database, engine, SHORT, seed=7)
        await open_scene(director, card("Mira"), card("Tomas"))
        await director.memory.set_note(PLACE, KIM, "It rains.", frequency=2)
        await director.memory.set_note(PLACE, KIM, "Be sad.", character="Mira")
        wiki = "# Port Alder\nThe chapel of Port Alder burned in the year of the great storm.\n"
        await director.knowledge.attach(PLACE, KIM, "wiki.md", wiki.encode())
        for number in range(32):
            odd = ("Odile's compass", "the chapel of Port Alder", "a lantern", "the blue door")[number % 4]
            await say(director, f"Line {number}, Mira: {odd}, and the nets of {number * 7} boats.")
            if number in (5, 20):
                await director.memory.remember(PLACE, KIM, f"Fact {number}: the ring is cursed.")
        async with database.reading() as session:
            kept = [await reasons.of(session, turn.id) for turn in await director.story(PLACE)]
        told = [reason.fields for reason in kept if reason]
        assert sum(bool(fields["memories"]) for fields in told) > 5
        assert sum(bool(fields["knowledge"]) for fields in told) > 5
        totals = engine.occupancy.totals
        assert totals.trimmed > 400
        assert totals.read_again <= 0.02 * totals.read
