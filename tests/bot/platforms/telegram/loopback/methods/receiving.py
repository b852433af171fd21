"""How the bot gets its updates."""

import re
from typing import Any

from tests.bot.platforms.telegram.loopback.calls import TABLE, Call
from tests.bot.platforms.telegram.loopback.refusals import bad
from tests.bot.platforms.telegram.loopback.state import Json
from tests.bot.platforms.telegram.loopback.updates import Webhook

LONGEST_POLL_SECONDS = 50


@TABLE.answers("getUpdates")
async def get_updates(call: Call) -> list[Json]:
    """Wait for news."""
    seconds = min(call.number("timeout"), LONGEST_POLL_SECONDS)
    more: dict[str, Any] = {"allowed": call.json("allowed_updates"), "limit": call.number("limit", 100)}
    return await call.updates.poll(offset=call.number("offset"), seconds=seconds, **more)


@TABLE.answers("setWebhook")
async def set_webhook(call: Call) -> bool:
    """Have news posted. Unlike Telegram this takes http and any port: it is a loopback."""
    secret = call.text("secret_token") or None
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise bad("secret token contains unallowed characters")
    _drop(call)
    url = call.text("url")
    call.updates.set_webhook(Webhook(url, secret) if url else None, call.json("allowed_updates"))
    return True


@TABLE.answers("deleteWebhook")
async def delete_webhook(call: Call) -> bool:
    """Have news no longer posted."""
    _drop(call)
    if call.updates.webhook:
        call.updates.set_webhook(None, None)
    return True


def _drop(call: Call) -> None:
    if call.flag("drop_pending_updates"):
        call.updates.waiting.clear()


@TABLE.answers("getWebhookInfo")
async def get_webhook_info(call: Call) -> Json:
    """Say where news is posted."""
    url = call.updates.webhook.url if call.updates.webhook else ""
    return {"url": url, "has_custom_certificate": False, "pending_update_count": len(call.updates.waiting)}
