"""The database of a data folder: its lock, its migrations, its sessions. It knows no table."""

import asyncio
import sqlite3
from collections.abc import AsyncGenerator, Generator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Self

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock, Timeout
from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, inspect
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine

from bot.errors import DatabaseDamaged, DatabaseNewer, DataFolderInUse, SqliteTooOld
from bot.store import driver
from bot.store.failures import database_failures, folder_failures

Session = AsyncSession
"""What `reading` and `writing` open; other layers only pass it on."""

FILENAME = "troupe.db"
OLDEST_SQLITE = (3, 37, 0)
BUSY_TIMEOUT_S = 5.0
READERS = 5

PRAGMAS = (
    # Readers go on while somebody writes, and a killed process leaves a whole database.
    "PRAGMA journal_mode=WAL",
    # NORMAL would lose the last lines at a power cut; a flush costs milliseconds, and a message needs two.
    "PRAGMA synchronous=FULL",
)
# SQLite leaves them off unless each connection asks.
FOREIGN_KEYS = "PRAGMA foreign_keys=ON"
# Reading sessions commit nothing, so a write in one would be lost in silence.
QUERY_ONLY = "PRAGMA query_only=ON"
# A plain BEGIN that reads first is refused at its first write when another writer was faster; this one waits its turn.
BEGIN_WRITING = "BEGIN IMMEDIATE"
BEGIN_READING = "BEGIN"


@contextmanager
def lock(data: Path) -> Generator[None]:
    """Hold a data folder, made first where it is missing, for this process alone.

    Raises DataFolderInUse at once where another process holds it; DataFolderError, DiskFull.
    """
    held = FileLock(data / "troupe.lock", timeout=0)
    with folder_failures(data):
        _prepare(data)
        try:
            held.acquire()
        except Timeout as error:
            raise DataFolderInUse(data) from error
    try:
        yield
    finally:
        held.release()


def migrate(data: Path) -> None:
    """Bring the database of a data folder up to this program, wholly or not at all; make both where they are missing.

    Blocks, so it runs before the event loop. An older database is first copied to `backups/`.
    Raises DataFolderError, DiskFull, DatabaseNewer, DatabaseDamaged, SqliteTooOld.
    """
    if sqlite3.sqlite_version_info < OLDEST_SQLITE:
        raise SqliteTooOld(sqlite3.sqlite_version, ".".join(map(str, OLDEST_SQLITE)))
    with folder_failures(data):
        _prepare(data)
        with migrating(data) as connection:
            _upgrade(connection, data)


@contextmanager
def migrating(data: Path) -> Generator[Connection]:
    """Open one transaction in which the tables can change."""
    engine = create_engine(_url("sqlite", data), poolclass=NullPool, connect_args=_connect_args())
    # Foreign keys stay off: to alter a table SQLite replaces it, and dropping one would delete what points at it.
    _listen(engine, PRAGMAS, BEGIN_WRITING)
    with database_failures(data / FILENAME), engine.begin() as connection:
        yield connection


def alembic_config(connection: Connection) -> Config:
    """Point Alembic at the migrations of this program and at an open connection."""
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(migrations_folder()).replace("%", "%%"))
    return config


def migrations_folder() -> Path:
    """Find the migrations: a wheel carries them inside the package, a checkout has them at its root."""
    shipped = Path(__file__).parents[1] / "_migrations"
    return shipped if shipped.is_dir() else Path(__file__).parents[2] / "migrations"


class Database:
    """An open database. Its writers take turns on one connection; its readers wait for nobody."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILENAME
        self._reader = _async_engine(data, (*PRAGMAS, FOREIGN_KEYS, QUERY_ONLY), BEGIN_READING, pool_size=READERS)
        self._writer = _async_engine(data, (*PRAGMAS, FOREIGN_KEYS), BEGIN_WRITING, pool_size=1)
        self._readings = async_sessionmaker(self._reader, expire_on_commit=False)
        self._writings = async_sessionmaker(self._writer, expire_on_commit=False)

    @classmethod
    @asynccontextmanager
    async def open(cls, data: Path) -> AsyncGenerator[Self]:
        """Open the database of a data folder, which `migrate` has brought up to date, until the block ends."""
        # In a thread: making an engine asks the file system where its file is.
        database = await asyncio.to_thread(cls, data)
        try:
            yield database
        finally:
            await database._reader.dispose()
            await database._writer.dispose()

    def reading(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open a session that sees the database as it is now, and cannot change it."""
        return self._session(self._readings)

    def writing(self) -> AbstractAsyncContextManager[AsyncSession]:
        """Open the one session that writes: leaving the block commits, an exception undoes the whole of it.

        Never open one within another: the inner would wait for the outer.
        Raises DiskFull, DataFolderError, DatabaseDamaged.
        """
        return self._session(self._writings)

    @asynccontextmanager
    async def _session(self, sessions: async_sessionmaker[AsyncSession]) -> AsyncGenerator[AsyncSession]:
        with database_failures(self._path):
            async with sessions.begin() as session:
                yield session


def _prepare(data: Path) -> None:
    # Stories are private: nobody else on the machine reads them.
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Only writing tells: root passes every permission check, on a read-only mount too.
    with TemporaryFile(dir=data):
        pass


def _upgrade(connection: Connection, data: Path) -> None:
    config = alembic_config(connection)
    scripts = ScriptDirectory.from_config(config)
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision == scripts.get_current_head():
        return
    if revision is not None:
        if revision not in {script.revision for script in scripts.walk_revisions()}:
            raise DatabaseNewer(data / FILENAME, revision)
        _back_up(data, revision)
    elif inspect(connection).get_table_names():
        raise DatabaseDamaged(data / FILENAME)
    command.upgrade(config, "head")
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise DatabaseDamaged(data / FILENAME)


def _back_up(data: Path, revision: str) -> None:
    target = data / "backups" / f"troupe-{revision}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    unfinished = target.with_suffix(".unfinished")
    target.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        # SQLite's own copy: the newest lines stand in the write-ahead log, beside the file.
        with closing(sqlite3.connect(data / FILENAME)) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)


def _async_engine(data: Path, pragmas: tuple[str, ...], begin: str, *, pool_size: int) -> AsyncEngine:
    engine = create_async_engine(
        _url("sqlite+aiosqlite", data),
        async_creator=lambda: driver.Connection(data / FILENAME, **_connect_args()),
        pool_size=pool_size,
        max_overflow=0,
    )
    _listen(engine.sync_engine, pragmas, begin)
    event.listen(engine.sync_engine, "invalidate", _undo)
    return engine


def _undo(connection: Any, _record: object, _error: object) -> None:
    """Free what a connection holds that is given up, as when its task is cancelled: it may live on for a while."""
    connection.rollback()


def _listen(engine: Engine, pragmas: tuple[str, ...], begin: str) -> None:
    def on_connect(connection: Any, _: object) -> None:
        cursor = connection.cursor()
        for pragma in pragmas:
            cursor.execute(pragma)
        cursor.close()

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(engine, "connect", on_connect)
    event.listen(engine, "begin", on_begin)


def _url(driver: str, data: Path) -> URL:
    return URL.create(driver, database=str(data / FILENAME))


def _connect_args() -> dict[str, Any]:
    # Without a level sqlite3 leaves transactions alone; by itself it would begin late, and not at all before a CREATE.
    return {"isolation_level": None, "timeout": BUSY_TIMEOUT_S}
