"""Commands about scenes, with a real director."""

from pathlib import Path

import pytest

from bot.platforms.terminal.seat import take_seat
from bot.roleplay.director import Director
from characters import open_card
from tests.bot.platforms.theatre import LANGUAGES, FakeDirector, PaperScreen, Typist, typist
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_scenes_are_started_listed_ended_and_gone_on_with(director: Director) -> None:
    screen = PaperScreen()
    seated = await take_seat(director, screen, LANGUAGES, name="Anna", language="", cards=[SILENT])
    typed = Typist(seated, screen)
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
    told = await typed("/scene start", "/scene list")
    assert typed.player.scene
    day = typed.player.scene.turns[0].at.date().isoformat()
    assert told == [
        "Mira: Mira waves at Anna.",
        f"answer 2: Mira · Mira · one turn · {day} · now",
        f"answer 1: Night train · Mira · 2 turns · {day}",
    ]
    assert await typed("/scene resume night") == [
        "answer Night train goes on.",
        "Mira: Mira waves at Anna.",
        "Anna: Hello.",
    ]


@pytest.mark.parametrize(
    ("written", "members"),
    [
        ("fennel zoya", ["Fennel", "Зоя Львовна"]),
        ("fennel, zoya", ["Fennel", "Зоя Львовна"]),
        ("mira greeting=2 tolly", ["Mira", "Tolly"]),
        ("'fennel' \"tolly\"", ["Fennel", "Tolly"]),
        ("Зоя Львовна, mira", ["Зоя Львовна", "Mira"]),
        ("\"Зоя Львовна\" mira title='Night, and rain'", ["Зоя Львовна", "Mira"]),
        ("", ["Mira", "Tolly"]),
    ],
)
async def test_a_scene_starts_with_the_cards_that_are_named(written: str, members: list[str]) -> None:
    director = FakeDirector()
    [told] = await (await typist(director))(f"/scene start {written}")
    assert told == f"{members[0]}: Welcome."
    assert director.members == members


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            "nobody",
            "The card nobody cannot be read: there is no such file, "
            "and the cards that come with Troupe are fennel, mira, tolly, zoya.",
        ),
        ('"mira', "A quotation mark is not closed."),
        ("title='Rain", "A quotation mark is not closed."),
        ("mira title=", "/scene start needs something behind title="),
        ("title=Rain mira title=Fog", "/scene start takes title only once."),
    ],
)
async def test_what_cannot_be_started_is_told(written: str, told: str) -> None:
    director = FakeDirector()
    assert await (await typist(director))(f"/scene start {written}") == [f"fail {told}"]
    assert director.members == []


async def test_characters_come_from_the_library_before_files(alone: Typist, tmp_path: Path) -> None:
    file = tmp_path / "odile.json"
    file.write_text('{"name": "Odile", "description": "A diver.", "first_mes": "Odile nods."}', encoding="utf-8")
    own = open_card(b'{"name": "Fennel", "description": "A fox.", "first_mes": "Hello."}', source="own.json")
    await alone.player.director.library.keep(alone.player.account, [own])
    assert await alone("/scene start fennel") == ["Fennel: Hello."]
    assert await alone("/cast add zoya", f"/cast add {file}") == [
        "answer Зоя Львовна is here now.",
        "answer Odile is here now.",
    ]
