"""How the story at this machine is entered."""

import pytest

from bot.platforms.terminal.cards import find_cards
from bot.platforms.terminal.seat import enter
from tests.bot.platforms.theatre import FakeDirector, PaperScreen, player

CARDS = {name: find_cards([name])[0] for name in ("mira", "fennel", "zoya")}


async def test_where_nothing_is_played_the_two_who_belong_together_begin() -> None:
    director = FakeDirector()
    await enter(await player(director, PaperScreen()), [])
    assert director.members == ["Mira", "Tolly"]


@pytest.mark.parametrize("cards", [(), ("fennel", "zoya"), ("zoya", "fennel")])
async def test_a_story_goes_on_where_it_was_left(cards: tuple[str, ...]) -> None:
    director = FakeDirector(members=["Fennel", "Зоя Львовна"], turns=[("Anna", "So?")])
    await enter(await player(director, PaperScreen(), [CARDS[name] for name in cards]), [CARDS[name] for name in cards])
    assert director.turns == [("Anna", "So?")]


async def test_other_characters_open_a_new_scene_and_the_end_of_the_former_is_told() -> None:
    director = FakeDirector(members=["Fennel", "Зоя Львовна"], turns=[("Anna", "So?")])
    screen = PaperScreen()
    await enter(await player(director, screen, [CARDS["mira"]]), [CARDS["mira"]])
    assert director.turns == [("Mira", "Welcome.")]
    assert screen.shown == ["note The story with Fennel and Зоя Львовна has ended."]
