"""Cards out: what nobody has changed leaves as it came, whatever it is packed in. It knows no file system."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

from characters import faces
from characters.assets import DEFAULT, Asset, assets_of, embedded_in
from characters.card import Card, CardFile, Container
from characters.errors import CardError, clause
from characters.formats import charx, png
from characters.formats.parts import Parts, items_of, list_of, object_of, parts_of, written
from characters.formats.specs import changed, in_spec
from characters.formats.text import LIMIT_BYTES as LIMIT_JSON_BYTES

PORTRAIT = (400, 600)
"""The drawn face of a card without a picture, in pixels: as high and wide as the site where most cards come from."""

_UNSAFE = re.compile(r"[^a-z0-9_-]")


@dataclass(frozen=True, slots=True)
class _Packed:
    """A card's JSON for a container, and the files that go into it, by their keys."""

    raw: str
    files: dict[str, bytes]


def export_card(file: CardFile, container: Container) -> bytes:
    """Write a card as JSON, as a PNG (V2 and V3, a drawn face where it has none), or as CHARX (V3, with assets).

    Every field stays as it was written; only an asset's URI changes where the asset moves into another container.
    Raises `CardError` where it gets too large for the container, or an asset cannot be read.
    """
    match container:
        case "json":
            return _json(file)
        case "png":
            return _png(file)
        case "charx":
            return _charx(file)


def drawn_face(card: Card) -> bytes:
    """Draw the face that a card without a picture gets in a PNG."""
    return faces.monogram(card.spoken_name, *PORTRAIT)


def _json(file: CardFile) -> bytes:
    raw = _packed(file, "json", lambda _asset, content: ("", _inline(content))).raw.encode()
    if len(raw) > LIMIT_JSON_BYTES:
        raise CardError(
            file.source,
            clause("as JSON it would be larger than {most} MiB: its assets need CHARX", most=LIMIT_JSON_BYTES // 2**20),
        )
    return raw


def _png(file: CardFile) -> bytes:
    packed = _packed(file, "png", lambda asset, _content: (str(asset.place), f"__asset:{asset.place}"))
    picture = file.data if file.container == "png" else file.picture
    if picture is None:
        picture = drawn_face(file.card)
    elif not picture.startswith(png.SIGNATURE):
        picture = faces.as_png(picture, source=file.source)
    texts = {f"{png.ASSET}{key}": content for key, content in packed.files.items()}
    texts |= {"chara": in_spec(packed.raw, "v2").encode(), "ccv3": in_spec(packed.raw, "v3").encode()}
    return png.write_png(picture, texts, file.source)


def _charx(file: CardFile) -> bytes:
    packed = _packed(file, "charx", _placed)
    raw = in_spec(packed.raw, "v3").encode()
    if file.container == "charx" and raw == charx.member(file.data, charx.CARD, file.source):
        return file.data
    written = charx.write_charx({charx.CARD: raw} | packed.files)
    if len(written) > charx.LIMIT_BYTES:
        raise CardError(
            file.source, clause("as CHARX it would be larger than {most} MiB", most=charx.LIMIT_BYTES // 2**20)
        )
    return written


def _packed(file: CardFile, container: Container, place: Callable[[Asset, bytes], tuple[str, str]]) -> _Packed:
    """Take a card and its files to a container; `place` tells the new key and URI of an asset that moves."""
    held = embedded_in(file)
    if container == file.container:
        packed = _Packed(file.card.raw, held)
        return _with_icon(file, packed) if container == "charx" else packed
    moved: dict[int, tuple[str, str, bytes]] = {}
    for asset in assets_of(file.card):
        if asset.key is not None and (content := held.get(asset.key)) is not None:
            moved[asset.place] = (*place(asset, content), content)
    uris = {number: uri for number, (_, uri, _) in moved.items()}
    raw = changed(file.card.raw, lambda data: data | _relocated(data, uris)) if moved else file.card.raw
    packed = _Packed(raw, {key: content for key, _, content in moved.values()})
    return _with_icon(file, packed) if container == "charx" else packed


def _with_icon(file: CardFile, packed: _Packed) -> _Packed:
    """Put the face of a card among its files, unless it is there already: an archive has no picture around it."""
    icons = [asset for asset in assets_of(file.card) if asset.type == "icon"]
    chosen = next((icon for icon in icons if icon.name == "main"), icons[0] if icons else None)
    if file.picture is None or (chosen and chosen.uri != DEFAULT):
        return packed
    ext = faces.ending_of(file.picture)
    key = f"assets/icon/image/main.{ext}"
    asset: Parts = {name: written(value) for name, value in (("type", "icon"), ("name", "main"), ("ext", ext))}
    asset["uri"] = written(f"embeded://{key}")

    def add(data: Parts) -> Parts:
        if chosen:
            return data | _relocated(data, {chosen.place: f"embeded://{key}"})
        listed = data.get("assets", "[]")
        return data | {"assets": list_of([*(items_of(listed) if listed.startswith("[") else []), object_of(asset)])}

    picture = png.write_png(file.picture, {}, file.source) if ext == "png" else file.picture
    return _Packed(changed(in_spec(packed.raw, "v3"), add), packed.files | {key: picture})


def _relocated(data: Parts, uris: dict[int, str]) -> Parts:
    items = items_of(data["assets"])
    for number, uri in uris.items():
        items[number] = object_of(parts_of(items[number]) | {"uri": written(uri)})
    return {"assets": list_of(items)}


def _placed(asset: Asset, _content: bytes) -> tuple[str, str]:
    kind, ext = (_UNSAFE.sub("", text.lower())[:20] or "other" for text in (asset.type, asset.ext))
    key = f"assets/{kind}/{asset.place}.{ext}"
    return key, f"embeded://{key}"


def _inline(content: bytes) -> str:
    return f"data:application/octet-stream;base64,{base64.b64encode(content).decode()}"
