"""Commands about the cast, with a real director."""

from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")

Typed = Callable[..., Awaitable[list[str]]]


@pytest_asyncio.fixture(loop_scope="module")
async def typed(director: Director) -> AsyncIterator[Typed]:
    """Play with Mira and Tomas; type lines and return what they show."""
    screen = PaperScreen()
    player = Player(director, screen, "Anna", [card("Mira"), card("Tomas")], LANGUAGES)
    await player.enter()

    async def type_lines(*lines: str) -> list[str]:
        screen.shown.clear()
        for line in lines:
            await take(player, line)
        return list(screen.shown)

    yield type_lines


async def test_the_cast_comes_and_goes(typed: Typed) -> None:
    assert await typed("/cast add fennel", "/cast mute Tomas", "/cast", "/cast remove Mira", "/cast list") == [
        "answer Fennel is here now.",
        "answer Tomas is silent now, but for /next Tomas.",
        "answer Present: Mira, Tomas (muted), Fennel, and Anna.",
        "answer Mira has left.",
        "answer Present: Tomas (muted), Fennel, and Anna.",
    ]
    assert await typed("/cast add Mira", "/cast unmute tomas", "/cast") == [
        "answer Mira is here now.",
        "answer Tomas may speak again.",
        "answer Present: Mira, Tomas, Fennel, and Anna.",
    ]


async def test_aliases_and_talkativeness_are_set(typed: Typed) -> None:
    assert await typed(
        "/cast alias Mira: the pilot, captain",
        "/cast alias captain:",
        "/cast talkativeness Tomas 0.25",
    ) == [
        "answer Mira answers to the pilot and captain too.",
        "answer Mira has no aliases.",
        "answer Tomas speaks unasked with a chance of 25%.",
    ]


async def test_a_story_whose_cast_has_changed_goes_on(director: Director) -> None:
    cards = [card("Mira"), card("Tomas")]
    first, second = (Player(director, PaperScreen(), "Anna", cards, LANGUAGES) for _ in range(2))
    await first.enter()
    await take(first, "/cast add fennel")
    await second.enter()
    assert first.scene
    assert second.scene
    assert (second.scene.id, len(second.scene.members)) == (first.scene.id, 3)


async def test_a_character_is_asked_to_speak(typed: Typed) -> None:
    [spoken] = await typed("/next Tomas")
    assert spoken.startswith("Tomas: ")


async def test_rules_are_set_and_told(typed: Typed) -> None:
    [before] = await typed("/answer")
    assert before.startswith("answer One person is always answered")
    *_, told = await typed("/answer chance 40%", "/order list", "/answer most 1", "/order among 2")
    assert told.splitlines() == [
        "answer Lines that address somebody are answered, and 40% of the others.",
        "Where nobody is named all answer, in turn.",
        "One reply a line at most.",
        "They go on among themselves for 2 turns.",
    ]
    assert await typed("/order") == [told]
    assert len(await typed("Hello.")) in (0, 3)
    assert "They do not talk among themselves." in (await typed("/order among 0"))[0]
    assert await typed("/answer called", "Mira?") == [
        told.replace(told.splitlines()[0], "answer Nobody answers but who is called by /next.").replace(
            "They go on among themselves for 2 turns.", "They do not talk among themselves."
        )
    ]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "/cast dance",
            "/cast goes on with one of these words: list, add, remove, mute, unmute, alias, talkativeness.",
        ),
        ("/cast add", "/cast add needs more, for example /cast add fennel."),
        ("/cast alias Mira", "/cast alias needs more, for example /cast alias Mira: the pilot, captain."),
        ("/cast alias : a", "/cast alias needs more, for example /cast alias Mira: the pilot, captain."),
        ("/cast mute Otto", "There is nobody called Otto here: there are Mira, Tomas."),
        ("/cast talkativeness Mira loud", "/cast talkativeness takes a name and a number, for example Mira 0.8."),
        ("/answer chance 120", "/answer chance takes a whole number from 1 to 100, as in /answer chance 2."),
        ("/answer most 11", "One line brings about from 1 to 10 replies."),
        ("/next Otto", "There is nobody called Otto here: there are Mira, Tomas."),
    ],
)
async def test_what_cannot_be_done_is_a_sentence(typed: Typed, line: str, told: str) -> None:
    assert await typed(line) == [f"fail {told}"]
