"""Markdown as story text has it, made Telegram's formatting. Pure.

Telegram counts offsets in UTF-16 units: https://core.telegram.org/bots/api#messageentity
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from telegram import MessageEntity

TOKEN = re.compile(
    r"(?P<escape>\\)[*_~|`>\\]"
    r"|(?P<mark>```(?:[\w+-]*\n)?|`|\*{1,3}|__|(?<!\w)_|_(?!\w)|~~|\|\|)"
    r"|(?P<quote>^>[ \t]?)",
    re.MULTILINE,
)
PARAGRAPH = re.compile(r"\n\s*\n")
BOTH = "***"
TYPES = {
    "*": MessageEntity.ITALIC,
    "_": MessageEntity.ITALIC,
    "**": MessageEntity.BOLD,
    "__": MessageEntity.UNDERLINE,
    "~~": MessageEntity.STRIKETHROUGH,
    "||": MessageEntity.SPOILER,
    "`": MessageEntity.CODE,
    "```": MessageEntity.PRE,
}
CODE = (MessageEntity.CODE, MessageEntity.PRE)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text as Telegram takes it."""

    text: str
    entities: tuple[MessageEntity, ...] = ()

    def __add__(self, other: "Formatted") -> "Formatted":
        behind = MessageEntity.shift_entities(units(self.text), other.entities)
        return Formatted(self.text + other.text, (*self.entities, *behind))


@dataclass(frozen=True, slots=True)
class _Span:
    """A range of a text, in characters, that looks some way."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Mark:
    sign: str
    start: int
    end: int


def units(text: str) -> int:
    """Return the length of a text as Telegram counts it."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def bold(text: str) -> Formatted:
    """Return a text in bold."""
    return Formatted(text, (MessageEntity(MessageEntity.BOLD, 0, units(text)),) if text else ())


def quoted(source: str) -> Formatted:
    """Return a text in Markdown as a quotation."""
    return formatted("\n".join(f"> {line}" for line in source.splitlines()))


def formatted(source: str) -> Formatted:
    """Read a text in Markdown; a mark that is still open in the last paragraph ends with the text, so it may grow."""
    source = source.strip()
    pairs = list(_pairs(source))
    quotes = [(found.start(), found.end()) for found in TOKEN.finditer(source) if found["quote"] is not None]
    code = [(opened.start, closed.end) for opened, closed in pairs if TYPES[opened.sign] in CODE]
    quotes = [one for one in quotes if not any(start <= one[0] < end for start, end in code)]
    escapes = [found.span("escape") for found in TOKEN.finditer(source) if found["escape"]]
    escapes = [one for one in escapes if not any(start <= one[0] < end for start, end in code)]
    marks = [(mark.start, mark.end) for pair in pairs for mark in pair if mark.end > mark.start]
    cut = _Cut(source, [*marks, *quotes, *escapes])
    spans = [_Span(TYPES[opened.sign], cut.place(opened.end), cut.place(closed.start)) for opened, closed in pairs]
    return Formatted(cut.text, tuple(_entities(cut.text, [*spans, *_quotations(source, quotes, cut)])))


def _pairs(source: str) -> Iterator[tuple[_Mark, _Mark]]:
    """Yield the marks that belong together; those that do not are text."""
    opened: list[_Mark] = []
    for found in TOKEN.finditer(source):
        if found["mark"] is None:
            continue
        for mark in _parts(found, opened):
            if opened and TYPES[opened[-1].sign] in CODE and opened[-1].sign != mark.sign:
                continue
            at = next((at for at in reversed(range(len(opened))) if opened[at].sign == mark.sign), None)
            if at is not None and not _only_opens(source, mark):
                yield opened[at], mark
                del opened[at:]
            elif _may_open(source, mark):
                opened.append(mark)
    end = len(source.rstrip())
    for mark in opened:
        if not PARAGRAPH.search(source, mark.end):
            yield mark, _Mark(mark.sign, max(end, mark.end), max(end, mark.end))


def _parts(found: re.Match[str], opened: Sequence[_Mark]) -> list[_Mark]:
    """Return what a mark consists of: three asterisks are bold and italic at once."""
    sign, start = found["mark"], found.start()
    if sign != BOTH:
        return [_Mark("```" if sign.startswith("```") else sign, start, found.end())]
    signs = [mark.sign for mark in reversed(opened) if mark.sign in ("*", "**")]
    signs = [*dict.fromkeys([*signs, "**", "*"])]
    return [
        _Mark(signs[0], start, start + len(signs[0])),
        _Mark(signs[1], start + len(signs[0]), start + len(BOTH)),
    ]


def _only_opens(source: str, mark: _Mark) -> bool:
    before, after = source[: mark.start][-1:], source[mark.end :][:1]
    return before.isspace() and bool(after) and not after.isspace() and not mark.sign.startswith("`")


def _may_open(source: str, mark: _Mark) -> bool:
    before, after = source[: mark.start][-1:], source[mark.end : mark.end + 1]
    if mark.sign == "```":
        return True
    return not after.isspace() and not (before.isdigit() and after.isdigit())


class _Cut:
    """A text without some of its ranges, and where its characters stand then."""

    def __init__(self, source: str, gone: Iterable[tuple[int, int]]) -> None:
        ranges = sorted(gone)
        self._starts = [start for start, _ in ranges]
        self._ends = [end for _, end in ranges]
        self._lost = [0, *accumulate(end - start for start, end in ranges)]
        kept = zip([0, *self._ends], [*self._starts, len(source)], strict=True)
        self.text = "".join(source[start:end] for start, end in kept)

    def place(self, at: int) -> int:
        """Return where something stands that stood here; in a range that is gone, its start."""
        number = bisect_right(self._starts, at)
        inside = max(0, self._ends[number - 1] - at) if number else 0
        return at - self._lost[number] + inside


def _quotations(source: str, quotes: Sequence[tuple[int, int]], cut: _Cut) -> Iterator[_Span]:
    """Yield the lines that are quoted, those in a row together."""
    run: _Span | None = None
    for start, _ in quotes:
        end = source.find("\n", start)
        end = len(source) if end < 0 else end
        if run and source[run.end : start] == "\n":
            run = replace(run, end=end)
            continue
        if run:
            yield _Span(run.type, cut.place(run.start), cut.place(run.end))
        run = _Span(MessageEntity.BLOCKQUOTE, start, end)
    if run:
        yield _Span(run.type, cut.place(run.start), cut.place(run.end))


def _entities(text: str, spans: Sequence[_Span]) -> Iterator[MessageEntity]:
    """Yield what Telegram takes: code stands alone, nothing crosses the border of a quotation, nothing is blank."""
    borders = {at for span in spans if span.type == MessageEntity.BLOCKQUOTE for at in (span.start, span.end)}
    code = [span for span in spans if span.type in CODE]
    pieces: list[_Span] = []
    for span in spans:
        cuts = {at for one in code if span is not one for at in (one.start, one.end)} | borders
        inner = sorted(at for at in cuts if span.start < at < span.end and span.type != MessageEntity.BLOCKQUOTE)
        for start, end in zip([span.start, *inner], [*inner, span.end], strict=True):
            is_code = any(one.start <= start and end <= one.end for one in code)
            if span.type in (*CODE, MessageEntity.BLOCKQUOTE) or not is_code:
                pieces.append(_Span(span.type, start, end))
    trimmed = [piece for span in pieces if (piece := _trimmed(text, span))]
    trimmed.sort(key=lambda one: (one.start, -one.end, one.type != MessageEntity.BLOCKQUOTE))
    for one in trimmed:
        offset = units(text[: one.start])
        yield MessageEntity(one.type, offset, units(text[one.start : one.end]))


def _trimmed(text: str, span: _Span) -> _Span | None:
    inside = text[span.start : span.end]
    start = span.start + len(inside) - len(inside.lstrip())
    end = span.start + len(inside.rstrip())
    return _Span(span.type, start, end) if end > start else None
