"""Where caches wait while no sequence holds them: parked in RAM, and piece by piece on disk.

A piece on disk is the state of some tokens behind others, and is named after all that its content depends on: model,
build, memory layout and every token up to its end. So it cannot be loaded where it does not belong, stories that begin
alike share their pieces, and what no longer fits a story is simply not found. Cells that a shift has falsified a little
carry the name of their channel too. A piece that is missing or damaged is read by the model again, no more.
"""

import hashlib
import logging
import os
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from engine.plan import Span, length_of

MAGIC = b"TROUPE-CACHE-1\n"
DIGEST_BYTES = 32
SUFFIX = ".kv"
UNFINISHED = ".part"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parked:
    """All that a channel held when it had to leave the memory."""

    layout: tuple[Span, ...]
    kept: tuple[int, ...]
    approximate_from: int | None
    state: bytes | memoryview


class Ram:
    """Parked channels, at most `quota` bytes of them; the least recently parked go first."""

    def __init__(self, quota: int) -> None:
        self._quota = quota
        self._parked: OrderedDict[str, Parked] = OrderedDict()
        self.bytes = 0

    def has_room(self, size: int) -> bool:
        """Tell whether so many bytes more fit without anybody's having to go."""
        return self.bytes + size <= self._quota

    def park(self, name: str, parked: Parked) -> None:
        """Keep what a channel held, if there is room for it at all."""
        self.take(name)
        self._parked[name] = parked
        self.bytes += len(parked.state)
        while self.bytes > self._quota:
            _, gone = self._parked.popitem(last=False)
            self.bytes -= len(gone.state)

    def take(self, name: str) -> Parked | None:
        """Hand over what a channel held."""
        parked = self._parked.pop(name, None)
        self.bytes -= len(parked.state) if parked else 0
        return parked

    def length(self, name: str) -> int:
        """Count the tokens that a parked channel holds."""
        parked = self._parked.get(name)
        return length_of(parked.layout) if parked else 0

    def approximate(self) -> Iterator[str]:
        """Yield the channels that hold shifted cells, the most recently parked first."""
        return (name for name, parked in reversed(self._parked.items()) if parked.approximate_from is not None)


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece found on disk: the state of the tokens from `start` to `stop`."""

    path: Path
    start: int
    stop: int


class Disk:
    """Pieces in a folder, at most `quota` bytes of them; the least recently used go first.

    `setting` names the model, the build and the memory's layout: whatever makes a state of one useless for another.
    Files are written by a thread of its own, and are whole or not there.
    """

    def __init__(self, folder: Path | None, *, quota: int, setting: str) -> None:
        self._folder = folder if quota else None
        self._quota = quota
        self._setting = setting
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="disk")
        self._pieces: dict[str, Piece] = {}
        self.bytes = 0
        if self._folder and self._folder.is_dir():
            for path in self._folder.glob(f"*{UNFINISHED}"):
                path.unlink(missing_ok=True)
            files = list(self._folder.glob(f"*{SUFFIX}"))
            self._pieces = {key: piece for path in files for key, piece in _named(path)}
            self.bytes = sum(path.stat().st_size for path in files)

    def close(self) -> None:
        """Wait until everything is written."""
        self._writer.shutdown()

    def find(self, spans: Sequence[Span], start: int, channel: str | None) -> Piece | None:
        """Return the longest piece that holds these spans, up to one of their ends, from position `start` on.

        With a `channel`, it is one that this channel has kept after a shift.
        """
        found = None
        for key, stop in self._ends(spans, channel):
            piece = self._pieces.get(f"{key}-{start}")
            if piece and piece.stop == stop:
                found = piece
        return found

    def load(self, piece: Piece) -> memoryview | None:
        """Return a piece's state, or None where it is not whole."""
        try:
            data = piece.path.read_bytes()
            os.utime(piece.path)
        except OSError as error:
            logger.warning("a cache on disk cannot be read: %s", error)
            return self._forget(piece)
        start = len(MAGIC) + DIGEST_BYTES
        state = memoryview(data)[start:]
        if data[:start] != _seal(piece.path, state):
            logger.warning("the cache %s is damaged; it is read again", piece.path.name)
            return self._forget(piece)
        return state

    def save(self, spans: Sequence[Span], start: int, channel: str | None, state: bytes | memoryview) -> None:
        """Keep the state of the tokens behind `start` of these spans."""
        if self._folder is None or len(state) > self._quota:
            return
        *_, (key, stop) = self._ends(spans, channel)
        piece = Piece(self._folder / f"{key}-{start}-{stop}{SUFFIX}", start, stop)
        self._writer.submit(self._write, f"{key}-{start}", piece, state)

    @property
    def is_on(self) -> bool:
        return self._folder is not None

    def _ends(self, spans: Sequence[Span], channel: str | None) -> Iterator[tuple[str, int]]:
        """Name the tokens up to the end of each span, however they are divided into spans."""
        digest = hashlib.sha256(f"{self._setting}|{channel or ''}|".encode())
        stop = 0
        for span in spans:
            digest.update("".join(f"{token} " for token in span.tokens).encode())
            stop += len(span)
            yield digest.hexdigest()[:40], stop

    def _write(self, key: str, piece: Piece, state: bytes | memoryview) -> None:
        """Write a piece. A disk that refuses costs the saved time, nothing else."""
        unfinished = piece.path.with_suffix(UNFINISHED)
        try:
            piece.path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(_seal(piece.path, state))
                file.write(state)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(piece.path)
            self._pieces[key] = piece
            self._make_room(piece.path.parent)
        except OSError as error:
            logger.warning("a cache cannot be kept on disk: %s", error)
            with suppress(OSError):
                unfinished.unlink(missing_ok=True)

    def _make_room(self, folder: Path) -> None:
        files = sorted(((path.stat(), path) for path in folder.glob(f"*{SUFFIX}")), key=lambda one: one[0].st_mtime_ns)
        self.bytes = sum(status.st_size for status, _ in files)
        for status, path in files:
            if self.bytes <= self._quota:
                break
            path.unlink(missing_ok=True)
            for key, _ in _named(path):
                self._pieces.pop(key, None)
            self.bytes -= status.st_size

    def _forget(self, piece: Piece) -> None:
        for key, _ in _named(piece.path):
            self._pieces.pop(key, None)
        piece.path.unlink(missing_ok=True)


def _seal(path: Path, state: bytes | memoryview) -> bytes:
    """Return what stands in front of a state: it fits this state under this name only."""
    digest = hashlib.sha256(path.name.encode())
    digest.update(state)
    return MAGIC + digest.digest()


def _named(path: Path) -> Iterator[tuple[str, Piece]]:
    """Read a piece's key and place from its file name; nothing where it is no name of ours."""
    parts = path.stem.split("-")
    if len(parts) == 3 and parts[1].isdigit() and parts[2].isdigit():
        yield f"{parts[0]}-{parts[1]}", Piece(path, int(parts[1]), int(parts[2]))
