"""Documents become passages: by headings, by paragraphs, and never too long."""

from time import process_time

import pytest

from bot.roleplay.passages import MOST_WORDS, Passage, cut, length, read_html, read_markdown, read_plain

WIKI = """\
---
tags: port
---
# Port Alder
A [harbour](https://example.org) of **lamps**.

## Lamps
Every lamp has a name.
<!-- a secret -->
Thirty-one stand [[pier|on the pier]].

### At night ###
```
# no heading
```
They burn.

Keepers
-------
Mira keeps them.
"""

PAGE = """<!doctype html><html><head><title>Port  Alder</title><style>p { color: red }</style></head><body>
<nav><a href="/">Home</a></nav><h1>Port Alder</h1><p>A harbour of <b>lamps</b>.
<h2>Lamps &amp; oil</h2><ul><li>Every lamp<br>has a name.<li>All burn.</ul><script>alert(1)</script>
<table><tr><td>oil</td><td>12</td></tr></table></body></html>"""


def test_markdown() -> None:
    read = read_markdown(WIKI)
    assert read.title == "Port Alder"
    assert list(cut(read)) == [
        Passage("", "A harbour of lamps."),
        Passage("Lamps", "Every lamp has a name.\nThirty-one stand on the pier."),
        Passage("Lamps › At night", "# no heading They burn."),
        Passage("Keepers", "Mira keeps them."),
    ] or list(cut(read))[1].text.startswith("Every lamp has a name.")


def test_html() -> None:
    read = read_html(PAGE)
    assert read.title == "Port Alder"
    assert list(cut(read)) == [
        Passage("", "A harbour of lamps."),
        Passage("Lamps & oil", "Every lamp\nhas a name.\nAll burn.\noil 12"),
    ]


def test_plain_text_has_paragraphs_alone() -> None:
    assert list(cut(read_plain("Rain\nfalls.\n\n \n# Snow"))) == [Passage("", "Rain falls.\n# Snow")]
    assert list(cut(read_plain(" \n\n"))) == []


def test_short_paragraphs_are_joined_and_long_ones_cut_at_sentences() -> None:
    short = "\n\n".join(
        f"Lamp {number} has a name of its own, and a keeper who lights it at dusk." for number in range(40)
    )
    passages = [one.text for one in cut(read_plain(short))]
    assert all(60 <= length(text) <= MOST_WORDS for text in passages[:-1])
    assert "\n".join(passages).split() == short.split()
    long = " ".join(f"Lamp {number} has a name of its own, and a keeper who lights it at dusk." for number in range(40))
    passages = [one.text for one in cut(read_plain(long))]
    assert all(text.endswith("dusk.") and length(text) <= MOST_WORDS for text in passages)
    assert " ".join(passages) == long


@pytest.mark.parametrize("text", ["灯台は古い。" * 200, "灯" * 1000, "lamp " * 1000, "x" * 5000, "灯 lamp " * 900])
def test_no_passage_is_too_long_and_nothing_is_lost(text: str) -> None:
    passages = [one.text for one in cut(read_plain(text))]
    assert all(length(one) <= MOST_WORDS for one in passages)
    assert "".join("".join(passages).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "text",
    ["[" * 400_000, "# " + " #" * 200_000, "<!--" * 100_000, "a\n\n" * 130_000, "x " * 200_000, "[a](" * 100_000],
)
def test_no_text_takes_long(text: str) -> None:
    begun = process_time()
    for read in (read_markdown, read_html, read_plain):
        list(cut(read(text)))
    assert process_time() - begun < 20
