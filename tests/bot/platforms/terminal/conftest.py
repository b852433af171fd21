"""A real director, for commands that a false one would tell nothing about."""

from tests.bot.roleplay.conftest import data, database, director, engine, migrated

__all__ = ["data", "database", "director", "engine", "migrated"]
