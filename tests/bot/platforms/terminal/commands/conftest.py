"""A real director for commands: a database in a folder of its own, and a worker with the tiny model."""

from tests.bot.roleplay.conftest import data, database, director, engine, migrated

__all__ = ["data", "database", "director", "engine", "migrated"]
