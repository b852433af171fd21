"""What SQLite and the disk refuse, said in the bot's errors. It knows no table and no session."""

import errno
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from bot.errors import DatabaseDamaged, DataFolderError, DiskFull, StoreError, refused
from bot.words import sentence

BUSY = sentence("another program holds its database")
REASONS = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_CANTOPEN: sentence("its database cannot be opened"),
    sqlite3.SQLITE_IOERR: sentence("its disk is full or reports an error"),
    sqlite3.SQLITE_READONLY: sentence("its database cannot be written to"),
}


@contextmanager
def database_failures(path: Path) -> Generator[None]:
    """Raise what SQLite refuses within the block as DiskFull, DatabaseDamaged or DataFolderError; leave the rest."""
    try:
        yield
    except NoConnectionFree as error:
        raise DataFolderError(path.parent, BUSY) from error
    except (DBAPIError, sqlite3.Error) as error:
        refused = _of_sqlite(error.orig if isinstance(error, DBAPIError) else error, path)
        if refused is None:
            raise
        raise refused from error


@contextmanager
def folder_failures(folder: Path) -> Generator[None]:
    """Raise what the file system refuses within the block as DiskFull or DataFolderError."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(folder) from error
        reason = sentence("it is a file") if isinstance(error, FileExistsError) else refused(error)
        raise DataFolderError(folder, reason) from error


def _of_sqlite(error: BaseException | None, path: Path) -> StoreError | None:
    # The low byte is the kind; the others tell variants apart.
    kind = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if kind == sqlite3.SQLITE_FULL:
        return DiskFull(path.parent)
    if kind in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return DatabaseDamaged(path)
    if kind in REASONS:
        return DataFolderError(path.parent, REASONS[kind])
    return None
