"""A migrated data folder and an open database for each test."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store.database import Database


@pytest.fixture
def data(tmp_path: Path, blank: Path) -> Path:
    return Path(shutil.copytree(blank, tmp_path / "data"))


@pytest.fixture
async def database(data: Path) -> AsyncIterator[Database]:
    async with Database.open(data) as opened:
        yield opened
