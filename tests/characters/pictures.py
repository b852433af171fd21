"""Builds PNG files chunk by chunk, as they are shared and as they break."""

import base64
import json
import zlib
from collections.abc import Iterable

SIGNATURE = b"\x89PNG\r\n\x1a\n"
HEADER = (b"IHDR", b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
PIXEL = (b"IDAT", zlib.compress(b"\x00\x00"))
END = (b"IEND", b"")

V1 = {
    "name": "Ann",
    "description": "A baker.",
    "personality": "",
    "scenario": "",
    "first_mes": "Hi.",
    "mes_example": "",
}
V2 = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": "Bob", "first_mes": "Hello."}}
V3 = {
    "spec": "chara_card_v3",
    "spec_version": "3.0",
    "data": {"name": "Cleo", "nickname": "C", "first_mes": "Good day."},
}


def json_bytes(value: object) -> bytes:
    return json.dumps(value).encode()


def coded(value: object) -> bytes:
    return base64.b64encode(json_bytes(value))


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def png(*texts: tuple[bytes, bytes]) -> bytes:
    """Build a picture of one pixel with the given chunks before its pixels."""
    return png_of((HEADER, *texts, PIXEL, END))


def png_of(chunks: Iterable[tuple[bytes, bytes]]) -> bytes:
    return SIGNATURE + b"".join(chunk(kind, body) for kind, body in chunks)


def text(keyword: bytes, payload: bytes) -> tuple[bytes, bytes]:
    return b"tEXt", keyword + b"\0" + payload


def compressed_text(keyword: bytes, payload: bytes) -> tuple[bytes, bytes]:
    return b"zTXt", keyword + b"\0\0" + zlib.compress(payload)


def international_text(keyword: bytes, payload: bytes) -> tuple[bytes, bytes]:
    return b"iTXt", keyword + b"\0\0\0en\0Charakter\0" + payload


def compressed_international_text(keyword: bytes, payload: bytes) -> tuple[bytes, bytes]:
    return b"iTXt", keyword + b"\0\x01\0\0\0" + zlib.compress(payload)
