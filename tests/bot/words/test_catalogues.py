"""The catalogues hold all that the bot says, and say it with the same facts."""

import re
from pathlib import Path

import pytest

from bot.words import catalogues

PLACE = re.compile(r"{(\w+)")
FILES = catalogues.files()


def test_there_is_a_catalogue_for_each_language_that_is_promised() -> None:
    assert [file.stem for file in FILES] == ["ja", "ru", "zh"]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_nothing_is_missing(file: Path) -> None:
    """What is would be said in English: each such sentence is listed here."""
    assert list(catalogues.missing(catalogues.read(file))) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_translation_has_the_facts_of_its_sentence_and_no_other(file: Path) -> None:
    """Plurals may leave the number out: "the last turn"."""
    for message in catalogues.read(file):
        known = {name for text in catalogues.texts(message.id) for name in PLACE.findall(text)}
        strings = catalogues.texts(message.string)
        for string in strings if message.id else ():
            assert set(PLACE.findall(string)) <= known, string
            if len(strings) == 1:
                assert set(PLACE.findall(string)) == known, string


def test_nothing_is_kept_that_is_said_no_more() -> None:
    said = {catalogues.texts(message.id) for message in catalogues.extracted()}
    for file in FILES:
        assert {catalogues.texts(message.id) for message in catalogues.read(file) if message.id} <= said
