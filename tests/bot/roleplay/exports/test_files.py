"""Files that hold a story: their limits, and logs in plain text."""

import pytest

from bot.core import Author
from bot.errors import StoryFileError
from bot.roleplay.exports import Story, Told, read_story, to_jsonl, to_log, to_markdown
from bot.roleplay.exports.files import LIMIT_BYTES, LIMIT_LINES
from tests.bot.roleplay.exports.stories import GOLDEN


def problem(data: bytes) -> str:
    with pytest.raises(StoryFileError) as raised:
        read_story(data, source="log.txt")
    return str(raised.value).removeprefix("The story log.txt cannot be read: ")


def test_a_log_is_read() -> None:
    story = read_story((GOLDEN / "log.txt").read_bytes(), source="log.txt", people=["ann"])
    assert story.turns == (
        Told(Author.PERSON, "Ann", "Is there tea?"),
        Told(Author.CHARACTER, "Tolly", "*He lifts the kettle.*\n\nAlways.\nNote the time, 10:30."),
        Told(Author.NARRATOR, "Narrator", "Steam fills the cabin."),
        Told(Author.CHARACTER, "米拉", "三盏灯。"),
    )
    assert (story.title, story.people, story.characters) == ("", ("Ann",), ("Tolly", "米拉"))


@pytest.mark.parametrize(
    ("text", "turns"),
    [
        ("A: x", [("A", "x")]),
        ("\ufeff\r\nA: x\r\ny\r\n", [("A", "x\ny")]),
        ("A:\nx\nB:", [("A", "x"), ("B", "")]),
        ("Captain of the Guard: x", [("Captain of the Guard", "x")]),
        ("A: x\nhttps://a.example: y", [("A", "x\nhttps://a.example: y")]),
        ("A: x\n“Quote: y”", [("A", "x\n“Quote: y”")]),
        (f"A: x\n{'b' * 41}: y", [("A", f"x\n{'b' * 41}: y")]),
        ("A: x\x00\x1b[2J\ty", [("A", "x[2J\ty")]),
        ("A: B: y", [("A", "B: y")]),
    ],
)
def test_a_turn_begins_with_a_name(text: str, turns: list[tuple[str, str]]) -> None:
    story = read_story(text.encode(), source="log.txt")
    assert [(turn.name, turn.text) for turn in story.turns] == turns


def test_windows_writes_logs_in_utf_16() -> None:
    assert read_story("Édith: Ça va.\n".encode("utf-16"), source="log.txt").turns[0].text == "Ça va."


def test_a_log_can_be_written_in_every_format() -> None:
    story = read_story((GOLDEN / "log.txt").read_bytes(), source="log.txt")
    assert read_story(to_jsonl(story).encode(), source="log.jsonl").characters == ("Ann", "Tolly", "米拉")
    assert "**Tolly:** *He lifts the kettle.*\n\nAlways.  \nNote the time, 10:30." in to_markdown(story)


def test_a_log_comes_back() -> None:
    """A line of a turn that looks like another's beginning is none."""
    turns = (
        Told(Author.CHARACTER, "Tolly", "Always.\nNote: hot.\n\nKim: never said."),
        Told(Author.NARRATOR, "Narrator", "Steam."),
        Told(Author.PERSON, "Ann", "Two cups!"),
    )
    written = to_log(Story("", (*turns, Told(Author.PERSON, "Ann", "(brb)", hidden=True))))
    assert written.startswith("Tolly: Always.\n  Note: hot.\n\n  Kim: never said.\nNarrator: Steam.\n")
    assert read_story(written.encode(), source="log.txt", people=["Ann"]).turns == turns


def test_what_is_no_story_is_refused_with_its_line() -> None:
    assert problem(b"") == "it is empty, where “Name: text” was expected."
    assert problem(b"\n\nOnce upon a time") == "in line 3 it begins without a name, where “Name: text” was expected."
    assert problem(b"A: x\nB: \xff") == "in line 2 its text is neither UTF-8 nor UTF-16."
    assert problem("A: x\nB: y".encode("utf-16")[:-1]) == "in line 2 its text is neither UTF-8 nor UTF-16."
    assert problem(b"x" * (LIMIT_BYTES + 1)) == "it is larger than 20 MiB."
    assert problem(b"\n" * LIMIT_LINES) == "it has more than 100,000 lines."
