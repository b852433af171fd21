"""Formatting as Telegram keeps it: a plain text and spans of it, counted in UTF-16 units."""

import re
from itertools import pairwise
from typing import Any

from tests.bot.platforms.telegram.loopback.refusals import bad

Entity = dict[str, Any]
Formatted = tuple[str, list[Entity]]

GIVEN = {
    "bold", "italic", "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote",
    "code", "pre", "text_link", "text_mention", "custom_emoji", "date_time",
}  # fmt: skip
DETECTED = {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number"}
PLAIN_INSIDE = {"code", "pre"}

_FOUND = [
    ("bot_command", re.compile(r"(?<![\w/<])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?!\w)")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z0-9_]{4,32}(?!\w)")),
    ("url", re.compile(r"\bhttps?://[^\s<>]+")),
]


def units(text: str) -> int:
    """Count the UTF-16 units of a text: what offsets, lengths and limits are measured in."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def piece(text: str, offset: int, length: int) -> str:
    """Cut a span out, in UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def end(entity: Entity) -> int:
    """Say where a span ends."""
    return entity["offset"] + entity["length"]


def settle(text: str, given: list[Entity]) -> Formatted:
    """Do with a text what Telegram does before it is kept.

    Spans out of range are refused; the text is stripped; spans are cut to it, merged, nested and completed by commands,
    mentions and links found in the text.
    """
    for entity in given:
        _check(text, entity)
    start = units(text) - units(text.lstrip())
    kept = text.strip()
    spans = [clipped for entity in given if (clipped := _clip(entity, -start, kept))]
    spans = _nest(_merge([span for span in spans if span["type"] in GIVEN]))
    return kept, _sorted(spans + _detect(kept, spans))


def _check(text: str, entity: Entity) -> None:
    if entity.get("type") not in GIVEN | DETECTED:
        raise bad("can't parse MessageEntity: Unsupported type specified")
    offset, length = entity["offset"], entity["length"]
    if offset < 0:
        raise bad(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad(f"receive an entity with incorrect length {length}")
    if offset > units(text):
        raise bad(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > units(text):
        where = f"entity beginning at UTF-16 offset {offset}"
        raise bad(f"{where} ends after the end of the text at UTF-16 offset {offset + length}")
    for word, at in (("begins", offset), ("ends", offset + length)):
        if "\ufffd" in piece(text, 0, at) and "\ufffd" not in text:
            raise bad(f"entity {word} in a middle of a UTF-16 symbol at UTF-16 offset {at}")


def _clip(entity: Entity, shift: int, text: str) -> Entity | None:
    first = max(entity["offset"] + shift, 0)
    last = min(end(entity) + shift, units(text))
    if first >= last or not piece(text, first, last - first).strip():
        return None
    return entity | {"offset": first, "length": last - first}


def _merge(entities: list[Entity]) -> list[Entity]:
    """Join spans of one kind that touch or overlap, and leave none inside of code."""
    merged: list[Entity] = []
    for entity in _sorted(entities):
        same = next((one for one in merged if _alike(one, entity) and end(one) >= entity["offset"]), None)
        if same:
            same["length"] = max(end(same), end(entity)) - same["offset"]
        else:
            merged.append(dict(entity))
    code = [one for one in merged if one["type"] in PLAIN_INSIDE]
    return [one for one in merged if not any(one is not outer and _overlap(one, outer) for outer in code)]


def _alike(one: Entity, other: Entity) -> bool:
    rest = [{key: value for key, value in entity.items() if key not in ("offset", "length")} for entity in (one, other)]
    return rest[0] == rest[1] and one["type"] not in PLAIN_INSIDE | {"blockquote", "expandable_blockquote"}


def _nest(entities: list[Entity]) -> list[Entity]:
    """Split spans that cross, so that each is wholly inside or wholly outside of each other."""
    edges = sorted({edge for one in entities for edge in (one["offset"], end(one))})
    nested: list[Entity] = []
    for entity in entities:
        crossed = {
            edge
            for other in entities
            if other["offset"] < entity["offset"] < end(other) < end(entity)
            for edge in edges
            if edge == end(other)
        }
        points = [entity["offset"], *sorted(crossed), end(entity)]
        nested += [entity | {"offset": first, "length": last - first} for first, last in pairwise(points)]
    return _sorted(nested)


def _detect(text: str, given: list[Entity]) -> list[Entity]:
    taken = [one for one in given if one["type"] in PLAIN_INSIDE | {"text_link", "text_mention"}]
    found: list[Entity] = []
    for kind, pattern in _FOUND:
        for match in pattern.finditer(text):
            span = {"type": kind, "offset": units(text[: match.start()]), "length": units(match[0])}
            if not any(_overlap(span, one) for one in taken + found):
                found.append(span)
    return found


def _overlap(one: Entity, other: Entity) -> bool:
    return one["offset"] < end(other) and other["offset"] < end(one)


def _sorted(entities: list[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda one: (one["offset"], -one["length"]))
