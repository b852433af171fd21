"""Stories from the command line, and a house that moves."""

import json
from pathlib import Path

import pytest

from tests.bot.commands.conftest import Troupe
from tests.bot.roleplay.exports.test_discord import export, message
from tests.bot.roleplay.moving.household import MIRA_CHAT, build, chat, said

LOG = "Tolly: Kettle's on.\n  Two cups?\nUser: Yes.\n"


def test_stories_of_every_format_are_brought_in_and_written_out(troupe: Troupe) -> None:
    Path("mira.jsonl").write_text(MIRA_CHAT)
    Path("ferry.json").write_bytes(export(message("Ann", "Is there tea?"), message("Tolly", "Always.", bot=True)))
    Path("log.txt").write_text(LOG)
    Path("bad.jsonl").write_text("{")
    files = ("mira.jsonl", "ferry.json", "log.txt", "bad.jsonl")
    result = troupe("story", "import", *files, "--card", "mira")
    assert [line.split("  ")[0].strip() for line in result.output.splitlines()] == [
        *["imported"] * 3,
        "refused",
        "Stories: 3 imported, one refused.",
    ]
    assert result.exit_code == 1
    assert "Stories: 3 already there, one refused." in troupe("story", "import", *files).output
    assert [line.split("  ")[-2:] for line in troupe("story", "list").output.splitlines()] == [
        ["2", "Tolly"],
        ["2", "the ferry"],
        ["3", "Mira"],
    ]
    assert troupe("story", "export", "-o", "again.txt").exit_code == 0
    assert Path("again.txt").read_text() == LOG
    troupe("story", "export", "mira", "-o", "again.jsonl")
    again = [json.loads(line) for line in Path("again.jsonl").read_text().splitlines()]
    assert again == [json.loads(line) for line in MIRA_CHAT.splitlines()]
    troupe("story", "export", "2", "-o", "ferry.html")
    assert "Is there tea?" in Path("ferry.html").read_text()
    troupe("story", "export", "the ferry", "-o", "ferry.md")
    assert "**Tolly:** Always." in Path("ferry.md").read_text()


def test_a_chat_of_empty_messages_is_one(troupe: Troupe) -> None:
    empty = chat(said("Mira", ""), said("Ann", ""))
    Path("empty.jsonl").write_text(empty)
    assert troupe("story", "import", "empty.jsonl").output.startswith("imported")
    assert troupe("story", "export", "-o", "again.jsonl").exit_code == 0
    assert [json.loads(line) for line in Path("again.jsonl").read_text().splitlines()] == [
        json.loads(line) for line in empty.splitlines()
    ]
    assert "There is nothing to export" in troupe("story", "export", "-o", "again.md").stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["export", "-o", "x.md"], "Nothing is played here yet: open a scene first."),
        (["export", "fog", "-o", "x.md"], "No scene called fog was played here."),
        (
            ["export", "-o", "x.pdf"],
            "A story goes into a file that ends with one of .md, .html, .jsonl, .txt: x.pdf does not.",
        ),
    ],
)
def test_what_cannot_be_written_is_said(troupe: Troupe, arguments: list[str], told: str) -> None:
    result = troupe("story", *arguments)
    assert (result.exit_code, result.stderr) == (1, f"troupe: {told}\n")
    assert not list(Path().iterdir())


def test_a_house_moves_after_a_rehearsal(troupe: Troupe) -> None:
    build(Path("SillyTavern/data/default-user"))
    rehearsed = troupe("import", "sillytavern", "SillyTavern", "--dry-run")
    assert rehearsed.output.endswith("This was a rehearsal: nothing has changed.\n")
    assert troupe("card", "list").output.startswith("You have no cards yet")
    moved = troupe("import", "sillytavern", "SillyTavern")
    *lines, _ = rehearsed.output.splitlines()
    assert moved.output.splitlines() == lines
    assert moved.exit_code == 1
    assert lines[-6:] == [
        "Cards: 4 imported, one refused.",
        "Lorebooks: one imported, one refused.",
        "Personas: 3 imported.",
        "Presets: 3 imported, one refused.",
        "Stories: 5 imported, one refused, one not taken.",
        "Files: 14 not taken.",
    ]
    again = troupe("import", "sillytavern", "SillyTavern").output.splitlines()
    assert again[-6:] == [line.replace("imported", "already there") for line in lines[-6:]]
    assert len(troupe("story", "list").output.splitlines()) == 5


def test_any_other_folder_is_refused(troupe: Troupe) -> None:
    result = troupe("import", "sillytavern", ".")
    assert (result.exit_code, "is no user folder of SillyTavern" in result.stderr) == (1, True)
