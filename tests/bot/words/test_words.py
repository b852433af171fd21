"""What the bot says: in English, in other languages, and about numbers of things."""

from pathlib import Path

import pytest

from bot import words
from bot.errors import LineTooLong, TroupeError
from bot.words import Languages, Words, counted, sentence
from characters import errors

RUSSIAN = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Language: ru\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
"(n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "One turn of {name}."
msgid_plural "{count} turns of {name}."
msgstr[0] "{count} ход: {name}."
msgstr[1] "{count} хода: {name}."
msgstr[2] "{count} ходов: {name}."

msgid "nothing"
msgstr "ничего"
"""


@pytest.fixture
def russian(tmp_path: Path) -> Words:
    file = tmp_path / "ru.po"
    file.write_text(RUSSIAN, encoding="utf-8")
    return Words(words._read(file), "ru")


def turns(count: int) -> words.Sentence:
    return counted("One turn of {name}.", "{count} turns of {name}.", count=count, name="Мира {0}")


def test_english_needs_no_catalogue() -> None:
    assert str(turns(1)) == "One turn of Мира {0}."
    assert str(turns(2)) == "2 turns of Мира {0}."


@pytest.mark.parametrize(("count", "said"), [(1, "1 ход"), (22, "22 хода"), (5, "5 ходов"), (11, "11 ходов")])
def test_numbers_have_the_plurals_of_their_language(russian: Words, count: int, said: str) -> None:
    assert russian.say(turns(count)) == f"{said}: Мира {{0}}."


def test_what_a_layer_without_words_says_of_a_number_has_these_plurals_too(russian: Words) -> None:
    counts = {1: "1 ход", 22: "22 хода", 5: "5 ходов"}
    clauses = [
        errors.counted("One turn of {name}.", "{count} turns of {name}.", count=one, name="Ann") for one in counts
    ]
    assert [str(one) for one in clauses] == ["One turn of Ann.", "22 turns of Ann.", "5 turns of Ann."]
    assert [russian.say(one) for one in clauses] == [f"{said}: Ann." for said in counts.values()]


def test_a_sentence_may_be_a_fact_of_another_and_what_is_missing_is_english(russian: Words) -> None:
    assert russian.say(sentence("It keeps {known}.", known=sentence("nothing"))) == "It keeps ничего."


def test_an_error_can_be_said_in_every_language() -> None:
    error = LineTooLong(9000, 8000)
    assert str(error) == str(error.said) == "That line has 9,000 characters; 8,000 are the most that one turn may have."
    assert str(TroupeError("{text}", text="{not a place}")) == "{not a place}"


def test_the_nearest_language_is_spoken_and_english_where_there_is_none() -> None:
    languages = Languages()
    assert languages.best("", "xx-YY").language == "en"
    assert languages.best("en-GB").language == "en"
    assert languages.best().listed(["Mira", "Tolly"]) == "Mira and Tolly"
