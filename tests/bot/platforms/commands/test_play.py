"""Commands that let somebody speak, with a real director."""

import pytest

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import FakeDirector, Typist, typist
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_swiping_shows_which_alternative_it_is(director: Director) -> None:
    typed = await typist(director, card("Mira"))
    [first] = await typed("Hello.")
    second, place = await typed("/swipe")
    assert second != first
    assert place == "answer (2/2)"
    assert await typed("/swipe left") == [first, "answer (1/2)"]
    assert await typed("/swipe RIGHT") == [second, "answer (2/2)"]
    assert await typed("/swipe 1") == [first, "answer (1/2)"]
    assert await typed("/swipe left") == ["fail There is no alternative before this one: it is the first."]
    assert await typed("/swipe up") == ["fail /swipe takes left, right, or the number of an alternative."]


async def test_a_reply_that_goes_on_is_shown_whole(director: Director) -> None:
    typed = await typist(director, card("Mira"))
    [first] = await typed("Hello.")
    [whole] = await typed("/continue")
    assert whole.startswith(first)
    assert len(whole) > len(first)
    [longer] = await typed("+++")
    assert longer.startswith(whole)


async def test_a_character_is_asked_to_speak(together: Typist) -> None:
    [spoken] = await together("/next Tomas")
    assert spoken.startswith("Tomas: ")
    assert await together("/next Otto") == ["fail There is nobody called Otto here: there are Mira, Tomas."]


async def test_as_many_lines_are_suggested_as_are_wanted() -> None:
    typed = await typist(FakeDirector(members=["Mira"]))
    assert await typed("/suggest 2", "/suggest") == [
        "suggestions Line 1 | Line 2",
        "suggestions Line 1 | Line 2 | Line 3",
    ]
