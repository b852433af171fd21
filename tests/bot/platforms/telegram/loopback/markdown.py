"""Telegram's MarkdownV2. https://core.telegram.org/bots/api#markdownv2-style"""

import re
from dataclasses import dataclass, field

from tests.bot.platforms.telegram.loopback.entities import Entity, Formatted, units
from tests.bot.platforms.telegram.loopback.refusals import unparsable

RESERVED = "_*[]()~`>#+-=|{}.!"
MARKS = {
    "__": ("underline", "Underline"),
    "_": ("italic", "Italic"),
    "*": ("bold", "Bold"),
    "~": ("strikethrough", "Strikethrough"),
    "||": ("spoiler", "Spoiler"),
    "[": ("text_link", "TextUrl"),
}
_MARK = re.compile(r"__|\|\||[_*~\[]")
_ADDRESS = re.compile(r"\]\(((?:\\.|[^\\)])*)\)")


@dataclass
class _Reader:
    source: str
    at: int = 0
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    open: list[tuple[str, int, int]] = field(default_factory=list)
    quote: int | None = None

    def read(self) -> Formatted:
        while self.at < len(self.source):
            self._step()
        if self.open:
            mark, byte, _ = self.open[-1]
            raise unparsable(f"Can't find end of {MARKS[mark][1]} entity at byte offset {byte}")
        self._end_quote()
        return self.text, self.entities

    def _step(self) -> None:
        rest = self.source[self.at :]
        if rest[0] == "\\" and len(rest) > 1 and ord(rest[1]) < 127:
            self._take(rest[1], 2)
        elif rest[0] == "`":
            self._code("```" if rest.startswith("```") else "`")
        elif rest[0] == ">" and (self.at == 0 or self.source[self.at - 1] == "\n"):
            self.quote = units(self.text) if self.quote is None else self.quote
            self.at += 1
        elif rest[0] == "]" and self.open and self.open[-1][0] == "[":
            self._link()
        elif mark := _MARK.match(rest):
            self._mark(mark[0])
        elif rest[0] in RESERVED:
            raise unparsable(f"Character '{rest[0]}' is reserved and must be escaped with the preceding '\\'")
        else:
            self._take(rest[0], 1)

    def _take(self, character: str, width: int) -> None:
        self.text += character
        self.at += width
        if character == "\n" and width == 1 and not self.source.startswith(">", self.at):
            self._end_quote()

    def _byte(self) -> int:
        return len(self.source[: self.at].encode())

    def _mark(self, mark: str) -> None:
        if self.open and self.open[-1][0] == mark and mark != "[":
            _, _, start = self.open.pop()
            self._add(MARKS[mark][0], start)
        else:
            self.open.append((mark, self._byte(), units(self.text)))
        self.at += len(mark)

    def _link(self) -> None:
        _, _, start = self.open.pop()
        address = _ADDRESS.match(self.source, self.at)
        if address:
            self._add("text_link", start, url=re.sub(r"\\(.)", r"\1", address[1]))
        self.at = address.end() if address else self.at + 1

    def _code(self, fence: str) -> None:
        kind, name = ("pre", "Pre") if fence == "```" else ("code", "Code")
        body = re.compile(rf"((?:\\.|(?!{fence})[^\\])*){fence}", re.DOTALL).match(self.source, self.at + len(fence))
        if not body:
            raise unparsable(f"Can't find end of {name} entity at byte offset {self._byte()}")
        inner, extra = body[1], {}
        if kind == "pre" and (language := re.match(r"([^\s`]+)\n", inner)):
            inner, extra = inner[language.end() :], {"language": language[1]}
        start = units(self.text)
        self.text += re.sub(r"\\(.)", r"\1", inner.removeprefix("\n") if kind == "pre" else inner)
        self._add(kind, start, **extra)
        self.at = body.end()

    def _end_quote(self) -> None:
        if self.quote is not None:
            kind, spoiled = "blockquote", self.text.rstrip("\n")
            self.entities.append({"type": kind, "offset": self.quote, "length": units(spoiled) - self.quote})
            self.quote = None

    def _add(self, kind: str, start: int, **extra: str) -> None:
        self.entities.append({"type": kind, "offset": start, "length": units(self.text) - start, **extra})


def parse_markdown(source: str) -> Formatted:
    """Read MarkdownV2 into text and entities, or refuse as Telegram does. Expandable quotes are not known."""
    return _Reader(source).read()
