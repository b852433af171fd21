"""Stories as a page: everything is in it, and nothing in it is more than text."""

import base64
import re
from dataclasses import replace
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from bot.core import Author
from bot.roleplay.exports import Story, Told, to_html
from bot.roleplay.exports.faces import data_uri
from bot.roleplay.exports.page import STYLE
from tests.bot.roleplay.exports.stories import CARD, FACE, FERRY, GOLDEN

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "h1", "p", "main", "article", "div", "h2"),
    *("em", "strong", "span"),
}
ATTRIBUTES = {"charset", "name", "content", "http-equiv", "dir", "class", "aria-hidden"}


class Page(HTMLParser):
    """What a browser would make of a page: its elements, and the text in each kind of them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.values: list[str] = []
        self.text: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}
        self.values += [value or "" for _, value in attrs]
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self._open:
            self.text[tag] = self.text.get(tag, "") + data


def test_a_story_as_a_page() -> None:
    page = to_html(FERRY).replace(STYLE, "")
    assert page == (GOLDEN / "ferry.html").read_text(encoding="utf-8")


def test_what_somebody_wrote_is_text_and_nothing_leads_out() -> None:
    page = Page(to_html(FERRY))
    assert page.tags == TAGS
    assert page.attributes == ATTRIBUTES
    assert "<script>alert('x')</script> & runs" in page.text["article"]
    assert page.text["title"] == "The <last> *ferry*"
    assert page.text["em"] == "She waves a big lamp.runs3"
    assert page.text["strong"] == "big"
    assert page.text["span"] == "“Last boat.”「雨だ」"
    assert not re.search(r"//|@import|expression", page.text["style"].replace(data_uri(FACE) or "", ""))
    assert not any("//" in value for value in page.values)


def test_a_face_is_in_the_page_once_and_without_the_card() -> None:
    story = replace(FERRY, turns=(FERRY.turns[0], FERRY.turns[0], replace(FERRY.turns[1], face=b"no picture")))
    page = to_html(story)
    assert page.count("data:image/") == 1
    assert page.count('class="face face-0"') == 2
    assert page.count('<div class="face" aria-hidden="true">A</div>') == 1
    coded = re.search(r'url\("data:image/png;base64,([^"]+)"\)', page)
    assert coded
    assert base64.b64decode(coded[1]) == FACE != CARD


def test_pictures_are_known_by_their_content() -> None:
    assert data_uri(CARD) == data_uri(FACE) == f"data:image/png;base64,{base64.b64encode(FACE).decode()}"
    for data, kind in ((b"\xff\xd8\xff\xe0", "jpeg"), (b"GIF89a", "gif"), (b"RIFF1234WEBPVP8 ", "webp")):
        assert data_uri(data) == f"data:image/{kind};base64,{base64.b64encode(data).decode()}"
    for data in (b"", b"<svg onload=x>", FACE[:-5], CARD[:50] + b"x" + CARD[51:], b"RIFF1234WAVE"):
        assert data_uri(data) is None


@given(text=st.text("<>&\"'*“”/!-{}%# \nabscript", max_size=60), name=st.text("<>\"'&a{}%", min_size=1, max_size=8))
def test_no_text_becomes_structure(text: str, name: str) -> None:
    page = Page(to_html(Story(name, (Told(Author.PERSON, name, f"{text}."), Told(Author.CHARACTER, "*", "x")))))
    assert page.tags <= TAGS
    assert page.attributes <= ATTRIBUTES
    assert page.text["h1"] == name
    shown = page.text["article"].replace("*", "")
    assert "".join(text.replace("*", "").split()) in "".join(shown.split())
