"""Dice as players write them."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlayError
from bot.roleplay.dice import LONGEST_CHAIN, MOST_DICE, MOST_SIDES, Roll, roll


class Loaded(Random):
    """A random source that throws what it is told to, each number once, whatever the die."""

    def __init__(self, *values: int) -> None:
        super().__init__()
        self.values = list(values)

    def randint(self, a: int, b: int) -> int:
        value = self.values.pop(0)
        assert a <= value <= b
        return value


def thrown(notation: str, *values: int) -> Roll:
    rng = Loaded(*values)
    rolled = roll(notation, rng)
    assert not rng.values
    return rolled


@pytest.mark.parametrize(
    ("notation", "values", "text"),
    [
        ("2d6+1", (3, 5), "🎲 2d6+1: 3 + 5 + 1 = 9"),
        ("d20", (17,), "🎲 d20: 17"),
        ("d%", (100,), "🎲 d%: 100"),
        ("2d%", (1, 99), "🎲 2d%: 1 + 99 = 100"),
        ("D20 + 5", (2,), "🎲 d20+5: 2 + 5 = 7"),
        (" 1d20 - 3 ", (2,), "🎲 1d20-3: 2 - 3 = -1"),
        ("d20−3", (2,), "🎲 d20-3: 2 - 3 = -1"),
        ("１ｄ６＋１", (4,), "🎲 1d6+1: 4 + 1 = 5"),
        ("-d4", (3,), "🎲 -d4: -3"),
        ("-2d4+1", (3, 1), "🎲 -2d4+1: -3 - 1 + 1 = -3"),
        ("10-2d4", (3, 1), "🎲 10-2d4: 10 - 3 - 1 = 6"),
        ("4d6kh3", (5, 1, 4, 6), "🎲 4d6kh3: 5 + (1) + 4 + 6 = 15"),
        ("4d6k3", (5, 1, 4, 6), "🎲 4d6k3: 5 + (1) + 4 + 6 = 15"),
        ("4d6dl1", (5, 1, 4, 6), "🎲 4d6dl1: 5 + (1) + 4 + 6 = 15"),
        ("4d6kl1", (5, 1, 4, 6), "🎲 4d6kl1: (5) + 1 + (4) + (6) = 1"),
        ("4d6dh", (5, 1, 4, 6), "🎲 4d6dh: 5 + 1 + 4 + (6) = 10"),
        ("2d20kh", (8, 8), "🎲 2d20kh: (8) + 8 = 8"),
        ("2d20kl-1", (8, 19), "🎲 2d20kl-1: 8 + (19) - 1 = 7"),
        ("2d6dh2", (1, 2), "🎲 2d6dh2: (1) + (2) = 0"),
        ("2d6!", (6, 6, 2, 1), "🎲 2d6!: 6 + 6 + 2 + 1 = 15"),
        ("2d6!kh1", (6, 3, 1), "🎲 2d6!kh1: 6 + (3) + (1) = 6"),
        ("2d6kh1!", (6, 3, 1), "🎲 2d6kh1!: 6 + (3) + (1) = 6"),
        ("2d6+1d4+3", (1, 2, 3), "🎲 2d6+1d4+3: 1 + 2 + 3 + 3 = 9"),
        ("20d2", (1,) * 20, f"🎲 20d2: {' + '.join('1' * 20)} = 20"),
        ("21d2", (1,) * 21, "🎲 21d2: 21"),
    ],
)
def test_a_roll_is_told_in_a_line(notation: str, values: tuple[int, ...], text: str) -> None:
    assert thrown(notation, *values).text == text


def test_each_die_is_known_with_whether_it_counts() -> None:
    (dice, bonus) = thrown("3d6kh2-1", 4, 2, 6).terms
    assert [(die.value, die.kept) for die in dice.dice] == [(4, True), (2, False), (6, True)]
    assert (dice.total, bonus.total) == (10, -1)


@pytest.mark.parametrize(
    "notation",
    [
        "",
        "5",
        "5+3",
        "hello",
        "d",
        "2d",
        "2d6+",
        "+",
        "2d6 for luck",
        "2d6++1",
        "d20 d20",
        "2d6*2",
        "4d6kx",
        "d-6",
        "2d6\n;",
    ],
)
def test_what_is_no_roll_is_refused_with_what_was_expected(notation: str) -> None:
    with pytest.raises(PlayError, match=r"is no roll: something like 2d6\+1, d20, d%, 4d6kh3 or 3d6! was expected\.$"):
        roll(notation, Random(0))


@pytest.mark.parametrize(
    ("notation", "sentence"),
    [
        ("1000000d1000000", "The number of dice can be from 1 to 100, but 1,000,000 was written."),
        ("60d6+60d6", "The number of dice can be from 1 to 100, but 120 was written."),
        ("0d6", "The number of dice can be from 1 to 100, but 0 was written."),
        ("d6+0d6", "The number of dice can be from 1 to 100, but 0 was written."),
        ("d0", "A die's number of sides can be from 1 to 1,000,000, but 0 was written."),
        ("d1000001", "A die's number of sides can be from 1 to 1,000,000, but 1,000,001 was written."),
        ("d1!", "The number of sides of a die that explodes can be from 2 to 1,000,000, but 1 was written."),
        ("d6+1000001", "A number to add can be from 0 to 1,000,000, but 1,000,001 was written."),
        ("4d6kh5", "The number of dice to keep or drop can be from 1 to 4, but 5 was written."),
        ("4d6dl0", "The number of dice to keep or drop can be from 1 to 4, but 0 was written."),
    ],
)
def test_what_is_out_of_range_is_refused_with_the_range(notation: str, sentence: str) -> None:
    with pytest.raises(PlayError) as raised:
        roll(notation, Random(0))
    assert str(raised.value) == sentence


def test_a_long_notation_is_refused_and_quoted_only_in_part() -> None:
    with pytest.raises(PlayError) as raised:
        roll("1d6+" * 1_000_000 + "1", Random(0))
    assert len(str(raised.value)) < 150


def test_a_die_that_always_explodes_ends() -> None:
    rolled = thrown("d2!", *[2] * LONGEST_CHAIN)
    assert rolled.total == 2 * LONGEST_CHAIN


def test_the_same_seed_throws_the_same() -> None:
    assert roll("10d6!+d%", Random(7)) == roll("10d6!+d%", Random(7))
    assert len({roll("10d6", Random(seed)).text for seed in range(20)}) > 10


@given(
    count=st.integers(1, MOST_DICE),
    sides=st.integers(2, MOST_SIDES),
    how=st.sampled_from(["", "kh", "kl", "dh", "dl", "!"]),
    bonus=st.integers(-1000, 1000),
    seed=st.integers(),
)
def test_a_total_is_the_sum_of_what_counts(count: int, sides: int, how: str, bonus: int, seed: int) -> None:
    rolled = roll(f"{count}d{sides}{how}{bonus:+}", Random(seed))
    dice = rolled.terms[0].dice
    kept = sorted(die.value for die in dice if die.kept)
    values = sorted(die.value for die in dice)
    assert all(1 <= value <= sides for value in values)
    assert rolled.total == sum(kept) + bonus
    assert kept == {"kh": values[-1:], "kl": values[:1], "dh": values[:-1], "dl": values[1:]}.get(how, values)
    assert rolled.text.endswith(f" {rolled.total}")


@given(text=st.text(max_size=120) | st.text("0123456789dkhl!%+- ", max_size=30))
def test_whatever_is_written_is_rolled_or_refused_with_a_sentence(text: str) -> None:
    sentence = ""
    try:
        assert len(roll(text, Random(0)).text) < 500
    except PlayError as error:
        sentence = str(error)
    assert "\n" not in sentence
    assert not sentence or sentence.endswith(".")
