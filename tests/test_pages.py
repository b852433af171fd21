"""What README and docs say is there: commands, files, words for pictures."""

import re
from pathlib import Path

import pytest

from bot.platforms.commands import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *(ROOT / "docs" / f"{name}.md" for name in ("commands", "discord", "telegram", "hosting"))]
ELSEWHERE = {"setprivacy", "newbot", "start", "help"}
"""Those of BotFather, of Telegram alone, and of each platform."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_and_file_that_a_page_names_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    known = {command.path[0] for command in COMMANDS} | {" ".join(command.path) for command in COMMANDS}
    groups = {command.path[0] for command in COMMANDS if len(command.path) > 1}
    named = set(re.findall(r"`/([a-z]+(?: [a-z]+)?)\b(?!/)", text))
    wrong = {one for one in named if one.split()[0] not in known | ELSEWHERE}
    wrong |= {one for one in named if one.split()[0] in groups and " " in one and one not in known}
    links = {*re.findall(r"\]\(([^)#:]+)[)#]", text), *re.findall(r'src="([^"]+)"', text)}
    assert not wrong
    assert all((page.parent / link).is_file() for link in links)
    assert "![](" not in text


def test_every_picture_is_small_and_shown() -> None:
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    pictures = list((ROOT / "docs" / "pictures").iterdir())
    assert pictures
    assert not [one for one in pictures if one.stat().st_size > 250_000 or f"pictures/{one.name}" not in shown]
