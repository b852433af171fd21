"""A real director for commands, a database in a folder of its own and a worker with the tiny model; and who types."""

import pytest_asyncio

from bot.roleplay.director import Director
from tests.bot.platforms.theatre import Typist, typist
from tests.bot.roleplay.conftest import SILENT, card, data, database, director, engine, migrated

__all__ = ["data", "database", "director", "engine", "migrated"]


@pytest_asyncio.fixture(loop_scope="module")
async def alone(director: Director) -> Typist:
    """Play with Mira, who never answers unasked."""
    return await typist(director, SILENT)


@pytest_asyncio.fixture(loop_scope="module")
async def together(director: Director) -> Typist:
    """Play with Mira and Tomas, who talk."""
    return await typist(director, card("Mira"), card("Tomas"))
