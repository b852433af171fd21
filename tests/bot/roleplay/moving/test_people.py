"""Descriptions of personas, made short enough."""

import pytest

from bot.roleplay.moving.people import shortened
from bot.roleplay.personas import MOST_DESCRIPTION_CHARACTERS

SENTENCES = "She bakes bread. " * 300


@pytest.mark.parametrize(
    ("description", "kept"),
    [
        ("x" * MOST_DESCRIPTION_CHARACTERS, "x" * MOST_DESCRIPTION_CHARACTERS),
        ("x" * 5_000, "x" * MOST_DESCRIPTION_CHARACTERS),
        (SENTENCES, "She bakes bread. " * 234 + "She bakes bread."),
        ("One. " + "x" * 5_000, "One. " + "x" * (MOST_DESCRIPTION_CHARACTERS - 5)),
    ],
)
def test_a_description_ends_with_a_sentence_unless_much_is_lost_by_that(description: str, kept: str) -> None:
    assert shortened(description) == kept
