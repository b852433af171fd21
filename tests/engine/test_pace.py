"""How much is read beside those who write, by what steps have taken."""

import pytest

from engine.pace import FIRST_TOKENS, LEAST_TOKENS, SLOWDOWN, Pace

MOST = 256


def after(*steps: tuple[int, int, float], times: int = 1) -> Pace:
    """Return the pace behind some steps: how many wrote, how many tokens were read, how many seconds it took."""
    pace = Pace(MOST)
    for _ in range(times):
        for step in steps:
            pace.note(*step)
    return pace


@pytest.mark.parametrize(
    ("alone", "each", "expected"),
    [
        (0.010, 0.0025, 8),
        (0.010, 0.0010, 20),
        (0.040, 0.0025, 32),
        (0.010, 0.0200, LEAST_TOKENS),
        (0.010, 0.00001, MOST),
    ],
    ids=["two cores", "a quicker one", "many write", "reading is dear", "a card"],
)
def test_a_step_takes_three_times_as_long_as_one_without_reading(alone: float, each: float, expected: int) -> None:
    pace = after((1, 0, alone))
    for _ in range(100):
        read = pace.budget(1)
        pace.note(1, read, alone + read * each)
        assert LEAST_TOKENS <= read <= MOST
    assert pace.budget(1) == pytest.approx(expected, abs=1)
    if LEAST_TOKENS < expected < MOST:
        assert alone + pace.budget(1) * each <= SLOWDOWN * alone * 1.001


@pytest.mark.parametrize(
    "steps",
    [(), ((1, 0, 0.01),), ((1, 9, 0.03),), ((0, 256, 0.5), (1, 0, 0.01)), ((2, 0, 0.02), (2, 8, 0.05), (2, 0, 0.02))],
    ids=["nothing", "only writing", "only both", "reading alone", "more who write"],
)
def test_where_too_little_was_measured_it_begins_small(steps: tuple[tuple[int, int, float], ...]) -> None:
    assert after(*steps).budget(1) == FIRST_TOKENS


def test_for_more_who_write_than_were_seen_it_takes_the_most_that_were() -> None:
    pace = after((1, 0, 0.01), (3, 0, 0.02), (1, 8, 0.03))
    assert (pace.budget(1), pace.budget(2), pace.budget(3), pace.budget(9)) == (8, 8, 16, 16)


def test_one_step_in_which_another_program_ran_changes_little() -> None:
    pace = after((1, 0, 0.01), (1, 8, 0.03), times=50)
    assert pace.budget(1) == 8
    pace.note(1, 8, 0.10)
    assert pace.budget(1) >= 5


def test_a_step_that_was_quick_by_chance_at_most_doubles_it() -> None:
    pace = after((1, 0, 0.01), (1, 8, 0.0))
    assert pace.budget(1) == 2 * 8


def test_the_end_of_a_prompt_says_nothing() -> None:
    pace = after((1, 0, 0.01), (1, 8, 0.03))
    pace.note(1, 1, 0.03)
    assert pace.budget(1) == 8


def test_a_small_batch_is_the_most() -> None:
    assert Pace(4).budget(1) == 4
