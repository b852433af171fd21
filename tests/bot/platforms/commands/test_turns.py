"""Commands about turns, with a real director."""

import re

import pytest

from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_turns_are_named_by_the_numbers_that_story_shows(alone: Typist) -> None:
    assert await alone.last("One.", "Two.", "/story") == [
        "#1 Mira: Mira waves at Anna.",
        "#2 Anna: One.",
        "#3 Anna: Two.",
    ]
    assert await alone.last("/edit #2 Once  more.") == ["Anna: Once  more."]
    assert await alone.last("/edit 3 men come in.") == ["Anna: 3 men come in."]
    assert await alone.last("/delete 2") == ["answer Deleted: the turn of Anna. /restore brings it back."]
    assert await alone.last("/story") == ["#1 Mira: Mira waves at Anna.", "#3 Anna: 3 men come in."]
    assert await alone.last("/edit #2 Hm.") == ["fail That turn is deleted already: it has to be restored first."]
    assert await alone.last("/restore #2") == ["Anna: Once  more."]
    assert await alone.last("/undo 2", "/restore") == ["Anna: Once  more.", "Anna: 3 men come in."]
    assert await alone.last("/delete", "/restore") == ["Anna: 3 men come in."]
    assert await alone.last("/edit #2") == ["fail /edit needs more, for example /edit It rains."]
    assert await alone.last("/edit #hush now") == ["Anna: #hush now"]
    assert await alone.last("/delete #9") == ["fail There is no turn 9: /story shows their numbers."]


async def test_lines_are_written_for_others_and_dice_thrown(alone: Typist) -> None:
    assert await alone.last("/say as Mira: Hm: no.") == ["Mira: Hm: no."]
    assert await alone.last("/say AS narrator: Rain.", "/say Narrator: It pours.") == ["Narrator: It pours."]
    assert await alone.last("/say Hello.") == ["fail /say needs more, for example /say Narrator: It rains."]
    assert await alone.last("/say as Otto: Hm.") == ["fail There is nobody called Otto here: there are Mira, Narrator."]
    [thrown] = await alone.last("/roll 2d6+1")
    assert re.fullmatch(r"Anna: 🎲 2d6\+1: \d \+ \d \+ 1 = \d+", thrown)
    assert (await alone.last("/roll"))[0].startswith("Anna: 🎲 d20: ")
    assert len(await alone.last("/story")) == 6
