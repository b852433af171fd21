"""Where commands work at a data folder: locked, up to date, with everything that cannot be done told in a sentence."""

import io
import os
import sys
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.core import Account
    from bot.store.database import Database
    from bot.words import Words

INTERRUPTED = 130
BROKEN_PIPE = 141

DATA = click.option("--data", metavar="DIR", help="Where the database, caches and logs are kept.")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Desk:
    """A data folder that is held by this process."""

    settings: "Settings"
    words: "Words"

    @property
    def account(self) -> "Account":
        """Whoever sits at this machine, whose it is."""
        from bot.platforms.terminal import local_account

        return local_account(self.settings.terminal.name, self.settings.terminal.language)

    def run(self, work: "Callable[[Database], Awaitable[T]]") -> T:
        """Work with the database until that is done."""
        import asyncio

        from bot.store.database import Database

        async def opened() -> T:
            async with Database.open(self.settings.data) as database:
                return await work(database)

        return asyncio.run(opened())


@contextmanager
def at_desk(data: str | None) -> Generator[Desk]:
    """Hold the data folder, brought up to this program, and let what cannot be done end as a sentence."""
    with explained():
        from bot import app, config
        from bot.store.database import lock, migrate
        from bot.words import Languages, Words

        settings = config.load({"data": data}).settings
        language = settings.terminal.language
        with lock(settings.data), app.logging_to(settings.data / "logs"):
            migrate(settings.data)
            yield Desk(settings, Languages().best(language) if language else Words())


@dataclass(slots=True)
class Reader:
    """Who reads what the program says, and in which language, once that is known."""

    language: str = ""


@contextmanager
def explained() -> Generator[Reader]:
    """Let what cannot be done end as a sentence, and an interruption quietly."""
    from bot.errors import ConfigError, TroupeError
    from bot.platforms.terminal.text import clean
    from bot.words import Languages
    from characters import CardError
    from engine import EngineError

    _tolerate_any_character()
    reader = Reader()
    try:
        yield reader
    except (TroupeError, CardError, EngineError) as error:
        for line in clean(Languages().best(reader.language).explain(error)).splitlines():
            click.echo(f"troupe: {line}", err=True)
        sys.exit(2 if isinstance(error, ConfigError) else 1)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        # What is still buffered for the reader that has gone would fail once more when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)


def _tolerate_any_character() -> None:
    """Let a terminal that cannot show a character show a question mark instead."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
