"""Commands about scenes, with a real director."""

import pytest

from bot.errors import PlayError
from bot.platforms.terminal.commands import take
from bot.platforms.terminal.commands.scene import read_start
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from bot.roleplay.opening import Wishes
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import card

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize(
    ("argument", "names", "wishes"),
    [
        ("", [], Wishes()),
        ("mira tolly", ["mira", "tolly"], Wishes()),
        ("mira greeting=2 tolly", ["mira", "tolly"], Wishes(greeting="2")),
        ("""title="Night train" Scenario='It rains.' x=y.png""", ["x=y.png"], Wishes("", "It rains.", "Night train")),
    ],
)
async def test_the_start_of_a_scene_is_read(argument: str, names: list[str], wishes: Wishes) -> None:
    assert read_start(argument) == (names, wishes)


async def test_a_quotation_mark_has_to_be_closed() -> None:
    with pytest.raises(PlayError, match="is not closed"):
        read_start("title='Rain")


async def test_scenes_are_started_listed_ended_and_gone_on_with(director: Director) -> None:
    screen = PaperScreen()
    player = Player(director, screen, "Anna", [card("Mira", talkativeness=0.0)], LANGUAGES)

    async def typed(*lines: str) -> list[str]:
        screen.shown.clear()
        for line in lines:
            assert await take(player, line) == (not line.endswith("?"))
        return list(screen.shown)

    assert await typed("/scene", "/scene list") == [
        "answer Nothing is played here. /scene start starts a scene, /scene resume goes on with one.",
        "answer Nothing has been played here yet.",
    ]
    assert await typed("/scene start title=Rain scenario='It rains.' language=de") == ["Mira: Mira waves at Anna."]
    assert await typed("/scene title Night train", "/scene language french", "/scene") == [
        "answer This scene is called Night train now.",
        "answer From now on the replies are in français.",
        "answer Scene 1: Night train\nScenario: It rains.\nLanguage of the replies: français",
    ]
    assert await typed("/scene language any", "/scene scenario It snows.", "/scene scenario") == [
        "answer From now on the replies may be in any language.",
        "answer The scenario now: It snows.",
        "answer This scene has no scenario now.",
    ]
    await typed("Hello.")
    ended, recap = await typed("/scene end")
    assert ended == "answer Night train has ended; /scene resume 1 goes on with it."
    assert recap.startswith("answer ")
    assert await typed("Anybody?") == ["fail Nothing is played here yet: open a scene first."]
    assert await typed("/scene start", "/scene list") == [
        "Mira: Mira waves at Anna.",
        f"answer 2: Mira · Mira · one turn · {player.scene and player.scene.turns[0].at.date().isoformat()} · now",
        f"answer 1: Night train · Mira · 2 turns · {player.scene and player.scene.turns[0].at.date().isoformat()}",
    ]
    assert await typed("/scene resume night") == [
        "answer Night train goes on.",
        "Mira: Mira waves at Anna.",
        "Anna: Hello.",
    ]
