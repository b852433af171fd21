"""A real director, a database in a folder of its own and a worker with the tiny model."""

from tests.bot.roleplay.conftest import data, database, director, engine, migrated, talkative

__all__ = ["data", "database", "director", "engine", "migrated", "talkative"]
