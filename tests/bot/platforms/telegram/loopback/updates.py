"""How news reaches the bot: a queue that is confirmed by asking for what comes after, or a webhook."""

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass, field

import aiohttp

from tests.bot.platforms.telegram.loopback.refusals import NEW_WEBHOOK, OTHER_POLLER, WEBHOOK_ACTIVE, Refused
from tests.bot.platforms.telegram.loopback.state import Bell, Json

NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
MOST_AT_ONCE = 100
WEBHOOK_PAUSE_SECONDS = 0.2

log = logging.getLogger(__name__)


@dataclass
class Webhook:
    """Where updates are posted to."""

    url: str
    secret: str | None


@dataclass
class Updates:
    """Updates that are not confirmed yet. They are kept until they are, so a bot that died gets them again."""

    waiting: list[Json] = field(default_factory=list)
    told: list[Json] = field(default_factory=list)
    again: list[Json] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    webhook: Webhook | None = None
    news: Bell = field(default_factory=Bell)
    polls: int = 0
    last: int = 1000
    _poller: object | None = None
    _conflict: str = OTHER_POLLER

    def add(self, kind: str, content: Json) -> None:
        """Tell the bot of something, if it asked for news of that kind."""
        if kind in self.allowed or (not self.allowed and kind not in NOT_BY_DEFAULT):
            self.last += 1
            self.told.append({"update_id": self.last, kind: content})
            self.waiting.append(self.told[-1])
            self.news.ring()

    def repeat(self, count: int = 1) -> None:
        """Send the newest updates once more, as happens after a lost connection."""
        self.again += self.told[-count:]
        self.news.ring()

    async def poll(self, *, offset: int, limit: int, seconds: float, allowed: list[str] | None) -> list[Json]:
        """Answer getUpdates: wait until there is news, the time is over, or another poller takes over (409)."""
        if self.webhook:
            raise Refused(409, WEBHOOK_ACTIVE)
        self.allowed = self.allowed if allowed is None else allowed
        self._confirm(offset)
        poller = self._poller = object()
        self._conflict = OTHER_POLLER
        self.polls += 1
        self.news.ring()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while not (self.waiting or self.again) and self._poller is poller:
                    await self.news.wait()
        if self._poller is not poller:
            raise Refused(409, self._conflict)
        self._poller = None
        again, self.again = self.again, []
        return (again + self.waiting)[: min(max(limit, 1), MOST_AT_ONCE)]

    @property
    def is_polled(self) -> bool:
        """Whether a getUpdates waits right now."""
        return self._poller is not None

    def leave(self) -> None:
        """Notice that the poller has gone."""
        self._poller = None

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.waiting = self.waiting[offset:]
        elif offset:
            self.waiting = [update for update in self.waiting if update["update_id"] >= offset]
        self.news.ring()

    def set_webhook(self, webhook: Webhook | None, allowed: list[str] | None) -> None:
        """Begin to post updates, or end it."""
        self.webhook = webhook
        self.allowed = self.allowed if allowed is None else allowed
        self._conflict = NEW_WEBHOOK
        if webhook:
            self._poller = None
        self.news.ring()

    async def deliver(self) -> None:
        """Post updates to the webhook, in order, each until it is taken."""
        async with aiohttp.ClientSession() as session:
            while True:
                if self.webhook:
                    self.waiting, self.again = self.again + self.waiting, []
                if not (self.webhook and self.waiting):
                    await self.news.wait()
                elif not await self._post(session, self.webhook, self.waiting[0]):
                    await asyncio.sleep(WEBHOOK_PAUSE_SECONDS)
                else:
                    self.waiting = self.waiting[1:]
                    self.news.ring()

    async def _post(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": webhook.secret} if webhook.secret else {}
        try:
            async with session.post(webhook.url, json=update, headers=headers) as answer:
                return answer.ok
        except aiohttp.ClientError:
            log.info("the webhook does not answer")
            return False
