"""Telegram's HTML: few tags, and every `<` opens one. https://core.telegram.org/bots/api#html-style"""

import re
from dataclasses import dataclass, field

from tests.bot.platforms.telegram.loopback.entities import Entity, Formatted, units
from tests.bot.platforms.telegram.loopback.refusals import unparsable

KINDS = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip

_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(lt|gt|amp|quot));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_TAG = re.compile(r"<(/?)([^\s>/]*)([^>]*)(>?)")
_ATTRIBUTE = re.compile(r"""([^\s=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?""")


@dataclass
class _Reader:
    source: str
    text: str = ""
    entities: list[Entity] = field(default_factory=list)
    open: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)

    def read(self) -> Formatted:
        position = 0
        while (start := self.source.find("<", position)) >= 0:
            self.text += _plain(self.source[position:start])
            tag = _TAG.match(self.source, start)
            assert tag
            self._close(tag) if tag[1] else self._open(tag)
            position = tag.end()
        self.text += _plain(self.source[position:])
        if self.open:
            raise unparsable(f'Can\'t find end tag corresponding to start tag "{self.open[-1][0]}"')
        return self.text, self.entities

    def _at(self, tag: re.Match[str]) -> int:
        return len(self.source[: tag.start()].encode())

    def _open(self, tag: re.Match[str]) -> None:
        name = tag[2].lower()
        if name not in KINDS:
            raise unparsable(f'Unsupported start tag "{name}" at byte offset {self._at(tag)}')
        if not tag[4]:
            raise unparsable(f"Unclosed start tag at byte offset {self._at(tag)}")
        found = _ATTRIBUTE.finditer(tag[3])
        values = {match[1].lower(): _plain(match[2] or match[3] or match[4] or "") for match in found}
        if name == "span" and values.get("class") != "tg-spoiler":
            raise unparsable(f'Tag "span" must have class "tg-spoiler" at byte offset {self._at(tag)}')
        self.open.append((name, units(self.text), values))

    def _close(self, tag: re.Match[str]) -> None:
        if not self.open:
            raise unparsable(f"Unexpected end tag at byte offset {self._at(tag)}")
        name, start, values = self.open.pop()
        if tag[2].lower() not in ("", name):
            expected = f'expected "</{name}>", found "</{tag[2].lower()}>"'
            raise unparsable(f"Unmatched end tag at byte offset {self._at(tag)}, {expected}")
        if entity := self._entity(name, start, values):
            self.entities.append(entity)

    def _entity(self, name: str, start: int, values: dict[str, str]) -> Entity | None:
        entity: Entity = {"type": KINDS[name], "offset": start, "length": units(self.text) - start}
        match name:
            case "a" if not (url := values.get("href")):
                return None
            case "a" if url.startswith("tg://user?id="):
                return entity | {"type": "text_mention", "user": {"id": int(url.split("=")[1])}}
            case "a":
                return entity | {"url": url}
            case "tg-emoji":
                return entity | {"custom_emoji_id": values.get("emoji-id", "")}
            case "blockquote" if "expandable" in values:
                return entity | {"type": "expandable_blockquote"}
            case "code" if self.open and self.open[-1][0] == "pre" and self.open[-1][1] == start:
                language = values.get("class", "").removeprefix("language-")
                self.open[-1][2].update({"language": language} if language else {})
                return None
            case "pre" if "language" in values:
                return entity | {"language": values["language"]}
        return entity


def _plain(text: str) -> str:
    def character(match: re.Match[str]) -> str:
        if match[3]:
            return _NAMED[match[3]]
        code = int(match[1]) if match[1] else int(match[2], 16)
        return chr(code) if 0 < code < 0x110000 else match[0]

    return _REFERENCE.sub(character, text)


def parse_html(source: str) -> Formatted:
    """Read HTML into text and entities, or refuse as Telegram does."""
    return _Reader(source).read()
