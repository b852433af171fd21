"""Words and patterns found in texts, and in texts that are still being written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import PlayError
from bot.roleplay.forbidden import Forbidden, Screen, Side, is_said, read_rule


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ass", "What an ASS."),
        ("ass", "ass"),
        ("straße", "In der STRASSE"),
        ("café", "the Cafe\u0301 is shut"),
        ("мир", "МИР, слышишь?"),
        ("坏蛋", "你这坏蛋啊"),
        ("バカ", "お前はバカだ"),
        ("ﾊﾞｶ", "バカ"),
        ("바보", "너는 바보야"),
        ("kill him", "Kill\n  him!"),
        ("word", "w\u200bord"),
        ("/bl[ao]+d/i", "BLAAD"),
        ("/\\bold man\\b/", "the old man"),
    ],
)
def test_what_is_forbidden_is_found(rule: str, text: str) -> None:
    assert is_said(Forbidden([rule]), text)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("ass", "The class assembles, alas."),
        ("cafe", "the café is shut"),
        ("мир", "Мира молчит"),
        ("カ", "ガラス"),
        ("kill him", "kill whim"),
        ("/blaad/", "BLAAD"),
        ("/^old/", "the old man"),
    ],
)
def test_what_only_looks_like_it_is_not(rule: str, text: str) -> None:
    assert not is_said(Forbidden([rule]), text)


@pytest.mark.parametrize(
    ("rule", "problem"),
    [
        ("", "from 1 to 200"),
        ("x" * 201, "from 1 to 200"),
        ("\u200b", "nothing that could be found"),
        ("/a(/", "cannot be used"),
        ("/a*/", "in every text"),
        ("/(a+a+)+b/", "too long"),
    ],
)
def test_a_rule_that_could_not_work_is_refused(rule: str, problem: str) -> None:
    with pytest.raises(PlayError, match=problem):
        read_rule(rule, Side.BOTH)


def screened(rules: list[str], text: str, size: int, behind: str = "") -> tuple[str, bool]:
    screen = Screen(Forbidden(rules), behind)
    said = ""
    for at in range(0, len(text), size):
        said += screen.push(text[at : at + size])
        if screen.is_hit:
            return said, True
    return said + screen.finish(), screen.is_hit


@pytest.mark.parametrize("size", [1, 2, 5, 100])
@pytest.mark.parametrize(
    ("rules", "text", "said"),
    [
        (["ass"], "She has class. What an ass he is.", "She has class. What an"),
        (["ass"], "What an ass", "What an"),
        (["old man", "/gr[ea]y/"], "An old woman, a grey one", "An old woman, a"),
        (["坏蛋"], "你这坏蛋啊", "你这"),
        (["/bad.*word/"], "Not bad. A word.", "Not"),
        (["/so+/"], "Oh so so", "Oh"),
    ],
)
def test_a_text_ends_before_what_is_forbidden(size: int, rules: list[str], text: str, said: str) -> None:
    assert screened(rules, text, size) == (said, True)


@given(
    text=st.text("abc 坏蛋\u200b.", max_size=40),
    size=st.integers(1, 7),
    rules=st.lists(st.sampled_from(["ab", "a", "b c", "坏", "/ca*b/", "/^a/", "/c$/", "/a.*c/"]), max_size=3),
)
def test_whatever_the_pieces_nothing_forbidden_is_passed_on_and_nothing_else_is_kept(
    text: str, size: int, rules: list[str]
) -> None:
    text = text.strip()
    said, is_hit = screened(rules, text, size)
    assert text.startswith(said)
    if not is_hit:
        assert said == text
        assert not is_said(Forbidden(rules), text)
    assert is_hit or said == text


def test_a_pattern_that_never_ends_holds_nothing_up() -> None:
    slow = "/(x+x+)+y/"
    screen = Screen(Forbidden([slow]))
    text = "xxxxxxxxxx" * 30
    said = "".join([screen.push(text) for _ in range(5)]) + screen.finish()
    assert said == text * 5
    assert len(screen.slow) == 1
    assert not screen.is_hit


def test_what_could_go_on_for_ever_is_held_back_only_so_far() -> None:
    screen = Screen(Forbidden(["/lamp[^!]*!/"]))
    said = "".join([screen.push("The lamp is out. ") for _ in range(100)])
    assert len(said) > 1000
    assert screen.push("!") == ""
    assert screen.is_hit


def test_what_stands_before_counts() -> None:
    assert screened(["old man"], " man.", 1, behind="An old") == ("", True)
    assert screened(["man"], "man.", 1, behind="An old wo") == ("man.", False)
