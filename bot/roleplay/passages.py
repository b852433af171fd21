"""Cuts a document into passages that fit beside a story: by its headings, then by its paragraphs. Pure."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

FEWEST_WORDS, MOST_WORDS = 60, 120
"""Of a passage, as far as the paragraphs allow. 120 words are some 200 tokens, most of what a tail has room for."""

WORD_CHARACTERS = 6

SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|(?<=[。！？])")
UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
FRONT_MATTER = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
FENCE = re.compile(r"\s{0,3}(```|~~~)")
ATX_HEADING = re.compile(r"\s{0,3}(#{1,6})\s+(.*)$")
SETEXT_LINE = re.compile(r"\s{0,3}(=+|-+)\s*$")
MARKS = (
    (re.compile(r"!?\[([^\[\]\n]*)\]\([^()\n]*\)"), r"\1"),
    (re.compile(r"\[\[(?:[^\[\]|\n]*\|)?([^\[\]|\n]*)\]\]"), r"\1"),
    (re.compile(r"\*\*|__|`"), ""),
)

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
BLOCKS = frozenset("p div section article main ul ol li table tr dl dt dd blockquote pre figure br hr".split())
UNREAD = frozenset({"script", "style", "noscript", "template", "svg", "nav", "footer"})


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document, and the headings that it stands under, such as `Port Alder › The lamps`."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Section:
    """Paragraphs under one heading; `level` is that of the heading, 0 in front of the first."""

    level: int = 0
    heading: str = ""
    paragraphs: list[str] = field(default_factory=list[str])


@dataclass(frozen=True, slots=True)
class Read:
    """A document as it was read. Its title is empty where it names none."""

    title: str
    sections: tuple[Section, ...]


def read_markdown(text: str) -> Read:
    """Read Markdown: headings of both kinds, paragraphs without links and marks of stress."""
    sections = [Section()]
    for block in _blocks(_without_comments(FRONT_MATTER.sub("", text))):
        if isinstance(block, Section):
            sections.append(block)
        else:
            sections[-1].paragraphs.extend(_paragraphs(_unmarked(block)))
    return _read(sections)


def read_plain(text: str) -> Read:
    """Read plain text: paragraphs stand between empty lines."""
    return Read("", (Section(paragraphs=[*_paragraphs(text)]),))


def read_html(text: str) -> Read:
    """Read a page: its title, headings and paragraphs, but not what is only there to be clicked or run."""
    page = _Page()
    # No close(): where nothing ends what was begun that looks for the end from each place anew. A tag flushes the text.
    page.feed(f"{text}\n<br>")
    read = _read(page.sections)
    return Read(" ".join(page.title.split()) or read.title, read.sections)


def cut(read: Read) -> Iterator[Passage]:
    """Cut a document into passages, none over the borders of a section.

    A heading stands behind those above it, but for one that is the title of all.
    """
    above: list[tuple[int, str]] = []
    for section in read.sections:
        above = [(level, heading) for level, heading in above if level < section.level]
        if section.heading and section.heading != read.title:
            above.append((section.level, section.heading))
        heading = " › ".join(heading for _, heading in above)
        for text in _joined(piece for paragraph in section.paragraphs for piece in _pieces(paragraph)):
            yield Passage(heading, text)


def length(text: str) -> float:
    """Count words, of six characters on average where they are long; two characters without spaces are one."""
    unspaced = len(UNSPACED.findall(text))
    return max(len(UNSPACED.sub(" ", text).split()) + unspaced / 2, len(text) / WORD_CHARACTERS)


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """Put short pieces together until they are long enough to stand alone, and not too long."""
    held: list[str] = []
    for piece in pieces:
        so_far = length(" ".join(held))
        if held and (so_far >= FEWEST_WORDS or so_far + length(piece) > MOST_WORDS):
            yield "\n".join(held)
            held = []
        held.append(piece)
    if held:
        yield "\n".join(held)


def _pieces(paragraph: str) -> Iterator[str]:
    """Cut a paragraph that is too long at the ends of its sentences, and where that does not help anywhere."""
    if length(paragraph) <= MOST_WORDS:
        yield paragraph
        return
    held = ""
    for sentence in SENTENCE_END.split(paragraph):
        longer = f"{held} {sentence}".strip()
        if held and length(longer) > MOST_WORDS:
            yield from _chopped(held)
            longer = sentence
        held = longer
    yield from _chopped(held)


def _chopped(text: str) -> Iterator[str]:
    """Cut a text that has no sentences, at a space where there is one."""
    start = 0
    while start < len(text):
        ahead = text[start : start + MOST_WORDS * WORD_CHARACTERS]
        is_cut = start + len(ahead) < len(text)
        while is_cut or length(ahead) > MOST_WORDS:
            room = len(ahead) * 7 // 8
            end = ahead.rfind(" ", room // 2, room)
            ahead, is_cut = ahead[: end if end > 0 else room], False
        start += len(ahead)
        if ahead.strip():
            yield ahead.strip()


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text):
        if plain := " ".join(paragraph.split()):
            yield plain


def _read(sections: list[Section]) -> Read:
    """Take the one heading of the highest level for the title, where there is but one and it is the first."""
    headed = [section for section in sections if section.level]
    highest = min((section.level for section in headed), default=0)
    tops = [section for section in headed if section.level == highest]
    return Read(tops[0].heading if len(tops) == 1 and tops[0] is headed[0] else "", tuple(sections))


def _blocks(text: str) -> Iterator[str | Section]:
    """Yield headings as sections without paragraphs, and what stands between them."""
    held: list[str] = []
    fence = ""
    for line in text.splitlines():
        if mark := FENCE.match(line):
            fence = "" if fence == mark[1] else fence or mark[1]
            continue
        heading = None if fence else _heading(line, held)
        if heading is None:
            held.append(line)
            continue
        yield "\n".join(held)
        yield heading
        held = []
    yield "\n".join(held)


def _heading(line: str, before: list[str]) -> Section | None:
    """Read a heading; of one that is underlined the text is taken from the lines before."""
    if found := ATX_HEADING.match(line):
        return Section(len(found[1]), _unmarked(found[2]).strip().rstrip("#").strip())
    if before and before[-1].strip() and (found := SETEXT_LINE.match(line)):
        is_alone = len(before) < 2 or not before[-2].strip()
        if is_alone:
            return Section(1 if found[1][0] == "=" else 2, _unmarked(before.pop().strip()))
    return None


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    return first + "".join(part.partition("-->")[2] for part in rest)


def _unmarked(text: str) -> str:
    for mark, instead in MARKS:
        text = mark.sub(instead, text)
    return text


class _Page(HTMLParser):
    """Gathers the sections of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.title = ""
        self.sections = [Section()]
        self._text = ""
        self._unread = 0
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unread += tag in UNREAD
        self._is_title = tag == "title" and not self._unread
        if tag in HEADINGS or tag in BLOCKS:
            self.end_paragraph()
        elif tag in ("td", "th"):
            self._text += " "

    def handle_endtag(self, tag: str) -> None:
        self._unread -= tag in UNREAD and self._unread > 0
        self._is_title = False
        if tag in HEADINGS:
            heading, self._text = " ".join(self._text.split()), ""
            self.sections.append(Section(int(tag[1]), heading))
        elif tag in BLOCKS:
            self.end_paragraph()

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title += data
        elif not self._unread:
            self._text += data

    def end_paragraph(self) -> None:
        """Let what was read so far be a paragraph."""
        self.sections[-1].paragraphs.extend(_paragraphs(self._text))
        self._text = ""
