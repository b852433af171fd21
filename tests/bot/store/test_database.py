"""Sessions: who waits for whom, what an error undoes, and what a kill leaves."""

import asyncio
import os
import sqlite3
from contextlib import AsyncExitStack, closing, suppress
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from bot.core import Account
from bot.errors import DatabaseDamaged, DataFolderError, DiskFull
from bot.store import people, scenes
from bot.store.database import FILENAME, Database
from tests.bot.store.play import MIB_OF_TEXT, PLACE, open_scene, say, tell, texts
from tests.bot.store.process import started


@pytest.mark.parametrize("kind", ["reading", "writing"])
async def test_every_connection_has_what_it_needs(database: Database, kind: str) -> None:
    async with getattr(database, kind)() as session:
        found = {
            name: (await session.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000}


async def test_a_turn_of_no_scene_is_refused(database: Database) -> None:
    with pytest.raises(IntegrityError, match="FOREIGN KEY"):
        async with database.writing() as session:
            await say(session, 999, "Hello")


async def test_an_exception_undoes_the_whole_of_a_transaction(database: Database) -> None:
    with suppress(ZeroDivisionError):
        async with database.writing() as session:
            await tell(session, await open_scene(session), "Hello")
            raise ZeroDivisionError
    async with database.reading() as session:
        assert await scenes.current(session, PLACE.id) is None


async def test_a_cancelled_writer_undoes_its_work_and_lets_the_next_one_in(database: Database) -> None:
    begun = asyncio.Event()

    async def write() -> None:
        async with database.writing() as session:
            await open_scene(session)
            begun.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    async with database.writing() as session:
        assert await scenes.current(session, PLACE.id) is None
        await open_scene(session)


async def test_a_reading_session_cannot_write(database: Database) -> None:
    with pytest.raises(DataFolderError):
        async with database.reading() as session:
            await open_scene(session)


@pytest.mark.parametrize("databases", [1, 2], ids=["one", "two"])
async def test_writers_in_parallel_lose_nothing(data: Path, databases: int) -> None:
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(Database.open(data)) for _ in range(databases)]
        await write_in_parallel(opened)


async def write_in_parallel(databases: list[Database]) -> None:
    async with databases[0].writing() as session:
        scene_id = await open_scene(session)

    async def append(number: int) -> None:
        async with databases[number % len(databases)].writing() as session:
            scene = await scenes.current(session, PLACE.id)
            assert scene is not None
            await asyncio.sleep(0)
            await say(session, scene_id, str(number), scene.leaf)

    await asyncio.gather(*(append(number) for number in range(20)))
    async with databases[0].reading() as session:
        assert sorted(map(int, texts(await scenes.story(session, scene_id)))) == list(range(20))


async def test_our_own_writers_wait_for_each_other_however_long_it_takes(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT_S", 0.001)

    async def write() -> None:
        async with database.writing() as session:
            await open_scene(session)
            await asyncio.sleep(0.02)

    async with Database.open(data) as database:
        await asyncio.gather(*(write() for _ in range(5)))


async def test_a_reader_waits_for_no_writer_and_sees_one_moment(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        (hello,) = await tell(session, scene, "Hello")
    async with database.reading() as reader:
        assert texts(await scenes.story(reader, scene)) == ["Hello"]
        async with database.writing() as writer:
            await say(writer, scene, "And?", hello)
            assert texts(await scenes.story(reader, scene)) == ["Hello"]
        assert texts(await scenes.story(reader, scene)) == ["Hello"]
    async with database.reading() as reader:
        assert texts(await scenes.story(reader, scene)) == ["Hello", "And?"]


async def test_another_program_that_holds_the_database_is_named(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.store.database.BUSY_TIMEOUT_S", 0.01)
    async with Database.open(data) as database:
        with closing(sqlite3.connect(data / FILENAME, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(DataFolderError, match="another program holds its database"):
                async with database.writing() as session:
                    await open_scene(session)
        async with database.writing() as session:
            await open_scene(session)


async def test_a_full_disk_is_said_and_loses_nothing_stored(database: Database) -> None:
    async with database.writing() as session:
        scene = await open_scene(session)
        (hello,) = await tell(session, scene, "Hello")
        pages = (await session.execute(text("PRAGMA page_count"))).scalar_one()
        await session.execute(text(f"PRAGMA max_page_count={pages + 2}"))
    with pytest.raises(DiskFull, match="The disk is full"):
        async with database.writing() as session:
            await say(session, scene, MIB_OF_TEXT, hello)
    async with database.writing() as session:
        assert texts(await scenes.story(session, scene)) == ["Hello"]
        await session.execute(text("PRAGMA max_page_count=1000000"))
        await say(session, scene, MIB_OF_TEXT, hello)
        assert texts(await scenes.story(session, scene)) == ["Hello", MIB_OF_TEXT]


async def test_a_damaged_page_is_said(data: Path) -> None:
    path = data / FILENAME
    intact = path.read_bytes()
    path.write_bytes(intact[:4096] + b"\xff" * (len(intact) - 4096))
    with pytest.raises(DatabaseDamaged, match=r"troupe\.db is damaged"):
        async with Database.open(data) as database, database.writing() as session:
            await open_scene(session)


async def test_closing_leaves_one_file(data: Path) -> None:
    async with Database.open(data) as database:
        async with database.writing() as session:
            await open_scene(session)
        async with database.reading() as session:
            assert await scenes.current(session, PLACE.id) is not None
    assert os.listdir(data) == [FILENAME]


KILLED = """
import asyncio, sys
from pathlib import Path
from random import Random
from bot.store.database import Database
from tests.bot.store.play import MIB_OF_TEXT, open_scene, say

async def main() -> None:
    async with Database.open(Path(sys.argv[1])) as database:
        async with database.writing() as session:
            scene = await open_scene(session)
            line = await say(session, scene, "Hello")
        async with database.writing() as session:
            await say(session, scene, MIB_OF_TEXT, line.id)
            print("written, not committed", flush=True)
            await asyncio.Event().wait()

asyncio.run(main())
"""


async def test_a_kill_amid_a_transaction_loses_nothing_committed(data: Path) -> None:
    with started(KILLED, str(data)) as child:
        child.kill()
    assert (data / f"{FILENAME}-wal").exists()
    async with Database.open(data) as database, database.writing() as session:
        scene = await scenes.current(session, PLACE.id)
        assert scene is not None
        assert texts(scene.turns) == ["Hello"]
        await say(session, scene.id, "And?", scene.leaf)
        assert texts(await scenes.story(session, scene.id)) == ["Hello", "And?"]


async def test_a_write_that_is_cancelled_anywhere_leaves_the_next_one_free(database: Database) -> None:
    rng = Random(3)

    async def write(number: int) -> None:
        async with database.writing() as session:
            for part in "ab":
                await people.person_of(session, Account(f"{part}:{number}", "Anna"))

    for number in range(150):
        cancelled = asyncio.create_task(write(number))
        await asyncio.sleep(rng.random() * 0.004)
        cancelled.cancel()
        await asyncio.gather(cancelled, return_exceptions=True)
        await write(1000 + number)
