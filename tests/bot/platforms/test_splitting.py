import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.splitting import open_marks, split


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


@pytest.mark.parametrize(
    ("text", "limit", "posts"),
    [
        ("", 40, []),
        ("   ", 40, []),
        ("Short.", 40, ["Short."]),
        ("One line here.\n\nAnother paragraph of it.", 38, ["One line here.", "Another paragraph of it."]),
        ("He nods at last. She smiles. It rains on.", 40, ["He nods at last. She smiles.", "It rains on."]),
        ("no end in these words at all and on", 34, ["no end in these words", "at all and on"]),
        ("x" * 50, 40, ["x" * 28, "x" * 22]),
        ("你好。再见。" * 8, 40, ["你好。再见。" * 4 + "你好。", "再见。" + "你好。再见。" * 3]),
        ("Ah. *He goes on and on.* Yes.", 26, ["Ah. *He goes*", "*on and on.* Yes."]),
    ],
)
def test_a_text_is_cut_where_it_may_be(text: str, limit: int, posts: list[str]) -> None:
    assert split(text, limit) == posts


def test_a_post_does_not_end_inside_emphasis_where_it_can_end_before() -> None:
    text = "She waits by the door. *Nobody comes. Nobody ever does.* She goes."
    assert split(text, 60) == ["She waits by the door.", "*Nobody comes. Nobody ever does.* She goes."]


def test_code_is_closed_and_opened_again() -> None:
    first, second = split("```\nprint(1)\nprint(2)\nprint(3)\n```", 33)
    assert first.startswith("```\nprint(1)")
    assert first.endswith("\n```")
    assert second.startswith("```\nprint(")


@pytest.mark.parametrize(
    ("text", "marks"),
    [
        ("*he", ("*",)),
        ("*he*", ()),
        ("**she *he", ("**", "*")),
        (r"\*he", ()),
        ("2 * 3", ()),
        ("snake_case", ()),
        ("_he", ("_",)),
        ("`*`", ()),
        ("||a", ("||",)),
        ("```py", ("```\n",)),
    ],
)
def test_open_marks_are_found(text: str, marks: tuple[str, ...]) -> None:
    assert open_marks(text) == marks


WRITTEN = st.text(alphabet="ab .*_`|~\n。你😀", max_size=300)


@given(WRITTEN, st.integers(30, 80))
def test_no_post_is_too_long_and_nothing_that_is_said_is_lost(text: str, limit: int) -> None:
    posts = split(text, limit, length=units)
    assert all(units(post) <= limit for post in posts)
    letters = [char for char in text if char in "ab。你😀"]
    assert [char for char in "".join(posts) if char in "ab。你😀"] == letters


@given(WRITTEN, WRITTEN, st.integers(30, 80))
def test_posts_stay_as_they_are_while_the_text_grows(text: str, more: str, limit: int) -> None:
    before = split(text, limit)
    after = split(text + more, limit)
    assert after[: len(before) - 1] == before[:-1]
