"""Commands about the cast, with a real director."""

import pytest

from bot.platforms.terminal.seat import enter
from bot.roleplay.director import Director
from tests.bot.platforms.theatre import Typist, typist
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_cast_comes_and_goes(together: Typist) -> None:
    assert await together("/cast add fennel", "/cast mute Tomas", "/cast", "/cast remove Mira", "/cast list") == [
        "answer Fennel is here now.",
        "answer Tomas is silent now, but for /next Tomas.",
        "answer Present: Mira, Tomas (muted), Fennel, and Anna.",
        "answer Mira has left.",
        "answer Present: Tomas (muted), Fennel, and Anna.",
    ]
    assert await together("/cast add Mira", '/cast unmute "tomas"', "/cast") == [
        "answer Mira is here now.",
        "answer Tomas may speak again.",
        "answer Present: Mira, Tomas, Fennel, and Anna.",
    ]


async def test_aliases_and_talkativeness_are_set(together: Typist) -> None:
    assert await together(
        "/cast alias Mira: the pilot, captain",
        "/cast alias captain:",
        "/cast talkativeness Tomas: 25",
        "/cast talkativeness Tomas: 0%",
    ) == [
        "answer Mira answers to the pilot and captain too.",
        "answer Mira has no aliases.",
        "answer Tomas speaks unasked with a chance of 25%.",
        "answer Tomas speaks unasked with a chance of 0%.",
    ]


async def test_a_story_whose_cast_has_changed_goes_on(director: Director) -> None:
    cards = [card("Mira"), card("Tomas")]
    first = await typist(director, *cards)
    await first("/cast add fennel")
    second = await typist(director)
    await enter(second.player, cards)
    assert first.player.scene
    assert second.player.scene
    assert (second.player.scene.id, len(second.player.scene.members)) == (first.player.scene.id, 3)


async def test_who_plays_is_present_under_one_name(alone: Typist) -> None:
    await alone("Hm.", "/persona create Kay", "/persona use Kay", "Ha.")
    assert await alone("/cast") == ["answer Present: Mira and Kay."]


async def test_rules_are_set_and_told(together: Typist) -> None:
    [before] = await together("/answer")
    assert before.startswith("answer One person is always answered")
    *_, told = await together("/answer chance=40%", "/order list", "/answer most=1", "/order among=2")
    assert told.splitlines() == [
        "answer Lines that address somebody are answered, and 40% of the others.",
        "Where nobody is named all answer, in turn.",
        "One reply a line at most.",
        "They go on among themselves for 2 turns.",
    ]
    assert await together("/order") == [told]
    assert len(await together("Hello.")) in (0, 3)
    assert "They do not talk among themselves." in (await together("/order among=0"))[0]
    assert await together("/answer called", "Mira?") == [
        told.replace(told.splitlines()[0], "answer Nobody answers but who is called by /next.").replace(
            "They go on among themselves for 2 turns.", "They do not talk among themselves."
        )
    ]
    assert "always answered, several" in (await together("/answer auto most=3"))[0]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "/cast dance",
            "/cast goes on with one of these words: list, add, remove, mute, unmute, alias, talkativeness.",
        ),
        ("/cast add", "/cast add needs more, for example /cast add Fennel"),
        ("/cast alias : a", "/cast alias needs more, for example /cast alias Mira: the pilot, captain"),
        ("/cast mute Otto", "There is nobody called Otto here: there are Mira, Tomas."),
        (
            "/cast talkativeness Mira: loud",
            "/cast talkativeness takes a whole number from 0 to 100 as percent, not loud.",
        ),
        ("/cast talkativeness Mira 80", "/cast talkativeness needs more, for example /cast talkativeness Mira: 80"),
        ("/answer chance=120", "/answer takes a whole number from 0 to 100 as chance, not 120."),
        ("/answer always chance=20", "A chance goes with chance alone, as in /answer chance=30."),
        ("/answer chance 20", "/answer takes one of these as when: auto, always, addressed, chance, called."),
        ("/answer most=11", "/answer takes a whole number from 1 to 10 as most, not 11."),
        ("/order random", "/order takes one of these as by: natural, list, pooled, manual, model."),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(together: Typist, line: str, told: str) -> None:
    assert await together(line) == [f"fail {told}"]
