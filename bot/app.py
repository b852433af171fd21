"""The running program: every lifetime opened in order, and closed in reverse. It knows no command line."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Generator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import replace
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Any

from bot.config import Settings
from bot.errors import ConfigError, DataFolderError, TroupeError, refused
from bot.platforms import terminal
from bot.roleplay.director import Director
from bot.store.database import Database, lock, migrate
from bot.words import Languages, Sentence, Words, sentence
from characters import CardFile
from engine import Engine, EngineError, ModelError, convert, converted, demo_model

logger = logging.getLogger(__name__)

LOG_BYTES = 1 << 20
LOGS_KEPT = 3
LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TERMINATED = 128 + signal.SIGTERM
FAILED = 1

Play = Callable[..., Coroutine[None, None, None]]
"""Plays on a platform, given `director`, `languages` and whom to `tell`. Raises TroupeError where it cannot log in."""

UNDISTURBED: dict[str, Any] = {"parallel": 1, "heal": "off", "commit": "off"}
"""With a seed, nobody else's tokens stand in a batch and nothing is read in idle time: either moves the last digits."""

NO_MODEL = sentence(
    "No model is set: name a GGUF file with --model, or as engine.model in troupe.toml, "
    "or install the demo model with make setup."
)
NO_PLATFORM = sentence(
    "No platform is configured: set discord.token or telegram.token in troupe.toml, "
    "or TROUPE_DISCORD__TOKEN or TROUPE_TELEGRAM__TOKEN in the environment."
)


def chat(settings: Settings, cards: Sequence[CardFile], *, seed: int | None) -> int:
    """Play a scene in the terminal and return the exit code. Raises TroupeError, EngineError, CardError."""
    model = model_of(settings)
    with lock(settings.data), logging_to(settings.data / "logs"):
        migrate(settings.data)
        engine = replace(settings.engine, model=fast_model(settings, model))
        if seed is not None:
            engine = replace(engine, **UNDISTURBED)
        is_demo = model == demo_model()
        return _run(_chat(replace(settings, engine=engine), cards, Languages(), seed=seed, is_demo=is_demo))


def model_of(settings: Settings) -> Path:
    """Return the file of the model that plays. Raises ConfigError where none is set."""
    if settings.engine.model is None:
        raise ConfigError(NO_MODEL)
    return settings.engine.model


def fast_model(settings: Settings, model: Path) -> Path:
    """Return the file to be loaded: for the demo model, or where it is set, a copy that a processor reads faster.

    It is made where it is not there yet. Where that fails, the model is played as it is.
    """
    if not (settings.engine.convert or model == demo_model()):
        return model
    copy = converted(model, settings.engine.cache or settings.data / "cache")
    if not copy.is_file():
        converting = sentence(
            "Converting {model} to Q8_0, once: processors read that faster. It goes to {folder}.",
            model=model.name,
            folder=copy.parent,
        )
        terminal.note(Languages().best(settings.terminal.language).say(converting))
        try:
            convert(model, copy)
        except ModelError as error:
            logger.warning("%s", error)
            return model
    return copy


def run(settings: Settings) -> int:
    """Play on every platform that has a token, until told to stop, and return the exit code.

    Raises TroupeError, EngineError.
    """
    platforms = _platforms(settings)
    if not platforms:
        raise ConfigError(NO_PLATFORM)
    model = model_of(settings)
    with lock(settings.data), logging_to(settings.data / "logs"):
        migrate(settings.data)
        engine = replace(settings.engine, model=fast_model(settings, model))
        return _run(_play(replace(settings, engine=engine), platforms, Languages()))


def _platforms(settings: Settings) -> dict[str, Play]:
    """Return how each platform that has a token is played; only these are imported."""
    plays: dict[str, Play] = {}
    if settings.discord.token.get_secret_value():
        from bot.platforms import discord

        plays["Discord"] = partial(discord.play, settings=settings.discord)
    if settings.telegram.token.get_secret_value():
        from bot.platforms import telegram

        plays["Telegram"] = partial(telegram.play, settings=settings.telegram)
    return plays


@contextmanager
def logging_to(folder: Path) -> Generator[None]:
    """Write what happens to `troupe.log` in a folder, and nothing of it to the console. Raises DataFolderError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            folder / "troupe.log", maxBytes=LOG_BYTES, backupCount=LOGS_KEPT, encoding="utf-8", errors="replace"
        )
    except OSError as error:
        raise DataFolderError(folder, refused(error)) from error
    handler.setFormatter(logging.Formatter(LOG_FORMAT))
    # A full disk would print a traceback for each line that is not written.
    logging.raiseExceptions = False
    logging.captureWarnings(True)
    root = logging.getLogger()
    root.setLevel(logging.INFO)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        handler.close()


async def _chat(
    settings: Settings, cards: Sequence[CardFile], languages: Languages, *, seed: int | None, is_demo: bool
) -> int:
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(settings.data))
        with terminal.working(languages.best(settings.terminal.language).say(_loading(settings))):
            engine = await stack.enter_async_context(Engine.open(settings.engine))
        director = Director(database, engine, settings.play, seed=seed)
        await director.clear_up()
        if seed is None:  # when it is quiet is no matter of chance, but of time
            await stack.enter_async_context(director.idle.open())
        return await terminal.play(director, settings.terminal, languages, cards=cards, is_demo=is_demo)


async def _play(settings: Settings, platforms: Mapping[str, Play], languages: Languages) -> int:
    """Play on all platforms side by side, on one director, until all have ended: by themselves that is a failure."""
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(Database.open(settings.data))
        words = languages.best(settings.terminal.language)
        with terminal.working(words.say(_loading(settings))):
            engine = await stack.enter_async_context(Engine.open(settings.engine))
        director = Director(database, engine, settings.play)
        await director.clear_up()
        await stack.enter_async_context(director.idle.open())
        tasks = await stack.enter_async_context(asyncio.TaskGroup())

        def tell(said: Sentence) -> None:
            terminal.note(words.say(said))

        for name, play in platforms.items():
            tasks.create_task(_played(name, play(director, languages=languages, tell=tell), words))
    return FAILED


def _loading(settings: Settings) -> Sentence:
    return sentence("Loading {model} …", model=model_of(settings).name)


async def _played(name: str, playing: Coroutine[None, None, None], words: Words) -> None:
    """Play on one platform. Where that ends, this is told, and the others go on."""
    try:
        await playing
    except (TroupeError, EngineError) as error:
        terminal.note(words.explain(error))
    except Exception:
        logger.exception("%s has failed", name)
        terminal.note(words.say(sentence("{name} has failed: the log says more.", name=name)))


def _run(playing: Coroutine[None, None, int]) -> int:
    """Run until the end, or until the process is told to stop: then everything is closed in good order too."""

    async def stoppable() -> int:
        task = asyncio.current_task()
        assert task is not None
        # Windows has neither these handlers nor SIGHUP; there the console ends the process.
        for number in (signal.SIGTERM, signal.SIGHUP) if sys.platform != "win32" else ():
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        return await playing

    try:
        return asyncio.run(stoppable())
    except asyncio.CancelledError:
        return TERMINATED
