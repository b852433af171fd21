"""The command line in this process, at a data folder of its own."""

from tests.bot.conftest import Troupe

__all__ = ["Troupe"]
