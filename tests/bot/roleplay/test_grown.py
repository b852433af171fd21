"""Cards for adults, and places that are not for them."""

from dataclasses import replace

import pytest

from bot.core import Place
from bot.errors import PlayError
from bot.roleplay.director import Director
from tests.bot.roleplay.conftest import AT, KIM, card

pytestmark = pytest.mark.asyncio(loop_scope="module")

HERE = Place("discord:1", "tavern")
ADULT = card("Vera", tags=("NSFW",))


async def test_they_are_refused_where_adults_are_not_among_themselves(director: Director) -> None:
    young = replace(HERE, for_adults=False)
    with pytest.raises(PlayError, match="Vera is written for adults"):
        await director.scenes.start(young, KIM, [card("Mira"), ADULT], at=AT)
    assert await director.scene(young) is None
    await director.scenes.start(young, KIM, [card("Mira")], at=AT)
    with pytest.raises(PlayError, match="Vera is written for adults"):
        await director.cast.add(young, KIM, ADULT)
    await director.cast.add(HERE, KIM, ADULT)  # the same place, as another platform tells it


async def test_whether_a_place_is_for_adults_makes_it_no_other() -> None:
    assert replace(HERE, for_adults=False) == HERE
