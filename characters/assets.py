"""What comes along with a card beside its words: pictures and other files. Nothing is fetched, nothing decoded."""

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast
from urllib.parse import unquote_to_bytes

from characters.card import Card, CardFile
from characters.errors import CardError, clause
from characters.formats import charx, png
from characters.formats.text import parse

EMBEDDED = ("embeded://", "embedded://", "__asset:")
"""How a URI begins that means a file in the card's own; the first is spelled as the specification has it."""

DEFAULT = "ccdefault:"
LIMIT_ASSETS = 2_000
SIGNATURES = (png.SIGNATURE, charx.JPEG, b"GIF87a", b"GIF89a")


@dataclass(frozen=True, slots=True)
class Asset:
    """An asset as the card lists it, with the place that it has in the list."""

    place: int
    type: str
    uri: str
    name: str
    ext: str

    @property
    def key(self) -> str | None:
        """Where it lies in the card's own file; None where it lies elsewhere."""
        start = next((start for start in EMBEDDED if self.uri.startswith(start)), None)
        return None if start is None else self.uri.removeprefix(start)


def assets_of(card: Card) -> tuple[Asset, ...]:
    """List the assets of a card; what is no asset is left out."""
    data = parse(card.raw, card.name).get("data")
    listed = cast("dict[str, object]", data).get("assets") if isinstance(data, dict) else None
    if not isinstance(listed, list):
        return ()
    return tuple(_assets(cast("list[object]", listed)[:LIMIT_ASSETS]))


def content_of(file: CardFile, asset: Asset) -> bytes | None:
    """Return the bytes of an asset that the card brings along, None where it does not. Raises `CardError`."""
    if asset.uri.startswith("data:"):
        return _inline(asset, file.source)
    if asset.key is None:
        return None
    if file.container == "charx":
        return charx.find(file.data, asset.key, file.source)
    return png.assets(file.data, file.source).get(asset.key) if file.container == "png" else None


def embedded_in(file: CardFile) -> dict[str, bytes]:
    """Return all files that lie in a card's own file beside the card, by their keys. Raises `CardError`."""
    if file.container == "charx":
        found = charx.files(file.data, file.source)
        return {path: content for path, content in found.items() if path != charx.CARD}
    return png.assets(file.data, file.source) if file.container == "png" else {}


def icon_of(file: CardFile) -> bytes | None:
    """Return the picture that a card names as its face: the icon `main`, else the first. Raises `CardError`."""
    icons = [asset for asset in assets_of(file.card) if asset.type == "icon"]
    icons.sort(key=lambda asset: asset.name != "main")
    chosen = icons[0] if icons else None
    if chosen is None or chosen.uri == DEFAULT:
        return None
    content = content_of(file, chosen)
    return content if content and is_picture(content) else None


def is_picture(data: bytes) -> bool:
    """Tell whether bytes are a PNG, JPEG, GIF or WebP by how they begin."""
    return data.startswith(SIGNATURES) or (data.startswith(b"RIFF") and data[8:12] == b"WEBP")


def _assets(listed: list[object]) -> Iterator[Asset]:
    for place, item in enumerate(listed):
        values = cast("dict[str, object]", item) if isinstance(item, dict) else {}
        texts = [values.get(name) for name in ("type", "uri", "name", "ext")]
        type, uri, name, ext = (text if isinstance(text, str) else "" for text in texts)
        if uri:
            yield Asset(place, type, uri, name, ext)


def _inline(asset: Asset, source: str) -> bytes:
    head, _, body = asset.uri.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode("".join(body.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise CardError(
            source,
            clause('field "data.assets[{place}].uri" is no base64, where a data: URI was expected', place=asset.place),
        ) from error
