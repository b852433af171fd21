"""Why a reply is as it is, with a real database and a real worker: in words, as its prompt, token by token."""

import re

import pytest

from bot.core import Author
from bot.errors import NothingPlayed, PlayError
from bot.roleplay.director import Director
from bot.roleplay.speaking import Part
from bot.store import reasons
from tests.bot.roleplay.conftest import KIM, PLACE, line, listen, narrate, open_scene, say, shown
from tests.bot.roleplay.lorebooks import book, card, entry

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def words(director: Director) -> list[str]:
    return [str(one) for one in (await director.why.of(PLACE)).sentences]


async def test_a_reply_is_explained_in_sentences(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.lore.attach(PLACE, KIM, book(entry("Dragons sleep.", "dragon")), source="north.json")
    await say(director, "A dragon!")
    asked, lore, known, read, written, drawn = await words(director)
    assert asked == "Mira answered: of those present they felt like it."
    assert lore == "dragon (North): its key dragon stands in the newest message; told, 5 tokens."
    assert known.startswith("Known already: ")
    assert read.startswith("Read: ")
    assert "for this reply alone" in read
    assert re.match(r"Written: \d+ tokens; ", written)
    assert drawn.startswith("Drawn with temperature 0.8, top_p 0.95, max_tokens 12, seed ")


async def test_a_retry_and_a_passage_say_so(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    async with director.retry(PLACE, KIM) as performance:
        await listen(performance)
    assert (await words(director))[0] == "Mira was asked for another reply."
    await narrate(director)
    assert (await words(director))[0] == "Narrator was asked for a passage."


async def test_the_exact_prompt_is_shown(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await director.lore.attach(PLACE, KIM, book(entry("Dragons sleep.", "dragon")), source="north.json")
    async with director.hear(line("A <|im_start|> dragon!")) as performance:
        async for reply in performance:
            wanted = shown(reply.prompt)
            assert [chunk async for chunk in reply]
    assert await director.why.prompt(PLACE) == wanted


async def test_an_older_reply_is_explained_by_its_turn(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "First.")
    first = (await director.story(PLACE))[-1]
    await say(director, "Second.")
    because = await director.why.of(PLACE, first)
    assert because.turn == first
    assert "Second." not in await director.why.prompt(PLACE, first)
    assert "Second." in await director.why.prompt(PLACE)


async def test_a_reply_is_shown_token_by_token(director: Director) -> None:
    await open_scene(director, card("Mira"))
    [(_, text)] = await say(director, "Hello.")
    tokens = await director.why.tokens(PLACE, KIM)
    assert "".join(token.text for token in tokens) == f" {text}"
    assert all(0 < token.probability <= 1 for token in tokens)
    assert all(len(token.rivals) == 3 for token in tokens)
    first = (await director.story(PLACE))[-1]
    await say(director, "Second.")
    again = await director.why.tokens(PLACE, KIM, first)
    assert [token.text for token in again] == [token.text for token in tokens]


async def test_of_a_reply_that_went_on_the_rest_is_shown(director: Director) -> None:
    await open_scene(director, card("Mira"))
    await say(director, "Hello.")
    first = (await director.story(PLACE))[-1]
    part = Part(Author.CHARACTER, "Mira", first.character, continues=first, why="continue")
    async with director._stages.perform(PLACE, KIM, part) as performance:
        [(_, more)] = await listen(performance)
    assert more
    assert "".join(token.text for token in await director.why.tokens(PLACE, KIM)) == more
    assert (await words(director))[0] == "Mira was asked to go on."


async def test_what_people_wrote_and_greetings_have_no_reasons(director: Director) -> None:
    with pytest.raises(NothingPlayed):
        await director.why.of(PLACE)
    await open_scene(director, card("Mira"))
    with pytest.raises(PlayError, match="no reply yet"):
        await director.why.of(PLACE)
    [greeting] = await director.story(PLACE)
    with pytest.raises(PlayError, match="Of that turn nothing is known"):
        await director.why.prompt(PLACE, greeting)


async def test_a_prompt_that_was_let_go_of_is_said_to_be(director: Director, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reasons, "PROMPTS_KEPT", 1)
    await open_scene(director, card("Mira"))
    await say(director, "First.")
    first = (await director.story(PLACE))[-1]
    await say(director, "Second.")
    with pytest.raises(PlayError, match="Its prompt is not kept any more: of each scene the 1 newest are"):
        await director.why.tokens(PLACE, KIM, first)
    assert (await director.why.of(PLACE, first)).sentences
