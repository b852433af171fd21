"""Markdown made Telegram's formatting, as a table."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.telegram.formatting import Formatted, bold, formatted, quoted, units
from bot.platforms.telegram.reading import markdown_of
from tests.bot.platforms.telegram.loopback.entities import settle
from tests.bot.platforms.telegram.loopback.rendering import rendered


def html(source: str) -> str:
    said = formatted(source)
    return rendered(said.text, [entity.to_dict() for entity in said.entities])


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*waves* hi", "<i>waves</i> hi"),
        ("_waves_ snake_case_name", "<i>waves</i> snake_case_name"),
        ("**bold *both* x**", "<b>bold <i>both</i> x</b>"),
        ("a ||secret|| ~~no~~ __u__", "a <tg-spoiler>secret</tg-spoiler> <s>no</s> <u>u</u>"),
        ("`*code*` *x*", "<code>*code*</code> <i>x</i>"),
        ("*a `b` c*", "<i>a</i> <code>b</code> <i>c</i>"),
        ("```py\nx = '*'\n```\n*y*", "<pre>x = '*'</pre>\n<i>y</i>"),
        ("> said\n> *she*\nrest", "<blockquote>said\n<i>she</i></blockquote>\nrest"),
        ("*a\n> b* c", "<i>a</i>\n<blockquote><i>b</i> c</blockquote>"),
        ("😀 *e*", "😀 <i>e</i>"),
        (r"\*no\* 2*3 and 5 * 3", "*no* 2*3 and 5 * 3"),
        ("a * b * c", "a * b * c"),
    ],
)
def test_marks_become_formatting(source: str, shown: str) -> None:
    assert html(source) == shown


def test_three_asterisks_are_both() -> None:
    found = {(entity.type, entity.offset, entity.length) for entity in formatted("***x*** y").entities}
    assert found == {("bold", 0, 1), ("italic", 0, 1)}


@pytest.mark.parametrize(
    ("grown", "shown"),
    [
        ("He says *hel", "He says <i>hel</i>"),
        ("He says **hel", "He says <b>hel</b>"),
        ("He says *", "He says "),
        ("a ||se", "a <tg-spoiler>se</tg-spoiler>"),
        ("```\nx", "<pre>x</pre>"),
    ],
)
def test_a_text_that_still_grows_is_balanced(grown: str, shown: str) -> None:
    assert html(grown).strip() == shown.strip()


def test_a_mark_that_is_never_closed_in_its_paragraph_is_text() -> None:
    assert html("*open\n\nnext *it*") == "*open\n\nnext <i>it</i>"


def test_a_name_goes_in_front() -> None:
    said = bold("Mira 😀") + Formatted("\n") + formatted("*waves*")
    assert rendered(said.text, [one.to_dict() for one in said.entities]) == "<b>Mira 😀</b>\n<i>waves</i>"


def test_what_is_quoted_keeps_its_formatting() -> None:
    assert [(one.type, one.offset, one.length) for one in quoted("**x**\ny").entities] == [
        ("blockquote", 0, 3),
        ("bold", 0, 1),
    ]


@given(st.text(alphabet="ab *_`|~>\n\\😀", max_size=40))
def test_telegram_takes_whatever_comes_of_a_text(source: str) -> None:
    said = formatted(source)
    settle(said.text, [entity.to_dict() for entity in said.entities])
    for entity in said.entities:
        assert 0 <= entity.offset < entity.offset + entity.length <= units(said.text)


@pytest.mark.parametrize(
    "source",
    ["*waves* hi", "**bold** and ||secret||", "~~no~~ `code`", "> said\n> more\nrest", "😀 *e* 😀", "plain"],
)
def test_what_people_format_comes_back_as_they_would_write_it(source: str) -> None:
    said = formatted(source)
    assert markdown_of(said.text, said.entities) == source


def test_the_name_of_the_bot_is_left_out_and_marks_stand_at_words() -> None:
    from telegram import MessageEntity

    entities = [MessageEntity(MessageEntity.MENTION, 0, 4), MessageEntity(MessageEntity.BOLD, 4, 4)]
    assert markdown_of("@bot hi ", entities, without="@Bot").strip() == "**hi**"
