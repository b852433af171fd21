"""Formatting is read and refused as Telegram does."""

import pytest

from tests.bot.platforms.telegram.loopback.calls import read_text
from tests.bot.platforms.telegram.loopback.entities import Entity, units
from tests.bot.platforms.telegram.loopback.refusals import Refused
from tests.bot.platforms.telegram.loopback.rendering import rendered


def read(text: str, mode: str, *entities: Entity) -> str:
    return rendered(*read_text(text, mode, list(entities), limit=4096))


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<b>Mira</b> waves", "<b>Mira</b> waves"),
        ("<strong>a<em>b</em></strong>", "<b>a<i>b</i></b>"),
        ("🙂 <i>x</i> &amp; &lt;", "🙂 <i>x</i> &amp; &lt;"),
        ('<span class="tg-spoiler">dark</span>', "<tg-spoiler>dark</tg-spoiler>"),
        ("<blockquote expandable>long</blockquote>", "<blockquote expandable>long</blockquote>"),
        ('<a href="https://example.org">there</a>', '<a href="https://example.org">there</a>'),
        ("  <b> wide </b>  ", "<b>wide</b>"),
        ("<b></b>nothing", "nothing"),
        ("<pre><b>code</b></pre>", "<pre>code</pre>"),
    ],
)
def test_html_is_read(source: str, shown: str) -> None:
    assert read(source, "HTML") == shown


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>open", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ж <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("2 < 3", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
def test_html_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(source, "HTML")
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("*bold _both_*", "<b>bold <i>both</i></b>"),
        ("__under__ ~gone~ ||dark||", "<u>under</u> <s>gone</s> <tg-spoiler>dark</tg-spoiler>"),
        ("1\\. `a_b` \\_", "1. <code>a_b</code> _"),
        (">quoted\n>still\nout", "<blockquote>quoted\nstill</blockquote>\nout"),
        ("[there](https://example.org)", '<a href="https://example.org">there</a>'),
        ("```py\nx = 1\n```", "<pre>x = 1</pre>"),
    ],
)
def test_markdown_is_read(source: str, shown: str) -> None:
    assert read(source, "MarkdownV2").replace("\n</", "</") == shown


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("one.", "Character '.' is reserved and must be escaped with the preceding '\\'"),
        ("ж _x", "Can't find end of Italic entity at byte offset 3"),
        ("`x", "Can't find end of Code entity at byte offset 0"),
        ("*a _b* c_", "Can't find end of Italic entity at byte offset 8"),
    ],
)
def test_markdown_is_refused(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read(source, "MarkdownV2")
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


def test_entities_that_cross_are_split_and_alike_ones_joined() -> None:
    bold, italic = {"type": "bold", "offset": 0, "length": 4}, {"type": "italic", "offset": 2, "length": 4}
    assert read("abcdef", "", bold, italic) == "<b>ab<i>cd</i></b><i>ef</i>"
    assert read("abcdef", "", bold, bold | {"offset": 3, "length": 3}) == "<b>abcdef</b>"


@pytest.mark.parametrize(
    ("offset", "length", "reason"),
    [
        (-1, 2, "receive an entity with incorrect offset -1"),
        (0, 9, "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 9"),
        (9, 1, "entity begins after the end of the text at UTF-16 offset 9"),
        (1, 2, "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1"),
    ],
)
def test_entities_outside_of_the_text_are_refused(offset: int, length: int, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read("🙂ab", "", {"type": "bold", "offset": offset, "length": length})
    assert refused.value.description == f"Bad Request: {reason}"


def test_commands_mentions_and_links_are_found() -> None:
    _, entities = read_text("/start@troupe_bot 🙂 @troupe_bot https://a.b/c and/or", "", [], limit=4096)
    kinds = [(one["type"], one["offset"], one["length"]) for one in entities]
    assert kinds == [("bot_command", 0, 17), ("mention", 21, 11), ("url", 33, 13)]


def test_length_is_counted_in_units_after_parsing() -> None:
    assert units("🙂") == 2
    assert read("<b>" + "x" * 4096 + "</b>", "HTML")
    with pytest.raises(Refused, match="message is too long"):
        read("🙂" * 2049, "")
    with pytest.raises(Refused, match="message caption is too long"):
        read_text("x" * 1025, "", [], limit=1024)
