"""Personas, cards and the door, as they are typed at the terminal, with a real director."""

from pathlib import Path

import pytest
import pytest_asyncio

from bot.platforms.terminal.commands import take
from bot.platforms.terminal.player import Player
from bot.roleplay.director import Director
from characters import open_card
from tests.bot.platforms.terminal.theatre import LANGUAGES, PaperScreen
from tests.bot.roleplay.conftest import SILENT

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def player(director: Director) -> Player:
    """Give somebody who plays a scene in which nobody answers unasked."""
    playing = Player(director, PaperScreen(), "Anna", [SILENT], LANGUAGES)
    await playing.enter()
    return playing


async def shown(player: Player, *lines: str) -> list[str]:
    player.screen = screen = PaperScreen()
    for line in lines:
        await take(player, line)
    return screen.shown


async def test_a_persona_is_made_played_and_dropped(player: Player) -> None:
    assert await shown(player, "/persona", "/persona create Kay: A tired knight.", "/persona use kay") == [
        "answer You have no personas yet: /persona create NAME: DESCRIPTION makes one.",
        "answer There is a persona Kay now: /persona use Kay plays it.",
        "answer You play Kay from here on.",
    ]
    assert player.plays == "Kay"
    await shown(player, "Hm.", "/persona create Lo", "/persona brackets Lo: l: text", "l: Ha.")
    assert [(turn.name, turn.text) for turn in await player.story()][1:] == [("Kay", "Hm."), ("Lo", "Ha.")]
    assert await shown(player, "/persona list", "/cast", "/persona use", "/persona brackets Lo:") == [
        "answer > Kay\n  A tired knight.\n- Lo (l: text)",
        "answer Present: Mira and Kay.",
        "answer You play Anna from here on.",
        "answer The persona Lo has no brackets any more.",
    ]
    assert player.plays == "Anna"


async def test_a_persona_is_changed_and_deleted(player: Player, tmp_path: Path) -> None:
    picture = tmp_path / "kay.png"
    picture.write_bytes(b"PNG")
    await shown(player, "/persona create Kay: A knight.", "/persona use Kay")
    assert await shown(
        player,
        "/persona edit Kay: A rested knight.",
        f"/persona picture Kay: {picture}",
        "/persona rename Kay: Sir Kay",
        "/persona",
        "/persona delete sir kay",
    ) == [
        "answer The persona Kay is changed.",
        "answer The persona Kay is changed.",
        "answer The persona is called Sir Kay now.",
        "answer > Sir Kay\n  A rested knight.",
        "answer The persona Sir Kay is deleted; the story keeps what was said under that name.",
    ]
    assert player.plays == "Anna"


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/persona sue Kay", "There is no /persona sue: did you mean /persona use?"),
        ("/persona xyz", "There is no /persona xyz: did you mean /persona list?"),
        ("/persona use Nobody", "There is no persona Nobody."),
        ("/persona edit Nobody", "Say what is to be known of Nobody: /persona edit Nobody: DESCRIPTION."),
        ("/persona delete Nobody", "You have no persona called Nobody."),
        ("/persona create", "A persona needs a name."),
        ("/persona picture Kay: /nowhere", "The picture /nowhere cannot be read."),
        ("/card remove Nobody", "There is no card Nobody."),
        ("/access all", "/access takes one of owner, invited, and open: only you, whom you invite, or everybody."),
        ("/invite Kim", "Somebody is invited by their account, for example /invite discord:80351110224678912."),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(player: Player, line: str, told: str) -> None:
    assert await shown(player, line) == [f"fail {told}"]


async def test_ones_cards_are_listed_published_and_removed(player: Player) -> None:
    (told,) = await shown(player, "/card")
    assert told.splitlines()[0] == "answer - Mira (yours)"
    assert "- Fennel (comes with Troupe)" in told
    (_, told) = await shown(player, "/card publish mira", "/card list")
    assert told.splitlines()[0] == "answer - Mira (yours, published)"
    await shown(player, "/card unpublish Mira", "/card remove Mira")
    (told,) = await shown(player, "/card")
    assert "yours" not in told


async def test_the_owner_opens_the_door(player: Player) -> None:
    assert await shown(player, "/access", "/access invited", "/invite discord:7", "/uninvite discord:7") == [
        "answer Everybody may use this bot.",
        "answer You and those whom you invite may use this bot.",
        "answer discord:7 is invited.",
        "answer discord:7 is not invited any more.",
    ]


async def test_a_line_in_a_personas_brackets_is_shown_without_them(player: Player) -> None:
    await shown(player, "/persona create Lo", "/persona brackets Lo: l: text")
    assert await player.typed("l: Ha. -temp=1.2") == ("Lo", "Ha.")
    assert await player.typed("l:") == ("Anna", "l:")
    assert await player.typed("Hm.") == ("Anna", "Hm.")


async def test_characters_come_from_the_library_before_files(player: Player, tmp_path: Path) -> None:
    file = tmp_path / "odile.json"
    file.write_text('{"name": "Odile", "description": "A diver.", "first_mes": "Odile nods."}', encoding="utf-8")
    own = open_card(b'{"name": "Fennel", "description": "A fox.", "first_mes": "Hello."}', source="own.json")
    await player.director.library.keep(player.account, [own])
    assert await shown(player, "/new fennel") == ["Fennel: Hello."]
    assert await shown(player, "/cast add zoya", f"/cast add {file}") == [
        "answer Зоя Львовна is here now.",
        "answer Odile is here now.",
    ]
    assert await shown(player, "/new nobody") == [
        "fail The card nobody cannot be read: there is no such file, and the cards that come with Troupe are fennel, "
        "mira, tolly, zoya."
    ]
