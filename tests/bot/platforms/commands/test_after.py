"""Commands about state, what follows replies, and reasons, with a real director."""

import re

import pytest

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import typist
from tests.bot.roleplay.lorebooks import card

pytestmark = pytest.mark.asyncio(loop_scope="module")

DAY = {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3}


async def shown(director: Director, *lines: str, state: list[dict[str, object]] | None = None) -> list[str]:
    """Open a scene, take lines, and return what was shown after the last."""
    return await (await typist(director, card("Mira", state=state))).last(*lines)


async def test_values_are_shown_and_set(director: Director) -> None:
    assert await shown(director, "/state") == ["answer The story keeps no values."]
    assert await shown(director, "/state", state=[DAY]) == ["answer day 3"]
    assert await shown(director, "/state day = 4", state=[DAY]) == ["answer day 4"]
    assert await shown(director, "/state day=4", state=[DAY]) == ["answer day 4"]
    assert await shown(director, "/state day 5", state=[DAY]) == ["answer day 5"]
    assert await shown(director, "/state define trust = wary, warm", state=[DAY]) == ["answer day 3 · trust: wary"]
    assert await shown(director, "/state define trust", state=[DAY]) == [
        "fail /state define needs more, for example /state define trust = wary, warm"
    ]
    assert await shown(director, "/state forget day", state=[DAY]) == ["answer The story keeps no values."]
    assert await shown(director, "/state day 99", state=[DAY]) == [
        "fail day cannot be “99”: a whole number from 1 to 9 was expected."
    ]


async def test_what_follows_replies_is_set_and_shown(director: Director) -> None:
    off = "answer After each reply: narrate off, suggest 0, state off."
    assert await shown(director, "/after") == [off]
    assert await shown(director, "/after suggest=2") == [off.replace("suggest 0", "suggest 2")]
    assert await shown(director, "/after suggest=2", "/after suggest=0") == [off]
    reply, state, suggested = await shown(
        director, "/after suggest=2", "/after state=on narrate=off", "Hello.", state=[DAY]
    )
    assert reply.startswith("Mira: ")
    assert re.fullmatch(r"state day [1-9]", state)
    assert suggested.startswith("suggestions ")


async def test_a_reply_is_explained(director: Director) -> None:
    for line in ("/why", "/why 3", "/why #3"):
        assert (await shown(director, "Hello.", line))[0].splitlines()[
            0
        ] == "answer Mira answered: of those present they felt like it."
    [prompt] = await shown(director, "Hello.", "/why prompt")
    assert prompt.startswith("answer <|im_start|>system")
    tokens = await shown(director, "Hello.", "/why tokens #3")
    assert re.match(r"answer “.*” \d+%", tokens[0], re.DOTALL)
    assert (await shown(director, "Hello.", "/why tokens"))[0].startswith("answer “")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/state day = 4", "The story keeps no “day”, it keeps nothing."),
        ("/after dance", "/after takes nothing more: dance"),
        ("/after suggest=50", "/after takes a whole number from 0 to 5 as suggest, not 50."),
        ("/after narrate=maybe", "/after takes one of these as narrate: on, off."),
        ("/after state=on", "The story keeps no values: a card defines them, as docs/formats.md says."),
        ("/why", "There is no reply yet that the model has written."),
        ("/why 9", "There is no turn 9: /story shows their numbers."),
        ("/why 1", "Of that turn nothing is known: only replies that the model has written have reasons."),
    ],
)
async def test_what_cannot_be_done_is_told(director: Director, line: str, told: str) -> None:
    assert await shown(director, line) == [f"fail {told}"]
