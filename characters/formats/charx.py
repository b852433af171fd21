"""CHARX: a zip with `card.json` at its root and assets beside it, also behind a JPEG. It unpacks nothing to disk."""

import stat
import zlib
from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from characters.card import Card
from characters.errors import CardError, Clause, clause, quote
from characters.formats.objects import read_object

SIGNATURE = b"PK\x03\x04"
JPEG = b"\xff\xd8\xff"
CARD = "card.json"
LIMIT_BYTES = 64 * 2**20
LIMIT_EXPANDED_BYTES = 128 * 2**20
LIMIT_ENTRIES = 2_000
LIMIT_PATH_CHARS = 300

_IS_ENCRYPTED = 0x1
_STAMP = (1980, 1, 1, 0, 0, 0)


def is_charx(data: bytes) -> bool:
    """Tell whether a file is an archive, or a JPEG with one behind it."""
    return data.startswith(SIGNATURE) or (data.startswith(JPEG) and SIGNATURE in data)


def read_charx(data: bytes, source: str) -> Card:
    """Read the card in an archive of at most 64 MiB, 128 MiB unpacked, 2,000 files. Raises `CardError`."""
    return read_object(member(data, CARD, source), source)


def member(data: bytes, path: str, source: str) -> bytes:
    """Unpack one file of an archive. Raises `CardError` where there is none, or anything in the archive is wrong."""
    content = find(data, path, source)
    if content is None:
        raise CardError(source, clause("there is no {path} in the archive", path=quote(path)))
    return content


def find(data: bytes, path: str, source: str) -> bytes | None:
    """Unpack one file of an archive, None where there is none. Raises `CardError`."""
    with _opened(data, source) as archive:
        info = _checked(archive, source).get(path)
        return None if info is None else _unpacked(archive, info, source)


def files(data: bytes, source: str) -> dict[str, bytes]:
    """Unpack all files of an archive, by their paths. Raises `CardError`."""
    with _opened(data, source) as archive:
        return {path: _unpacked(archive, info, source) for path, info in _checked(archive, source).items()}


def cover(data: bytes) -> bytes | None:
    """Return the JPEG that an archive stands behind, if one does."""
    return data[: data.index(SIGNATURE)] if data.startswith(JPEG) and SIGNATURE in data else None


def write_charx(files: Mapping[str, bytes]) -> bytes:
    """Write an archive; the same files give the same bytes."""
    target = BytesIO()
    with ZipFile(target, "w") as archive:
        for path, data in files.items():
            info = ZipInfo(path, _STAMP)
            info.compress_type = ZIP_DEFLATED if path == CARD else ZIP_STORED  # pictures are compressed already
            archive.writestr(info, data)
    return target.getvalue()


def _opened(data: bytes, source: str) -> ZipFile:
    if len(data) > LIMIT_BYTES:
        raise CardError(source, clause("the archive is larger than {most} MiB", most=LIMIT_BYTES // 2**20))
    try:
        return ZipFile(BytesIO(data))
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise CardError(source, clause("the archive is damaged or cut short")) from error


def _unpacked(archive: ZipFile, info: ZipInfo, source: str) -> bytes:
    try:
        return archive.read(info)
    except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as error:
        raise CardError(source, clause("{name} in the archive is damaged", name=quote(info.filename))) from error


def _checked(archive: ZipFile, source: str) -> dict[str, ZipInfo]:
    entries = archive.infolist()
    if len(entries) > LIMIT_ENTRIES:
        raise CardError(
            source,
            clause(
                "the archive holds {count:,} files, where at most {most:,} were expected",
                count=len(entries),
                most=LIMIT_ENTRIES,
            ),
        )
    if sum(entry.file_size for entry in entries) > LIMIT_EXPANDED_BYTES:
        raise CardError(
            source, clause("the archive is larger than {most} MiB unpacked", most=LIMIT_EXPANDED_BYTES // 2**20)
        )
    found: dict[str, ZipInfo] = {}
    for entry in entries:
        if problem := _problem(entry, found):
            raise CardError(source, problem)
        if not entry.is_dir():
            found[entry.filename] = entry
    return found


def _problem(entry: ZipInfo, found: Mapping[str, ZipInfo]) -> Clause | None:
    name, shown = entry.orig_filename, quote(entry.filename)
    steps = name.replace("\\", "/").removesuffix("/").split("/")
    if "\0" in name or "\\" in name or ":" in name or not {"", ".", ".."}.isdisjoint(steps):
        return clause("the archive holds {name}, which leads out of it", name=shown)
    if len(name) > LIMIT_PATH_CHARS:
        return clause("the archive holds {name}, whose path is too long", name=shown)
    if entry.filename in found:
        return clause("the archive holds {name}, which is in it twice", name=shown)
    if stat.S_ISLNK(entry.external_attr >> 16):
        return clause("the archive holds {name}, which is a link", name=shown)
    if entry.flag_bits & _IS_ENCRYPTED:
        return clause("the archive holds {name}, which is encrypted", name=shown)
    if entry.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        return clause("the archive holds {name}, which is packed in a way that no card is", name=shown)
    return None
