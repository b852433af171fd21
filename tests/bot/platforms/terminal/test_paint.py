import pytest
from prompt_toolkit.utils import get_cwidth

from bot.platforms.terminal.paint import ACTION, Fragment, colour, paint, wrap


def text(fragments: list[Fragment]) -> str:
    return "".join(text for _, text in fragments)


def actions(turn: str) -> list[str]:
    return [text for style, text in paint("Mira", turn) if style == ACTION]


def test_a_name_keeps_its_colour_and_others_have_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.platforms.terminal.paint._given", {})
    names = ["Mira", "Tolly", "Fennel", "Зоя Львовна", "Anna"]
    assert colour("Mira") == colour("MIRA")
    assert len({colour(name) for name in names}) == len(names)
    assert all(colour(f"Guest {number}") for number in range(30))
    assert paint("Mira", "Hello.")[0] == (colour("Mira"), "Mira:")


@pytest.mark.parametrize(
    ("turn", "found"),
    [
        ("*She nods.* Yes. *Smiles.*", ["She nods.", "Smiles."]),
        ("Yes. *She is still spea", ["She is still spea"]),
        ("2 * 3 * 4", []),
        ("*open\nnext line", ["open"]),
        ("none", []),
    ],
)
def test_actions_are_italic_from_their_first_asterisk(turn: str, found: list[str]) -> None:
    assert actions(turn) == found


def test_what_is_nobodys_has_no_name_in_front() -> None:
    assert text(paint("", "It rained.")) == "It rained."


def test_no_word_of_a_turn_is_lost() -> None:
    assert text(paint("Mira", "a *b* c **d** e")).replace("*", "") == "Mira: a b c d e"


def test_escape_sequences_do_not_come_through() -> None:
    assert "\x1b" not in text(paint("Mi\x1b[1mra", "\x1b[2J*\x1b[31mred*"))


@pytest.mark.parametrize(
    "turn",
    [
        "The lamps go out one after another, and nobody on the whole long river says a word about it.",
        "first\n\nsecond paragraph that is longer than a line can be",
        "x" * 50,
        "漢字" * 30,
        "*an action that is longer than one line of this terminal* and speech",
    ],
)
@pytest.mark.parametrize("width", [12, 20, 33])
def test_lines_fit_and_say_the_same(turn: str, width: int) -> None:
    lines = [text(line) for line in wrap(paint("Mira", turn), width)]
    assert all(get_cwidth(line.rstrip()) <= width for line in lines)
    assert all(line.startswith("  ") for line in lines[1:])
    assert "".join("".join(lines).split()) == "".join(f"Mira: {turn}".replace("*", "").split())


def test_lines_break_at_spaces() -> None:
    lines = [text(line) for line in wrap([("", "one two three four")], 10)]
    assert lines == ["one two", "  three", "  four"]
