"""From text and entities back to what somebody sees, written as HTML."""

from html import escape

from tests.bot.platforms.telegram.loopback.entities import Entity, end, units

TAGS = {
    "bold": "b", "italic": "i", "underline": "u", "strikethrough": "s", "spoiler": "tg-spoiler", "code": "code",
    "pre": "pre", "blockquote": "blockquote", "expandable_blockquote": "blockquote", "text_link": "a",
}  # fmt: skip


def rendered(text: str, entities: list[Entity]) -> str:
    """Write a text with its entities as HTML; entities that Telegram finds by itself are left plain."""
    marks: list[tuple[int, int, int, str]] = []
    for entity in entities:
        if tag := TAGS.get(entity["type"]):
            marks.append((entity["offset"], 1, -entity["length"], _opening(tag, entity)))
            marks.append((end(entity), 0, -entity["offset"], f"</{tag}>"))
    written, at = "", 0
    for offset, _, _, mark in sorted(marks, key=lambda one: one[:3]):
        written += escape(_between(text, at, offset), quote=False) + mark
        at = offset
    return written + escape(_between(text, at, units(text)), quote=False)


def _opening(tag: str, entity: Entity) -> str:
    if entity["type"] == "text_link":
        return f'<a href="{escape(entity["url"])}">'
    return f"<{tag} expandable>" if entity["type"] == "expandable_blockquote" else f"<{tag}>"


def _between(text: str, first: int, last: int) -> str:
    return text.encode("utf-16-le")[2 * first : 2 * last].decode("utf-16-le")
