import pytest

from bot.roleplay.tail import beginning, tokens_of

BRIDGE = "The bridge has three arches. A ferryman's sons keep it, and take a coin. Nobody knows who built it."


@pytest.mark.parametrize(
    ("most", "told"),
    [
        (100, BRIDGE),
        (24, "The bridge has three arches. A ferryman's sons keep it, and take a coin."),
        (12, "The bridge has three arches."),
        (5, "The bridge"),
    ],
)
def test_of_a_long_text_as_many_whole_sentences_are_told_as_there_is_room_for(most: int, told: str) -> None:
    assert beginning(BRIDGE, most) == told
    assert tokens_of(told) <= most


def test_sentences_end_without_spaces_too() -> None:
    assert beginning("桥有三个拱。守桥的人要收一枚钱。没有人知道是谁建的。", 12) == "桥有三个拱。"
