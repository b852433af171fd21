"""The connection to Telegram: logged in, and listening by long polling or behind a webhook. It knows no story."""

import asyncio
import logging
import os
import secrets
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

# The library warns of every RetryAfter that it makes with a number of seconds, unless it is asked for timedeltas.
os.environ.setdefault("PTB_TIMEDELTA", "1")

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError
from telegram.ext import Updater
from telegram.request import HTTPXRequest

from bot.errors import PlatformError
from bot.platforms.config import TelegramSettings
from bot.words import Sentence, sentence

logger = logging.getLogger(__name__)

WANTED = [Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER]
CONNECTIONS = 64
POLL_SECONDS = 30
READ_SECONDS = 20.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 2.0, 60.0
MOST_CONFLICTS = 3
CONFLICT_WINDOW_SECONDS = 60.0
"""A poller that was killed is in the way of the next one for a moment; another that polls on is so again and again."""

WATCH_SECONDS = 300.0

REFUSED = sentence("Telegram does not take the token in telegram.token: copy it anew from @BotFather.").text

Take = Callable[[Update], Awaitable[None]]


class Inbox(asyncio.Queue[object]):
    """Where the library puts updates: each is taken before the next, and before all of them are confirmed.

    What is stored when `take` returns is not lost; what was not confirmed comes again.
    """

    def __init__(self, take: Take) -> None:
        super().__init__()
        self._take = take

    async def put(self, item: object) -> None:
        if not isinstance(item, Update):
            return
        try:
            await self._take(item)
        except Exception:
            logger.exception("an update could not be handled")


@asynccontextmanager
async def logged_in(settings: TelegramSettings, tell: Callable[[Sentence], None]) -> AsyncGenerator[Bot]:
    """Log in; while Telegram cannot be reached it is tried again. Raises PlatformError for a token that is not good."""
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log every address, and the token is part of it
    proxy = settings.proxy.get_secret_value() or None
    try:
        ask = HTTPXRequest(CONNECTIONS, read_timeout=READ_SECONDS, write_timeout=READ_SECONDS, proxy=proxy)
        poll = HTTPXRequest(read_timeout=READ_SECONDS, proxy=proxy)
    except (ValueError, RuntimeError, ImportError) as error:
        raise PlatformError("The proxy telegram.proxy cannot be used: {reason}.", reason=str(error)) from error
    try:
        bot = Bot(
            settings.token.get_secret_value(),
            settings.base_url,
            settings.base_file_url,
            request=ask,
            get_updates_request=poll,
        )
        await _initialize(bot, tell)
        try:
            yield bot
        finally:
            await bot.shutdown()
    finally:  # a bot that was not let in closes nothing of its own
        await ask.shutdown()
        await poll.shutdown()


async def _initialize(bot: Bot, tell: Callable[[Sentence], None]) -> None:
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await bot.initialize()
        except InvalidToken as error:
            raise PlatformError(REFUSED) from error
        except NetworkError as error:
            if pause == FIRST_PAUSE_SECONDS:
                reason = error.message
                tell(sentence("Telegram cannot be reached ({reason}): it is tried again and again.", reason=reason))
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
        except TelegramError as error:
            raise PlatformError("Telegram refuses to let me in: {reason}.", reason=error.message) from error


@asynccontextmanager
async def listening(bot: Bot, settings: TelegramSettings, take: Take) -> AsyncGenerator["asyncio.Future[None]"]:
    """Take updates until the block ends. The future that is yielded raises PlatformError where somebody else does."""
    failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    updater = Updater(bot, Inbox(take))
    await updater.initialize()
    if settings.webhook_url:
        await _behind_webhook(updater, settings)
    else:
        await updater.start_polling(
            timeout=POLL_SECONDS, allowed_updates=WANTED, bootstrap_retries=-1, error_callback=_conflicts(failed)
        )
    watching = asyncio.create_task(_watch(bot, failed))
    try:
        yield failed
    finally:
        watching.cancel()
        await updater.stop()


async def _watch(bot: Bot, failed: "asyncio.Future[None]") -> None:
    """Notice that the token was taken back: the library then asks for updates no more, and says nothing."""
    while not failed.done():
        await asyncio.sleep(WATCH_SECONDS)
        try:
            await bot.get_me()
        except InvalidToken:
            failed.set_exception(PlatformError(REFUSED))
        except TelegramError as error:
            logger.info("Telegram does not answer: %s", error.message)


def _conflicts(failed: "asyncio.Future[None]") -> Callable[[TelegramError], None]:
    times: list[float] = []

    def note(error: TelegramError) -> None:
        logger.warning("no updates from Telegram: %s", error.message)
        if not isinstance(error, Conflict):
            return
        now = time.monotonic()
        times[:] = [at for at in times if now - at < CONFLICT_WINDOW_SECONDS] + [now]
        if len(times) >= MOST_CONFLICTS and not failed.done():
            failed.set_exception(
                PlatformError(
                    "Another program uses this Telegram token at the same time: stop it, or make a new token."
                )
            )

    return note


async def _behind_webhook(updater: Updater, settings: TelegramSettings) -> None:
    try:
        await updater.start_webhook(
            listen=settings.webhook_host,
            port=settings.webhook_port,
            url_path=urlsplit(settings.webhook_url).path.strip("/"),
            webhook_url=settings.webhook_url,
            secret_token=secrets.token_urlsafe(32),
            allowed_updates=WANTED,
            max_connections=1,
        )
    except (TelegramError, OSError) as error:
        raise PlatformError(
            "The webhook {url} cannot be set up: {reason}.", url=settings.webhook_url, reason=str(error)
        ) from error
