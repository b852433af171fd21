from contextlib import suppress

import pytest

from bot.platforms.terminal.cards import find_cards
from engine import Busy
from tests.bot.platforms.terminal.theatre import LANGUAGES, FakeDirector, PaperScreen, player

CARDS = {name: find_cards([name])[0] for name in ("mira", "fennel", "zoya")}


async def test_where_nothing_is_played_the_two_who_belong_together_begin() -> None:
    director = FakeDirector()
    await player(director, PaperScreen()).enter()
    assert director.members == ["Mira", "Tolly"]


@pytest.mark.parametrize("cards", [(), ("fennel", "zoya"), ("zoya", "fennel")])
async def test_a_story_goes_on_where_it_was_left(cards: tuple[str, ...]) -> None:
    director = FakeDirector(members=["Fennel", "Зоя Львовна"], turns=[("Anna", "So?")])
    await player(director, PaperScreen(), [CARDS[name] for name in cards]).enter()
    assert director.turns == [("Anna", "So?")]


async def test_other_characters_open_a_new_scene_and_the_end_of_the_former_is_told() -> None:
    director = FakeDirector(members=["Fennel", "Зоя Львовна"], turns=[("Anna", "So?")])
    screen = PaperScreen()
    await player(director, screen, [CARDS["mira"]]).enter()
    assert director.turns == [("Mira", "Welcome.")]
    assert screen.shown == ["note The story with Fennel and Зоя Львовна has ended."]


@pytest.mark.parametrize("ending", [[], [Busy(64)]])
async def test_a_reply_is_shown_for_good_only_once_it_is_stored(ending: list[Exception]) -> None:
    director = FakeDirector(answers=[["Hel", "lo.", *ending]])

    class Careful(PaperScreen):
        def turn(self, name: str, text: str, number: int = 0) -> None:
            assert director.turns[-1] == (name, text)
            super().turn(name, text, number)

    screen = Careful()
    with suppress(Busy):
        await player(director, screen).say("Hi")
    assert screen.shown == ["Mira: Hello."]


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["A"], "A"), (["A", "B"], "A and B"), (["A", "B", "C"], "A, B, and C")]
)
def test_names_are_joined_as_in_a_sentence(names: list[str], text: str) -> None:
    assert LANGUAGES.best().listed(names) == text
