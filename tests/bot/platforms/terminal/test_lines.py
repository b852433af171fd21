"""What a line typed at the terminal does."""

import logging

import pytest

from bot.platforms.terminal.lines import HERE, Leave, is_said, take
from bot.roleplay.director import MAX_LINE_CHARACTERS
from engine import Busy
from tests.bot.platforms.theatre import FakeDirector, PaperScreen, player, typist


async def shown(director: FakeDirector, *lines: str) -> list[str]:
    return await (await typist(director))(*lines)


async def test_a_line_is_said_and_answered() -> None:
    director = FakeDirector(answers=[["Hel", "lo."]])
    assert await shown(director, "Hi!\x1b\r") == ["Mira: Hello."]
    assert director.asked == ["hear Anna: Hi!"]


async def test_nothing_is_said_with_an_empty_line() -> None:
    director = FakeDirector()
    assert await shown(director, "", "  \t", "\x00\x1b") == []
    assert director.asked == []


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("/retry", "retry"),
        ("+", "hear Anna: +"),
        ("/RETRY", "retry"),
        ("/narrate", "narrate"),
        ("/narrate rain  falls", "narrate rain  falls"),
    ],
)
async def test_a_command_asks_the_director(line: str, asked: str) -> None:
    director = FakeDirector(answers=[["So."]])
    speaker = "Narrator" if "narrate" in line else "Mira"
    assert await shown(director, line) == [f"{speaker}: So."]
    assert director.asked == [asked]


@pytest.mark.parametrize("line", ["// are you there?", "((brb))", " ((two\nlines)) "])
async def test_what_is_out_of_character_stays_out_of_the_story(line: str) -> None:
    director = FakeDirector()
    assert await shown(director, line) == ["note That stays out of the story."]
    assert director.asked == []


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("/rety", "There is no command /rety: did you mean /retry?"),
        ("/wizardry now", "There is no command /wizardry: /help lists the commands."),
        ("/", "There is no command /: /help lists the commands."),
        ("/undo two", "/undo takes a whole number from 1 to 1,000,000 as count, not two."),
        ("/undo 0", "/undo takes a whole number from 1 to 1,000,000 as count, not 0."),
        ("/undo -1", "/undo takes a whole number from 1 to 1,000,000 as count, not -1."),
        ("/undo ²", "/undo takes a whole number from 1 to 1,000,000 as count, not ²."),
        (f"/undo {'9' * 5000}", f"/undo takes a whole number from 1 to 1,000,000 as count, not {'9' * 40}."),
        ("/suggest 100", "/suggest takes a whole number from 1 to 9 as count, not 100."),
        ("/stop", "Nobody is speaking."),
        ('/scene start "mira', "A quotation mark is not closed."),
        ("/quit now", "/quit takes nothing more: now"),
    ],
)
async def test_what_cannot_be_done_is_told_in_a_sentence(line: str, told: str) -> None:
    director = FakeDirector(members=["Mira"])
    assert await shown(director, line) == [f"fail {told}"]
    assert director.asked == []


async def test_a_line_may_be_long_but_not_too_long() -> None:
    director = FakeDirector(answers=[["Oh."]])
    assert await shown(director, "x" * MAX_LINE_CHARACTERS) == ["Mira: Oh."]
    (refused,) = await shown(director, "x" * 100_000)
    assert refused.startswith("fail That line has 100,000 characters")
    (refused,) = await shown(director, "/narrate " + "x" * 100_000)
    assert refused.startswith("fail That line has 100,009 characters")
    assert len(director.asked) == 1


async def test_undo_shows_where_the_story_stands() -> None:
    director = FakeDirector(turns=[("Mira", "One."), ("Anna", "Two."), ("Mira", "Three.")])
    assert await shown(director, "/undo", "/undo 2") == [
        "answer Taken back: the last turn.",
        "Anna: Two.",
        "answer Taken back: the last 2 turns.",
    ]


async def test_suggestions_and_cast_are_answers() -> None:
    director = FakeDirector(members=["Mira", "Tolly"])
    assert await shown(director, "/suggest 2", "/cast") == [
        "suggestions Line 1 | Line 2",
        "answer Present: Mira, Tolly, and Anna.",
    ]


async def test_help_names_every_command() -> None:
    (told,) = await shown(FakeDirector(), "/help")
    assert all(command.usage in told and command.help in told for command in HERE)


async def test_an_error_of_the_engine_is_shown_and_the_play_goes_on() -> None:
    director = FakeDirector(answers=[[Busy(64)], ["Back."]])
    refused, answered = await shown(director, "Hi", "Again")
    assert refused.startswith("fail The model is busy")
    assert answered == "Mira: Back."


async def test_a_mistake_of_ours_is_logged_and_told(caplog: pytest.LogCaptureFixture) -> None:
    director = FakeDirector(answers=[[ZeroDivisionError("secret story")]])
    with caplog.at_level(logging.ERROR):
        (told,) = await shown(director, "Hi")
    assert told.startswith("fail Something went wrong inside Troupe")
    assert "ZeroDivisionError" in caplog.text


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Hi", True),
        ("+1", True),
        (" + ", False),
        ("+++", False),
        ("-temp=1.2 Hi", True),
        ("-temp=99 Hi", False),
        ("/retry", False),
        ("//hm", False),
        ("((hm))", False),
        ("x" * 8001, False),
        ("(smiles)", True),
    ],
)
def test_what_goes_into_the_story(line: str, said: bool) -> None:
    assert is_said(line) == said


async def test_quit_leaves() -> None:
    with pytest.raises(Leave):
        await take(await player(FakeDirector(), PaperScreen()), "/quit")
