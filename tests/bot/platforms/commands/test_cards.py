"""The cards that somebody has, with a real director."""

import pytest

from tests.bot.platforms.theatre import Typist

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_ones_cards_are_listed_published_and_removed(alone: Typist) -> None:
    (told,) = await alone("/card")
    assert told.splitlines()[0] == "answer - Mira (yours)"
    assert "- Fennel (comes with Troupe)" in told
    (_, told) = await alone("/card publish mira", "/card list")
    assert told.splitlines()[0] == "answer - Mira (yours, published)"
    await alone("/card unpublish Mira", "/card remove Mira")
    (told,) = await alone("/card")
    assert "yours" not in told


async def test_a_card_that_is_not_there_is_told(alone: Typist) -> None:
    assert await alone("/card remove Nobody", "/card publish") == [
        "fail There is no card Nobody.",
        "fail /card publish needs more, for example /card publish Mira",
    ]
