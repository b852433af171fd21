import pytest

from bot.platforms.terminal.text import clean, lay_out, one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;title\x07Hi", "[2J]0;titleHi"),
        ("\x9b31mred", "31mred"),
        ("a\rb\x00c\x7fd", "abcd"),
        ("one\r\ntwo\u2028three\x85four", "one\ntwo\nthree\nfour"),
        ("a\tb", "a    b"),
        ("half \ud83d of it", "half \ufffd of it"),
        ("👩‍🚀 Žofie нет 漢字 می‌خواهم", "👩‍🚀 Žofie нет 漢字 می‌خواهم"),
    ],
)
def test_nothing_that_is_shown_can_steer_the_terminal(text: str, shown: str) -> None:
    assert clean(text) == shown


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("Mira", "Hello.", "Mira: Hello."),
        ("Mira", " One.\n\nTwo: no name.\r\n", "Mira: One.\n  \n  Two: no name."),
        ("Mi\nra\x1b", "", "Mi ra: "),
        ("", " and so\non.", " and so\non."),
    ],
)
def test_a_turn_is_a_name_and_indented_lines(name: str, text: str, line: str) -> None:
    assert lay_out(name, text) == line


def test_what_must_stay_on_its_line_does() -> None:
    assert one_line(" a\n\tb  c\x1b ") == "a b c"
