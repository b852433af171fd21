"""Commands about turns and branches, with a real director."""

# Fixtures are taken from the role-play's own tests.
# ruff: noqa: F811

import re

import pytest

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.director import Director
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import (  # noqa: F401
    AT,
    SILENT,
    card,
    data,
    database,
    director,
    engine,
    migrated,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def playing(director: Director, *, talks: bool = False) -> tuple[Player, PaperScreen]:
    screen = PaperScreen()
    player = Player(director, screen, "Anna", (), LANGUAGES)
    await director.scenes.start(PLACE, player.account, [card("Mira") if talks else SILENT], at=AT)
    return player, screen


async def told(player: Player, screen: PaperScreen, *lines: str) -> list[str]:
    """Type lines and return what the last of them brings to the screen."""
    for line in lines:
        screen.shown.clear()
        await take(player, line)
    return screen.shown


async def test_turns_are_named_by_the_numbers_that_story_shows(director: Director) -> None:
    player, screen = await playing(director)
    assert await told(player, screen, "One.", "Two.", "/story") == [
        "#1 Mira: Mira waves at Anna.",
        "#2 Anna: One.",
        "#3 Anna: Two.",
    ]
    assert await told(player, screen, "/edit #2 Once  more.") == ["Anna: Once  more."]
    assert await told(player, screen, "/edit 3 men come in.") == ["Anna: 3 men come in."]
    assert await told(player, screen, "/delete 2") == ["answer Deleted: the turn of Anna. /restore brings it back."]
    assert await told(player, screen, "/story") == ["#1 Mira: Mira waves at Anna.", "#3 Anna: 3 men come in."]
    assert await told(player, screen, "/edit #2 Hm.") == [
        "fail That turn is deleted already: it has to be restored first."
    ]
    assert await told(player, screen, "/restore #2") == ["Anna: Once  more."]
    assert await told(player, screen, "/undo 2", "/restore") == ["Anna: Once  more.", "Anna: 3 men come in."]
    assert await told(player, screen, "/delete", "/restore") == ["Anna: 3 men come in."]
    assert await told(player, screen, "/edit") == [
        "fail Nothing would be left of that turn: write what it is to say, or delete it."
    ]
    assert await told(player, screen, "/delete #9") == ["fail There is no turn #9: /story shows their numbers."]


async def test_swiping_shows_which_alternative_it_is(director: Director) -> None:
    player, screen = await playing(director, talks=True)
    [first] = await told(player, screen, "Hello.")
    second, place = await told(player, screen, "/swipe")
    assert second != first
    assert place == "answer (2/2)"
    assert await told(player, screen, "/swipe left") == [first, "answer (1/2)"]
    assert await told(player, screen, "/swipe RIGHT") == [second, "answer (2/2)"]
    assert await told(player, screen, "/swipe 1") == [first, "answer (1/2)"]
    assert await told(player, screen, "/swipe left") == [
        "fail There is no alternative before this one: it is the first."
    ]
    assert await told(player, screen, "/swipe up") == [
        "fail /swipe takes a whole number from 1 to 1,000,000, as in /swipe 2."
    ]


async def test_a_reply_that_goes_on_is_shown_whole(director: Director) -> None:
    player, screen = await playing(director, talks=True)
    [first] = await told(player, screen, "Hello.")
    [whole] = await told(player, screen, "/continue")
    assert whole.startswith(first)
    assert len(whole) > len(first)
    [longer] = await told(player, screen, "+++")
    assert longer.startswith(whole)


async def test_lines_are_written_for_others_and_dice_thrown(director: Director) -> None:
    player, screen = await playing(director)
    assert await told(player, screen, "/say as Mira: Hm: no.") == ["Mira: Hm: no."]
    assert await told(player, screen, "/say AS narrator: Rain.") == ["Narrator: Rain."]
    assert await told(player, screen, "/say Hello.") == [
        "fail /say takes a name and a line, as in /say as Narrator: It rains."
    ]
    assert await told(player, screen, "/say as Otto: Hm.") == [
        "fail There is nobody called Otto here: there are Mira, Narrator."
    ]
    [thrown] = await told(player, screen, "/roll 2d6+1")
    assert re.fullmatch(r"Anna: 🎲 2d6\+1: \d \+ \d \+ 1 = \d+", thrown)
    assert (await told(player, screen, "/roll"))[0].startswith("Anna: 🎲 d20: ")
    assert len(await told(player, screen, "/story")) == 5


async def test_branches_are_made_listed_gone_to_and_forgotten(director: Director) -> None:
    player, screen = await playing(director)
    assert await told(player, screen, "/branch") == ["fail There are no branches yet: /branch and a name makes one."]
    assert await told(player, screen, "One.", "Two.", "/branch stormy night #2") == [
        "answer The story goes on in the branch stormy night.",
        "Mira: Mira waves at Anna.",
        "Anna: One.",
    ]
    assert await told(player, screen, "Thunder.", "/branch calm") == ["answer The story goes on in the branch calm."]
    assert await told(player, screen, "/branch") == [
        "answer - main  Anna: Two.\n- stormy night  Anna: Thunder.\n* calm  Anna: Thunder."
    ]
    assert (await told(player, screen, "/jump main"))[-1] == "Anna: Two."
    assert (await told(player, screen, "/jump #4"))[-1] == "Anna: Thunder."
    [tree] = await told(player, screen, "/tree")
    assert tree.splitlines() == [
        "answer #1 Mira: Mira waves at Anna.",
        "#2 Anna: One.",
        "├─ #3 Anna: Two.  (1 of 2)  [main]",
        "#4 Anna: Thunder.  (2 of 2)  [stormy night]  [calm]  ← here",
    ]
    assert await told(player, screen, "/branch delete Calm") == ["answer The name calm is gone; its turns stay."]
    assert await told(player, screen, "/branch main") == ["fail There is a branch main already: choose another name."]
    assert await told(player, screen, "/jump") == [
        "fail /jump takes the name of a branch or the number of a turn, as in /jump #12."
    ]
