"""In which language replies are asked for."""

from dataclasses import replace

import pytest

from bot.errors import PlayError
from bot.roleplay import blocks
from bot.roleplay.language import ANY, LANGUAGES, order, read_language, reminder
from tests.bot.roleplay.conftest import scene

PLAIN = scene(members=())


@pytest.mark.parametrize(
    ("wanted", "tag"),
    [
        ("ru", "ru"),
        ("Russian", "ru"),
        (" РУССКИЙ ", "ru"),
        ("pt-BR", "pt"),
        ("en_GB", "en"),
        ("zh-CN", "zh"),
        ("zh-Hant-TW", "zh-hant"),
        ("zh-TW", "zh-hant"),
        ("日本語", "ja"),
        ("", ""),
        ("Any", ""),
    ],
)
def test_a_language_is_known_by_tag_and_name(wanted: str, tag: str) -> None:
    assert read_language(wanted) == tag


def test_an_unknown_language_is_a_sentence() -> None:
    with pytest.raises(PlayError, match=r"There is no language Klingon to reply in: choose one of .*日本語.*русский"):
        read_language("Klingon")


def test_what_the_head_says_already_is_not_told_again() -> None:
    started = replace(PLAIN, language="ru", house_rules=blocks.house_rules("No gore.", order("ru")))
    assert reminder(PLAIN) == ""
    assert reminder(started) == ""
    assert reminder(replace(PLAIN, language="ru")) == LANGUAGES["ru"].order
    assert reminder(replace(started, language="ja")) == LANGUAGES["ja"].order
    assert reminder(replace(started, language="")) == ANY


def test_no_languages_words_stand_within_anothers() -> None:
    orders = [language.order for language in LANGUAGES.values()]
    assert not [one for one in orders if any(one in other for other in orders if other != one)]
    assert len(set(orders)) == len(orders)
