"""What people see of a path of turns."""

import pytest

from bot.core import Turn
from bot.roleplay.path import from_last, is_last_said, last_said, number_of, said
from tests.bot.roleplay.conftest import turn

STORY = [turn(1, "Mira", "One."), turn(2, "Kim", ""), turn(3, "Mira", "Two."), turn(4, "Kim", ""), turn(5, "Kim", "")]


def ids(turns: tuple[Turn, ...]) -> list[int]:
    return [one.id for one in turns]


def test_what_is_deleted_is_not_seen() -> None:
    assert ids(said(STORY)) == [1, 3]
    assert last_said(STORY) == STORY[2]
    assert last_said(STORY[3:]) is None
    assert last_said([]) is None


@pytest.mark.parametrize(("id", "last"), [(1, False), (2, False), (3, True), (4, True), (9, False)])
def test_whether_anything_is_said_behind_a_turn(id: int, last: bool) -> None:
    assert is_last_said(STORY, turn(id, "Mira", "")) is last


@pytest.mark.parametrize(("count", "expected"), [(1, [3, 4, 5]), (2, [1, 2, 3, 4, 5]), (9, [1, 2, 3, 4, 5])])
def test_the_last_turns_are_counted_as_they_are_seen(count: int, expected: list[int]) -> None:
    assert ids(from_last(STORY, count)) == expected
    assert from_last(STORY[3:], count) == ()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("12", 12),
        ("#12", 12),
        (" #7 ", 7),
        ("007", 7),
        *((other, None) for other in ("0", "#0", "-1", "#", "", "x", "1.5", "²", "٣", "9" * 30)),
    ],
)
def test_a_turns_number(written: str, number: int | None) -> None:
    assert number_of(written) == number
