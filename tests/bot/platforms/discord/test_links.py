"""Links that show no preview, and texts as they were without that."""

import pytest

from bot.platforms.discord.links import held, released
from bot.platforms.discord.suggestions import lines_in, suggested
from tests.bot.platforms.discord.playing import LANGUAGES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("See https://a.example/b.", "See <https://a.example/b>."),
        (
            "[here](https://a.example/b) and <https://a.example>",
            "[here](<https://a.example/b>) and <https://a.example>",
        ),
        ("*https://a.example/x_(y)* http://b.example", "*<https://a.example/x_(y)>* <http://b.example>"),
        ("No link: https:// is none.", "No link: https:// is none."),
    ],
)
def test_links_are_held(text: str, shown: str) -> None:
    assert held(text) == shown
    assert held(shown) == shown
    assert released(shown) == text.replace("<", "").replace(">", "")


def test_a_suggestion_is_said_as_it_was_suggested() -> None:
    (content, _) = next(suggested(LANGUAGES.best(""), [held("See https://a.example/b.")]))
    assert "<https" in content
    assert lines_in(content) == {1: "See https://a.example/b."}
