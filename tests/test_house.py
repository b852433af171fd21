"""The rules of the house that no linter knows."""

import asyncio
import re
from pathlib import Path

import pytest
from blockbuster import BlockingError

from characters.files import load_card

ROOT = Path(__file__).parent.parent
PACKAGES = ("bot", "bench", "engine", "characters")
LAYERS = ("bot", "engine", "characters")
SAYING = (
    *("PlayError", "TroupeError", "StoreError", "EngineError", "GrammarError", "PatternError"),
    *("sentence", "counted", "clause"),
)


def test_the_architecture_names_every_module_and_no_other() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(rf"\b(?:{'|'.join(PACKAGES)})/[\w/]+\.py\b", page))
    files = (file for package in PACKAGES for file in (ROOT / package).rglob("*.py") if file.name != "__init__.py")
    assert named == {file.relative_to(ROOT).as_posix() for file in files}


def test_what_an_error_says_is_a_sentence_that_can_be_translated() -> None:
    """Its facts stand apart: a text that is put together as it is raised has no entry in any catalogue."""
    raised = re.compile(rf"\b(?:{'|'.join(SAYING)})\(\s*f[\"']")
    files = (file for layer in LAYERS for file in (ROOT / layer).rglob("*.py"))
    assert not [file for file in files if raised.search(file.read_text(encoding="utf-8"))]


async def test_reading_a_card_in_the_event_loop_fails_a_test_and_in_a_thread_does_not() -> None:
    card = ROOT / "characters" / "cards" / "mira.json"
    with pytest.raises(BlockingError):
        load_card(card)
    assert await asyncio.to_thread(load_card, card)


@pytest.mark.parametrize("lock", sorted(ROOT.glob("requirements*.lock")), ids=lambda lock: lock.name)
def test_a_lock_pins_by_hash_and_holds_no_address(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")
    requirements = re.findall(r"^[^\s#].*(?:\n    .*)*", text, flags=re.MULTILINE)
    loose = [entry.splitlines()[0] for entry in requirements if not re.match(r"\S+==\S+[^\n]*\n    --hash=", entry)]
    assert requirements
    assert not loose
    assert "://" not in text
