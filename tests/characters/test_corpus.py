"""What the fuzzers have found, and what they began with: read again, each within its time."""

from pathlib import Path

import pytest

from tests.characters.fuzz import CORPUS, TARGETS, run

FILES = sorted(file for file in CORPUS.rglob("*") if file.is_file())


@pytest.mark.timeout(10)
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}/{file.name}")
def test_a_found_file_is_read_or_refused(file: Path) -> None:
    run(file.parent.name, file.read_bytes())


def test_every_parser_has_a_corpus() -> None:
    assert {file.parent.name for file in FILES} == set(TARGETS)
