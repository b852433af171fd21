"""Personas and the door, with a real director."""

from pathlib import Path

import pytest

from bot.platforms.terminal.seat import plays, typed
from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_persona_is_made_played_and_dropped(alone: Typist) -> None:
    assert await alone("/persona", "/persona create Kay: A tired knight.", "/persona use kay") == [
        "answer You have no personas yet: /persona create NAME: DESCRIPTION makes one.",
        "answer There is a persona Kay now: /persona use Kay plays it.",
        "answer You play Kay from here on.",
    ]
    assert plays(alone.player) == "Kay"
    assert await alone("Hm.", "/persona create Lo", '/persona edit Lo brackets="l: text"', "l: Ha.") == [
        "answer There is a persona Lo now: /persona use Lo plays it.",
        "answer The persona Lo is changed.",
        "answer A line typed as l: text is said by Lo.",
    ]
    assert [(turn.name, turn.text) for turn in await alone.player.story()][1:] == [("Kay", "Hm."), ("Lo", "Ha.")]
    assert await alone("/persona list", "/cast", "/persona use", "/persona edit Lo without=brackets", "/persona") == [
        "answer > Kay\n  A tired knight.\n- Lo (l: text)",
        "answer Present: Mira and Kay.",
        "answer You play Anna from here on.",
        "answer The persona Lo is changed.",
        "answer - Kay\n  A tired knight.\n- Lo",
    ]
    assert plays(alone.player) == "Anna"


async def test_a_persona_is_changed_and_deleted(alone: Typist, tmp_path: Path) -> None:
    picture = tmp_path / "kay's face.png"
    picture.write_bytes(b"PNG")
    await alone("/persona create Kay: A knight.", "/persona use Kay")
    assert await alone(
        "/persona edit Kay: A rested knight.",
        f'/persona edit Kay picture="{picture}"',
        '/persona edit Kay name="Sir Kay"',
        "/persona",
    ) == [
        "answer The persona Kay is changed.",
        "answer The persona Kay is changed.",
        "answer The persona Sir Kay is changed.",
        "answer > Sir Kay\n  A rested knight.",
    ]
    assert plays(alone.player) == "Sir Kay"
    [persona] = await alone.player.director.personas.list(alone.player.place, alone.player.account)
    assert await alone.player.director.personas.picture(persona.id) == b"PNG"
    await alone("/persona edit Sir Kay without=picture")
    assert await alone.player.director.personas.picture(persona.id) is None
    assert await alone("/persona delete sir kay") == [
        "answer The persona Sir Kay is deleted; the story keeps what was said under that name.",
    ]
    assert plays(alone.player) == "Anna"


async def test_of_a_persona_that_cannot_be_made_nothing_remains(alone: Typist) -> None:
    told = await alone(
        "/persona create Kay: A knight. picture=/nowhere", "/persona create Lo brackets=text", "/persona"
    )
    assert [one.split()[0] for one in told] == ["fail", "fail", "answer"]
    assert told[-1].startswith("answer You have no personas yet")


async def test_a_line_in_a_personas_brackets_is_shown_without_them(alone: Typist) -> None:
    await alone('/persona create Lo brackets="l: text"')
    assert await typed(alone.player, "l: Ha. -temp=1.2") == ("Lo", "Ha.")
    assert await typed(alone.player, "l:") == ("Anna", "l:")
    assert await typed(alone.player, "Hm.") == ("Anna", "Hm.")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/persona sue Kay", "/persona goes on with one of these words: list, use, create, edit, delete."),
        ("/persona use Nobody", "There is no persona Nobody."),
        ("/persona edit Nobody", "Say what is to be known of Nobody: /persona edit Nobody: DESCRIPTION."),
        ("/persona edit Nobody: A knight.", "You have no persona called Nobody."),
        (
            "/persona edit Kay without=hat",
            "/persona edit takes one of these as without: brackets, picture, description.",
        ),
        ("/persona delete Nobody", "You have no persona called Nobody."),
        ("/persona create", "/persona create needs more, for example /persona create Kit: A tired knight."),
        (
            "/persona edit Kay: picture=/nowhere",
            "The file /nowhere cannot be read: No such file or directory.",
        ),
        ("/access all", "/access takes one of these as who: owner, invited, open."),
        ("/invite Kim", "Somebody is invited by their account, for example /invite discord:80351110224678912."),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(alone: Typist, line: str, told: str) -> None:
    assert await alone(line) == [f"fail {told}"]


async def test_the_owner_opens_the_door(alone: Typist) -> None:
    assert await alone("/access", "/access invited", "/invite discord:7", "/uninvite discord:7") == [
        "answer Everybody may use this bot.",
        "answer You and those whom you invite may use this bot.",
        "answer discord:7 is invited.",
        "answer discord:7 is not invited any more.",
    ]


async def test_an_invitation_is_redeemed_by_link(alone: Typist) -> None:
    [told] = await alone("/invite")
    code = told.partition("/link ")[2].split()[0]
    assert await alone(f"/link {code}", f"/link {code}") == [
        "answer Welcome! You may play here now.",
        "fail That code is not good, or not any more: ask for a new one where it came from.",
    ]
