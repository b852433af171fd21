"""Notes and memory, with a real director."""

import pytest

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import typist
from tests.bot.roleplay import lorebooks
from tests.bot.roleplay.conftest import SILENT, card

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def shown(director: Director, *lines: str) -> list[str]:
    """Type lines in a scene with Mira, who says nothing, and Tomas, and return what the screen shows of the last."""
    typed = await typist(director, SILENT, card("Tomas", talkativeness=0.0), name="Kim")
    return await typed.last(*lines)


GONE = "answer The note is gone."
READ = "answer The note is read with the replies from now on."


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["/note"], ["answer There are no notes."]),
        (["/note It rains: all day."], [READ]),
        (["/note It rains: all day.", "/note"], ["answer the scene (depth 4, every 1): It rains: all day."]),
        (["/note It is 12:30 now.", "/note"], ["answer the scene (depth 4, every 1): It is 12:30 now."]),
        (["/note mira: Be sad. -every=3 -depth=2", "/note"], ["answer Mira (depth 2, every 3): Be sad."]),
        (["/note every=3 Say depth=2 often.", "/note"], ["answer the scene (depth 4, every 3): Say depth=2 often."]),
        (["/note It rains.", "/note off"], [GONE]),
        (["/note Mira: Be sad.", "/note Mira: off", "/note"], ["answer There are no notes."]),
        (
            ["/note " + "rain " * 300],
            ["answer The note is read with the replies, but only its first 256 tokens or so."],
        ),
        (["/note -every=0 It rains."], ["fail /note takes a whole number from 1 to 100 as every, not 0."]),
    ],
)
async def test_notes(director: Director, lines: list[str], told: list[str]) -> None:
    assert await shown(director, *lines) == told


async def test_what_a_card_notes_is_shown_and_can_be_taken_away(director: Director) -> None:
    noting = lorebooks.card("Ida", extensions={"depth_prompt": {"prompt": "She limps."}})
    typed = await typist(director, noting, name="Kim")
    listed = "answer Ida, by the card (depth 4, every 1): She limps."
    assert await typed("/note") == [listed]
    assert await typed("/note Ida: Be sad.") == [READ]
    again = "answer What the card of Ida notes counts again: She limps."
    assert await typed("/note Ida: off") == [GONE, again]
    assert await typed("/note Ida: off") == [GONE]
    assert await typed("/note") == ["answer There are no notes."]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["/memory"], ["answer Nothing was summed up yet.", "answer Nothing is pinned."]),
        (["/memory remember The ring is cursed."], ["Narrator: The ring is cursed."]),
        (["/memory remember Oh.", "/memory pins"], ["answer 1. Narrator: Oh."]),
        (["/memory pin"], ["answer Pinned: Mira: Mira waves at Kim."]),
        (["Hm.", "/memory pin #1"], ["answer Pinned: Mira: Mira waves at Kim."]),
        (["/memory pin 2"], ["fail There is no turn 2: /story shows their numbers."]),
        (["/memory pin", "/memory unpin"], ["answer No longer pinned: Mira: Mira waves at Kim."]),
        (["/memory unpin"], ["fail There is no pin 1: /memory pins lists them."]),
        (["/memory search waves"], ["#1 Mira: Mira waves at Kim."]),
        (["/memory search snow"], ["answer Nothing like that was said."]),
        (["/memory edit They met."], ["fail There is no summary to be changed yet."]),
        (["/memory summary", "/memory edit They met."], ["answer The summary is changed."]),
        (
            ["/memory summary", "/memory edit They met.", "/memory"],
            ["answer What happened so far: They met.", "answer Nothing is pinned."],
        ),
        (["/memory summary", "/memory edit off"], ["answer The summary is gone."]),
        (
            ["/memory forget"],
            ["fail /memory goes on with one of these words: show, summary, edit, remember, pin, unpin, pins, search."],
        ),
    ],
)
async def test_memory(director: Director, lines: list[str], told: list[str]) -> None:
    assert await shown(director, *lines) == told


async def test_a_recap(director: Director) -> None:
    [told] = await shown(director, "/recap")
    assert told.startswith("answer In the one turn since your last: ")
    assert len(told) > 45
