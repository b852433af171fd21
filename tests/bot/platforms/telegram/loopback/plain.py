"""python-telegram-bot as everybody uses it, pointed at a world of ours."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from telegram import Bot, Update
from telegram.ext import Application, ApplicationBuilder, BaseHandler, ContextTypes
from telegram.request import HTTPXRequest

from tests.bot.platforms.telegram.loopback.world import World

Handlers = Sequence[BaseHandler[Any, Any, Any]]


def bot_of(world: World) -> Bot:
    """Make a bot that only asks."""
    request = HTTPXRequest(connection_pool_size=8)
    return Bot(world.token, world.base_url, world.base_file_url, request=request)


@asynccontextmanager
async def running(
    world: World, handlers: Handlers, *, webhook_port: int = 0, failures: list[Exception] | None = None
) -> AsyncIterator["Application[Any, Any, Any, Any, Any, Any]"]:
    """Run a bot by long polling, or behind a webhook at a port."""
    app = ApplicationBuilder().token(world.token).base_url(world.base_url).base_file_url(world.base_file_url).build()
    app.add_handlers(list(handlers))
    seen = failures if failures is not None else []

    async def note(update: object, context: ContextTypes.DEFAULT_TYPE) -> None:
        if context.error:
            seen.append(context.error)

    app.add_error_handler(note)
    async with app:
        await app.start()
        assert app.updater
        if webhook_port:
            url = f"http://127.0.0.1:{webhook_port}/hook"
            address: dict[str, Any] = {"listen": "127.0.0.1", "port": webhook_port, "url_path": "hook"}
            await app.updater.start_webhook(**address, webhook_url=url, secret_token="open-sesame")
        else:
            await app.updater.start_polling(
                poll_interval=0, timeout=1, allowed_updates=Update.ALL_TYPES, error_callback=seen.append
            )
        try:
            yield app
        finally:
            await app.updater.stop()
            await app.stop()
