"""Under which name somebody speaks, and what the model reads of them (pure)."""

import pytest

from bot.core import Member, Persona, Player
from bot.roleplay.players import BLOCK, block, described, free_name, taken_names
from tests.bot.roleplay.conftest import scene

MIRA = Member(1, "Mira", "Mira: A pilot.")


@pytest.mark.parametrize(
    ("wanted", "taken", "name"),
    [
        ("Kim", (), "Kim"),
        ("Kim", ("kim",), "Kim 2"),
        ("Kim", ("Kim", "KIM 2"), "Kim 3"),
        (" Kim\n\tthe Bold ", (), "Kim the Bold"),
        ("Kim :3", (), "Kim 3"),
        ("山田：太郎", (), "山田 太郎"),
        ("::", (), "Somebody"),
        ("\u200b", ("Somebody",), "Somebody 2"),
        ("Narrator", ("Narrator",), "Narrator 2"),
    ],
)
def test_a_name_that_nobody_chose_is_mended(wanted: str, taken: tuple[str, ...], name: str) -> None:
    assert free_name(wanted, taken) == name


def test_a_persona_is_told_in_a_line_and_one_without_a_word_is_not() -> None:
    kay = Persona(4, 1, "Kay", " {{user}} is tired of {{char}}. ")
    assert block(kay, ["Mira", "Tomas"]) == "Kay (a player): Kay is tired of Mira, Tomas."
    assert block(Persona(4, 1, "Kay", " \n"), ["Mira"]) == ""


def test_chance_in_a_persona_falls_the_same_each_time() -> None:
    blocks = {block(Persona(4, 1, "Kay", "{{random::a::b::c}}{{roll:d1000}}"), []) for _ in range(9)}
    assert len(blocks) == 1


def test_the_names_of_others_are_taken_and_ones_own_are_not() -> None:
    told = scene(members=(MIRA,))
    players = (Player(1, 7, "Kim"), Player(2, 8, "Ada"), Player(3, 8, "Ann", 4))
    told = type(told)(1, told.place, "", "Kim", "", (MIRA,), (), players=players, opener=7)
    assert taken_names(told, 7) == {"Narrator", "Mira", "Ada", "Ann"}
    assert taken_names(told, 8) == {"Narrator", "Mira", "Kim"}
    assert taken_names(told, None) == {"Narrator", "Mira", "Kim", "Ada", "Ann"}


def test_what_the_opener_was_at_the_start_can_be_told_again() -> None:
    told = BLOCK.format(name="Kay", description="A knight.")
    players = (Player(1, 7, "Kay", 4, told), Player(2, 7, "Kim"))
    opened = type(scene(members=()))(1, scene(members=()).place, "", "Kay", "", (), (), players=players, opener=7)
    assert described(opened) == "A knight."
    assert described(scene(members=())) == ""
