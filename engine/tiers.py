"""Where the state of a head waits while no sequence holds it: on disk, so that a restart need not read it again.

A file is named after all that its content depends on, and begins with a checksum: a state can neither be loaded into
the wrong model nor in the wrong set-up. A file that is missing or damaged means reading the head again, no more.
"""

import hashlib
import logging
import os
from collections.abc import Sequence
from pathlib import Path

MAGIC = b"TROUPE-HEAD-1\n"
DIGEST_BYTES = 32

logger = logging.getLogger(__name__)


class HeadStore:
    """States of heads in a folder, at most `quota` bytes of them; the least recently used go first.

    `setting` names the model, the build and the memory's layout: whatever makes a state of one useless for another.
    """

    def __init__(self, folder: Path | None, *, quota: int, setting: str) -> None:
        self._folder = folder if quota else None
        self._quota = quota
        self._setting = setting

    def load(self, tokens: Sequence[int]) -> bytes | None:
        """Return the state of a head, or None where there is none that is whole."""
        path = self._path(tokens)
        if path is None or not path.exists():
            return None
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError as error:
            logger.warning("a saved head cannot be read: %s", error)
            return None
        start = len(MAGIC) + DIGEST_BYTES
        state = data[start:]
        if data[:start] != MAGIC + hashlib.sha256(state).digest():
            logger.warning("the saved head %s is damaged; it is read again", path.name)
            path.unlink(missing_ok=True)
            return None
        return state

    def has(self, tokens: Sequence[int]) -> bool:
        """Tell whether a head need not be saved: it is there, or nothing is kept."""
        path = self._path(tokens)
        return path is None or path.exists()

    def save(self, tokens: Sequence[int], state: bytes) -> None:
        """Keep the state of a head. A disk that refuses costs the saved time, nothing else."""
        path = self._path(tokens)
        if path is None or len(state) > self._quota:
            return
        unfinished = path.with_suffix(".part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as file:
                file.write(MAGIC + hashlib.sha256(state).digest())
                file.write(state)
                file.flush()
                os.fsync(file.fileno())
            unfinished.replace(path)
            self._make_room(path.parent)
        except OSError as error:
            logger.warning("a head cannot be saved: %s", error)
            unfinished.unlink(missing_ok=True)

    def _make_room(self, folder: Path) -> None:
        files = sorted(((path.stat(), path) for path in folder.glob("*.head")), key=lambda entry: entry[0].st_mtime_ns)
        excess = sum(status.st_size for status, _ in files) - self._quota
        for status, path in files:
            if excess <= 0:
                break
            path.unlink(missing_ok=True)
            excess -= status.st_size

    def _path(self, tokens: Sequence[int]) -> Path | None:
        if self._folder is None or not tokens:
            return None
        key = hashlib.sha256(f"{self._setting} {' '.join(map(str, tokens))}".encode()).hexdigest()
        return self._folder / f"{key[:40]}.head"
