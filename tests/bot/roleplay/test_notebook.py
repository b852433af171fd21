"""A text that people and the model write in turn, with a real database and a real worker."""

import pytest

from bot.core import Author, Place
from bot.errors import LineTooLong, PlayError, StillSpeaking
from bot.roleplay import blocks
from bot.roleplay.director import MAX_LINE_CHARACTERS, Director
from tests.bot.roleplay.conftest import KIM, PLACE, begin, card, cost, listen, open_scene, say

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def write(director: Director, text: str = "", place: Place = PLACE) -> str:
    async with director.notebook.write(place, KIM, text=text) as performance:
        [(_, written)] = await listen(performance)
    return written


async def text_of(director: Director) -> str:
    return "".join(map(blocks.piece, await director.story(PLACE)))


async def test_a_notebook_opens_where_nothing_is_played_and_grows(director: Director) -> None:
    written = await write(director, "The lamp was out. \n")
    assert await text_of(director) == f"The lamp was out.{written}"
    more = await write(director)
    assert await text_of(director) == f"The lamp was out.{written}{more}"
    [(_, last)] = await say(director, "She came.")
    assert await text_of(director) == f"The lamp was out.{written}{more} She came.{last}"
    *_, third, fourth = await director.story(PLACE)
    assert (third.author, fourth.author, fourth.character) == (Author.PERSON, Author.NARRATOR, None)
    notebook = await director.scene(PLACE)
    assert notebook
    assert (notebook.is_notebook, notebook.members, notebook.title) == (True, (), "Notebook")


async def test_what_was_written_is_read_once(director: Director) -> None:
    await write(director, "The lamp was out. Nobody had seen to it, least of all she who had the oil. " * 3)
    for text in ("And then", "there came", "the rain."):
        figures = await cost(director, text)
        assert figures.read_head == 0
        assert figures.read < 24
        assert figures.held > 60


async def test_retry_and_undo_work_as_everywhere(director: Director) -> None:
    first = await write(director, "The lamp was out.")
    for hint in ("", "Fog."):
        async with director.retry(PLACE, KIM, hint=hint) as performance:
            [(_, second)] = await listen(performance)
        assert await text_of(director) == f"The lamp was out.{second}"
    assert second != first
    await director.turns.undo(PLACE, KIM)
    assert await text_of(director) == "The lamp was out."
    async with director.retry(PLACE, KIM) as performance:
        [(_, third)] = await listen(performance)
    assert await text_of(director) == f"The lamp was out.{third}"


async def test_an_edited_piece_stays_apart_from_what_it_stands_behind(director: Director) -> None:
    await write(director, "The lamp was out.")
    *_, piece = await director.story(PLACE)
    space = piece.text[: -len(piece.text.lstrip())]
    await director.turns.edit(PLACE, KIM, piece.id, "Nobody saw.")
    assert await text_of(director) == f"The lamp was out.{space}Nobody saw."


async def test_a_cast_is_not_ended_by_writing(director: Director) -> None:
    await open_scene(director, card("Mira"))
    before = await director.story(PLACE)
    with pytest.raises(PlayError, match="A scene with a cast is played here"):
        await write(director, "Once")
    assert await director.story(PLACE) == before
    notebook = await director.notebook.open(PLACE, KIM, title="  Fog\n over it ")
    assert (notebook.title, notebook.turns) == ("Fog over it", ())
    with pytest.raises(PlayError, match="at most 100 characters"):
        await director.notebook.open(PLACE, KIM, title="x" * 101)


async def test_too_much_at_once_is_refused_and_so_is_writing_by_two(talkative: Director) -> None:
    with pytest.raises(LineTooLong):
        await write(talkative, "x" * (MAX_LINE_CHARACTERS + 1))
    assert await talkative.scene(PLACE) is None
    async with talkative.notebook.write(PLACE, KIM, text="Once") as performance:
        async for reply in performance:
            await begin(reply)
            with pytest.raises(StillSpeaking):
                await write(talkative, "Twice")
            reply.stop()
            async for _ in reply:
                pass
    first, _ = await talkative.story(PLACE)
    assert first.text == "Once"
