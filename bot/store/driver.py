"""SQLite in a thread of its own: to aiosqlite a statement is four errands to that thread, here it is one.

A reply takes a hundred statements, and the way there and back costs more than most of them.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite


class Cursor:
    """A cursor as SQLAlchemy wants one. Once something is executed its rows are here, and nothing is open any more."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._rows: Sequence[Any] = ()
        self.arraysize = 1
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> None:
        await self._run(sqlite3.Cursor.execute, sql, parameters)

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> None:
        await self._run(sqlite3.Cursor.executemany, sql, parameters)

    async def fetchall(self) -> Sequence[Any]:
        return self._rows

    async def close(self) -> None:
        self._rows = ()

    async def _run(self, execute: Callable[..., Any], sql: str, parameters: Any) -> None:
        def errand(connection: sqlite3.Connection) -> None:
            with closing(connection.cursor()) as cursor:
                execute(cursor, sql, parameters)
                self._rows = cursor.fetchall()
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid

        await self._connection._execute(errand, self._connection._connection)


class Connection(aiosqlite.Connection):
    """A connection to a database file. Await it to open it."""

    def __init__(self, file: Path, **arguments: Any) -> None:
        super().__init__(partial(sqlite3.connect, file, **arguments), iter_chunk_size=1)
        # One that nobody closes must not keep the process from ending.
        self._thread.daemon = True

    def cursor(self) -> Any:
        """Return what executes one statement in one errand."""
        return Cursor(self)
