"""Lines that stay out of the story."""

import pytest

from bot.roleplay.director import is_out_of_character


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("// hm", True),
        ("//", True),
        (" \t// hm", True),
        ("((hm))", True),
        ("((hm)) \n", True),
        ("(hm)", False),
        ("((hm)) she says", False),
        ("he says ((hm))", False),
        ("see https://example.org", False),
        ("a // b", False),
        ("/ hm", False),
        (":((", False),
        ("", False),
    ],
)
def test_out_of_character(text: str, expected: bool) -> None:
    assert is_out_of_character(text) is expected
