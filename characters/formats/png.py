"""A card inside a PNG: its chunks, and the text in them. It decodes no pixels.

Picture libraries drop or rewrite the chunks that they do not know, so the chunks are walked here.
"""

import base64
import binascii
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from characters.card import Card
from characters.errors import CardError, clause, quote
from characters.formats.objects import read_object

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LIMIT_BYTES = 20 * 1024 * 1024
LIMIT_INFLATED_BYTES = 12 * 1024 * 1024
LIMIT_KEYWORD_BYTES = 79
LIMIT_CHUNKS = 100_000
LIMIT_CARRIERS = 8

# A V2 copy for older programs often stands beside the V3 card: the first keyword here wins.
KEYWORDS = ("ccv3", "chara")

ASSET = "chara-ext-asset_:"
"""Before the keys of assets, as RisuAI writes them into chunks beside the card."""

_FRAME_BYTES = 12
_TEXT_KINDS = frozenset({"tEXt", "zTXt", "iTXt"})


@dataclass(frozen=True, slots=True)
class Chunk:
    """One chunk of a PNG whose length and checksum are right."""

    kind: str
    body: memoryview


def read_png(data: bytes, source: str) -> Card:
    """Read the card that a PNG of at most 20 MiB carries in its chunk `ccv3` or `chara`. Raises `CardError`.

    Where `ccv3` cannot be read and `chara` can, the card is read from that one, with a warning.
    """
    if len(data) > LIMIT_BYTES:
        raise CardError(source, clause("the PNG is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    carriers = _carriers(data, source)
    problems: list[CardError] = []
    for keyword in KEYWORDS:
        if keyword not in carriers:
            continue
        try:
            card = read_object(_agreed(carriers[keyword], keyword, source), source)
        except CardError as error:
            problems.append(error)
        else:
            doubts = tuple(
                clause("Its newer copy was left out, because {problem}.", problem=error.problem) for error in problems
            )
            return replace(card, warnings=card.warnings + doubts)
    if problems:
        raise problems[0]
    raise CardError(source, clause('it is a picture without a character: no text chunk "ccv3" or "chara" is in it'))


def chunks(data: bytes, source: str) -> Iterator[Chunk]:
    """Walk the chunks of a PNG up to its end mark. Raises `CardError` where it is damaged or cut short."""
    view = memoryview(data)
    start = len(SIGNATURE)
    for _ in range(LIMIT_CHUNKS):
        length = int.from_bytes(view[start : start + 4], "big")
        kind = bytes(view[start + 4 : start + 8]).decode("latin-1")
        end = start + _FRAME_BYTES + length
        if end > len(data) or start + _FRAME_BYTES > len(data):
            raise CardError(
                source,
                clause(
                    "the PNG is cut short: its chunk at byte {start:,} goes on behind the end of the file", start=start
                ),
            )
        if zlib.crc32(view[start + 4 : end - 4]) != int.from_bytes(view[end - 4 : end], "big"):
            raise CardError(
                source,
                clause(
                    "the PNG is damaged: the checksum of its chunk {kind} at byte {start:,} is wrong",
                    kind=quote(kind),
                    start=start,
                ),
            )
        if start == len(SIGNATURE) and kind != "IHDR":
            raise CardError(
                source, clause("the PNG is damaged: it begins with {kind}, where 'IHDR' was expected", kind=quote(kind))
            )
        yield Chunk(kind, view[start + 8 : end - 4])
        if kind == "IEND":
            return
        start = end
    raise CardError(source, clause("the PNG has more than {most:,} chunks", most=LIMIT_CHUNKS))


def assets(data: bytes, source: str) -> dict[str, bytes]:
    """Read the assets that lie in a PNG beside its card, by their keys. Raises `CardError`."""
    found: dict[str, bytes] = {}
    for chunk in chunks(data, source):
        keyword = _title(chunk) if chunk.kind in _TEXT_KINDS else ""
        if keyword.startswith(ASSET):
            found.setdefault(keyword.removeprefix(ASSET), _decoded(chunk, keyword, source))
    return found


def write_png(picture: bytes, texts: Mapping[str, bytes], source: str) -> bytes:
    """Put texts, coded in base64, before the end of a PNG; older ones and old cards go. Raises `CardError`.

    All other chunks stay as they are, so the pixels do too; what stands behind the end goes.
    """
    kept = [chunk for chunk in chunks(picture, source) if not _is_ours(chunk)]
    added = [(b"tEXt", name.encode("latin-1") + b"\0" + base64.b64encode(text)) for name, text in texts.items()]
    bodies = [(chunk.kind.encode("latin-1"), bytes(chunk.body)) for chunk in kept]
    written = SIGNATURE + b"".join(_framed(kind, body) for kind, body in (*bodies[:-1], *added, bodies[-1]))
    if len(written) > LIMIT_BYTES:
        raise CardError(source, clause("as a PNG it would be larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    return written


def _framed(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def _is_ours(chunk: Chunk) -> bool:
    keyword = _keyword(chunk) if chunk.kind in _TEXT_KINDS else ""
    return keyword in KEYWORDS or keyword.startswith(ASSET)


def _carriers(data: bytes, source: str) -> dict[str, list[Chunk]]:
    found: dict[str, list[Chunk]] = {}
    for chunk in chunks(data, source):
        if chunk.kind in _TEXT_KINDS and (keyword := _keyword(chunk)) in KEYWORDS:
            found.setdefault(keyword, []).append(chunk)
    return found


def _agreed(carriers: list[Chunk], keyword: str, source: str) -> bytes:
    """Read what some chunks say, which must be the same: two programs would otherwise read two characters."""
    if len(carriers) > LIMIT_CARRIERS:
        raise CardError(
            source,
            clause('it has {count:,} chunks "{keyword}", where one was expected', count=len(carriers), keyword=keyword),
        )
    first, *others = (_decoded(chunk, keyword, source) for chunk in carriers)
    if any(other != first for other in others):
        raise CardError(
            source, clause('its chunks "{keyword}" say different things, where one was expected', keyword=keyword)
        )
    return first


def _keyword(chunk: Chunk) -> str:
    return _title(chunk).lower()


def _title(chunk: Chunk) -> str:
    return bytes(chunk.body[: LIMIT_KEYWORD_BYTES + 1]).partition(b"\0")[0].decode("latin-1").strip()


def _decoded(chunk: Chunk, keyword: str, source: str) -> bytes:
    payload = _payload(chunk, keyword, source)
    if payload.lstrip().startswith(b"{"):
        return payload
    coded = b"".join(payload.split()).rstrip(b"=")
    try:
        return base64.b64decode(coded + b"=" * (-len(coded) % 4), validate=True)
    except binascii.Error as error:
        raise CardError(source, clause('its chunk "{chunk}" is not base64', chunk=keyword)) from error


def _payload(chunk: Chunk, keyword: str, source: str) -> bytes:
    rest = bytes(chunk.body).partition(b"\0")[2]
    if chunk.kind == "tEXt":
        return rest
    if chunk.kind == "zTXt":
        return _inflate(rest[1:], keyword, source)
    parts = rest[2:].split(b"\0", 2)
    if len(parts) < 3:
        raise CardError(source, clause('its chunk "{chunk}" is cut short', chunk=keyword))
    return _inflate(parts[2], keyword, source) if rest[0] else parts[2]


def _inflate(data: bytes, keyword: str, source: str) -> bytes:
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(data, LIMIT_INFLATED_BYTES)
    except zlib.error as error:
        raise CardError(source, clause('its chunk "{chunk}" cannot be decompressed', chunk=keyword)) from error
    if len(inflated) == LIMIT_INFLATED_BYTES:
        raise CardError(
            source,
            clause(
                'its chunk "{chunk}" is larger than {most} MiB decompressed',
                chunk=keyword,
                most=LIMIT_INFLATED_BYTES // 2**20,
            ),
        )
    if not inflater.eof:
        raise CardError(source, clause('its chunk "{chunk}" is cut short', chunk=keyword))
    return inflated
