"""A migrated data folder and an open database for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import Database, migrate


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("migrated") / "data"
    migrate(folder)
    return folder


@pytest.fixture
def data(tmp_path: Path, migrated: Path) -> Path:
    return Path(shutil.copytree(migrated, tmp_path / "data"))


@pytest.fixture
async def database(data: Path) -> AsyncIterator[Database]:
    async with Database.open(data) as opened:
        yield opened
