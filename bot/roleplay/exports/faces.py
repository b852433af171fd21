"""Pictures for a page of their own: inside it, and without what else is in their files. It decodes no pixels."""

import base64
import zlib
from collections.abc import Iterator

from characters import CardError
from characters.formats import png

SIGNATURES = {b"\xff\xd8\xff": "image/jpeg", b"GIF87a": "image/gif", b"GIF89a": "image/gif", png.SIGNATURE: "image/png"}
SHOWN_CHUNKS = frozenset("IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP acTL fcTL fdAT".split())
"""What a PNG's pixels need: the card that lies beside them belongs to whoever brought it."""


def data_uri(picture: bytes) -> str | None:
    """Return a PNG, JPEG, GIF or WebP as a data: URI; None where it is none of them, or damaged."""
    kind = next((kind for signature, kind in SIGNATURES.items() if picture.startswith(signature)), None)
    if picture.startswith(b"RIFF") and picture[8:12] == b"WEBP":
        kind = "image/webp"
    shown = bare(picture)
    if shown is None:
        return None
    return f"data:{kind};base64,{base64.b64encode(shown).decode()}" if kind else None


def bare(picture: bytes) -> bytes | None:
    """Return a picture without what else is in its file, as far as it is a PNG; None where that is damaged."""
    try:
        return b"".join(_bare(picture)) if picture.startswith(png.SIGNATURE) else picture
    except CardError:
        return None


def _bare(picture: bytes) -> Iterator[bytes]:
    yield png.SIGNATURE
    for chunk in png.chunks(picture, "face"):
        if chunk.kind in SHOWN_CHUNKS:
            body = chunk.kind.encode("latin-1") + chunk.body
            yield len(chunk.body).to_bytes(4, "big") + body + zlib.crc32(body).to_bytes(4, "big")
