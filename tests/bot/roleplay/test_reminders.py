"""What cards note for themselves (SillyTavern's `depth_prompt`), with a real database and a real worker."""

import pytest

from bot.core import Author
from bot.roleplay.director import Director
from bot.roleplay.performance import Reply
from bot.roleplay.tail import MOST_CARD_NOTE_TOKENS, is_brief
from bot.store import notes
from bot.store.database import Database
from bot.store.notes import Note
from characters import CardFile
from tests.bot.roleplay.conftest import KIM, PLACE, line, narrate, open_scene, say
from tests.bot.roleplay.lorebooks import book, card, entry, finish

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOTED = "Mira: hides the map from Kim."


def noting(name: str, text: str = "{{char}}: hides the map from {{user}}.", **more: object) -> CardFile:
    return card(name, extensions={"depth_prompt": {"prompt": text, "depth": 2, "role": "system"} | more})


async def answered(director: Director, text: str) -> Reply:
    async with director.hear(line(text)) as performance:
        [reply] = [await finish(reply) async for reply in performance]
    return reply


def tail(reply: Reply) -> str:
    return "".join(segment.text for segment in reply.prompt.tail)


def story(reply: Reply) -> str:
    return "".join(segment.text for segment in reply.prompt.story)


async def test_it_is_told_with_the_replies_of_its_character_behind_all_turns(director: Director) -> None:
    await open_scene(director, noting("Mira"), card("Tomas"))
    reply = await answered(director, "Mira, hello.")
    assert NOTED in tail(reply)
    assert "hides the map" not in story(reply)
    assert "hides the map" not in tail(await answered(director, "Tomas, hello."))
    assert "hides the map" not in story(await answered(director, "Mira, and you?"))


async def test_it_is_told_with_another_try_and_with_what_is_called_for(director: Director) -> None:
    await open_scene(director, noting("Mira"))
    await say(director, "Hello.")
    for act in (director.retry(PLACE, KIM), director.next(PLACE, KIM, "Mira")):
        async with act as performance:
            [reply] = [await finish(reply) async for reply in performance]
        assert NOTED in tail(reply)


async def test_a_narrator_is_not_told(director: Director, database: Database) -> None:
    await open_scene(director, noting("Mira"))
    await narrate(director)
    [*_, passage] = await director.story(PLACE)
    assert passage.author is Author.NARRATOR
    async with director.narrate(PLACE, KIM) as performance:
        [reply] = [await finish(reply) async for reply in performance]
    assert "hides the map" not in tail(reply)


async def test_a_players_note_counts_instead_until_it_is_taken_away(director: Director) -> None:
    await open_scene(director, noting("Mira"))
    memory = director.memory
    of_card = ("Mira", Note("{{char}}: hides the map from {{user}}.", 1, 2, is_of_card=True))
    [(name, note)] = await memory.notes(PLACE)
    assert (name, note.text, note.depth, note.is_of_card) == ("Mira", of_card[1].text, 2, True)
    await memory.set_note(PLACE, KIM, "Be sad.", character="Mira")
    assert "Be sad." in (read := tail(await answered(director, "Hello.")))
    assert "hides the map" not in read
    assert [note.text for _, note in await memory.notes(PLACE)] == ["Be sad."]
    await memory.set_note(PLACE, KIM, "", character="Mira")
    assert NOTED in tail(await answered(director, "And now?"))


async def test_what_a_card_notes_can_be_taken_away_for_good(director: Director, database: Database) -> None:
    scene = await open_scene(director, noting("Mira"))
    for _ in range(2):
        await director.memory.set_note(PLACE, KIM, "", character="Mira")
        assert await director.memory.notes(PLACE) == ()
        assert "hides the map" not in tail(await answered(director, "Hello."))
    await director.memory.set_note(PLACE, KIM, "", character="Mira")
    async with database.reading() as session:
        [silent] = await notes.of(session, scene.id)
    assert silent.text == ""
    await director.memory.set_note(PLACE, KIM, "Be glad.", character="Mira")
    assert [note.text for _, note in await director.memory.notes(PLACE)] == ["Be glad."]


async def test_of_two_the_deeper_one_is_read_first(director: Director) -> None:
    await open_scene(director, noting("Mira"))
    await director.memory.set_note(PLACE, KIM, "It rains.", depth=1)
    assert f"{NOTED}\n\nIt rains." in tail(await answered(director, "Hello."))
    await director.memory.set_note(PLACE, KIM, "It rains.", depth=3)
    assert f"It rains.\n\n{NOTED}" in tail(await answered(director, "Hello."))


async def test_one_that_is_too_long_stands_whole_in_the_head_instead(director: Director) -> None:
    long = "She never tells where she was. " * 16
    assert not is_brief(long)
    scene = await open_scene(director, noting("Mira", long))
    assert long.strip() in scene.members[0].block
    assert await director.memory.notes(PLACE) == ()
    reply = await answered(director, "Hello.")
    assert "never tells" not in tail(reply)
    assert long.strip() in story(reply)


async def test_the_longest_that_is_told_finds_room_beside_a_note_and_lore(director: Director) -> None:
    longest = "x" * int((MOST_CARD_NOTE_TOKENS - 1) * 3.5)
    assert is_brief(longest)
    await open_scene(director, noting("Mira", longest))
    await director.memory.set_note(PLACE, KIM, "It rains all day.")
    read = tail(await answered(director, "Hello."))
    assert longest in read
    assert "It rains all day." in read


async def test_a_piece_of_lore_may_look_into_it(director: Director) -> None:
    await open_scene(director, noting("Mira", "She fears the tide."))
    tides = entry("The tide takes all.", "tide", extensions={"match_character_depth_prompt": True})
    await director.lore.attach(PLACE, KIM, book(tides), source="tides.json")
    assert "The tide takes all." in tail(await answered(director, "Hello."))
