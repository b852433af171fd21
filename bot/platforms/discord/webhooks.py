"""The webhooks through which characters post: a pool in each channel, each with one face.

It knows no story. A webhook keeps in its name whose face it has, so that it is found again after a restart.
"""

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Callable

import discord

logger = logging.getLogger(__name__)

POOL = 8
"""Of the 15 that a channel may have: others want some too."""
NAME = "Troupe"
FACELESS = "none"
UNKNOWN_WEBHOOK = 10015
TOO_MANY_WEBHOOKS = 30007

Home = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel


class Webhooks:
    """All webhooks of the bot; those of each channel are looked up once."""

    def __init__(self, application: Callable[[], int | None]) -> None:
        self._application = application
        self._pools: dict[int, OrderedDict[str, discord.Webhook]] = {}
        self._locks: dict[int, asyncio.Lock] = {}

    async def with_face(self, home: Home, picture: bytes | None) -> discord.Webhook:
        """Return a webhook of a channel that has a face, made or changed where there is none.

        Raises discord.Forbidden where the bot may not manage webhooks.
        """
        face = hashlib.sha256(picture).hexdigest()[:16] if picture else FACELESS
        async with self._locks.setdefault(home.id, asyncio.Lock()):
            pool = await self._pool(home)
            webhook = pool.get(face)
            if webhook is None:
                try:
                    webhook = pool[face] = await self._faced(home, pool, face, picture)
                except discord.HTTPException:  # somebody may have deleted the one that was to be changed
                    self.forget(home)
                    raise
            pool.move_to_end(face)
            return webhook

    async def by_id(self, home: Home, id: int) -> discord.Webhook | None:
        """Return one of the bot's own webhooks of a channel."""
        async with self._locks.setdefault(home.id, asyncio.Lock()):
            return next((one for one in (await self._pool(home)).values() if one.id == id), None)

    def is_own(self, id: int) -> bool:
        """Tell whether a webhook that has been used since the start is the bot's."""
        return any(one.id == id for pool in self._pools.values() for one in pool.values())

    def forget(self, home: discord.abc.Snowflake) -> None:
        """Look a channel's webhooks up anew next time: somebody has changed them."""
        self._pools.pop(home.id, None)

    async def _pool(self, home: Home) -> OrderedDict[str, discord.Webhook]:
        if home.id not in self._pools:
            pool: OrderedDict[str, discord.Webhook] = OrderedDict()
            for webhook in await home.webhooks():
                name, _, face = (webhook.name or "").partition(" ")
                if webhook.token and name == NAME and face and self._is_ours(webhook):
                    pool[face] = webhook
            self._pools[home.id] = pool
        return self._pools[home.id]

    def _is_ours(self, webhook: discord.Webhook) -> bool:
        return webhook.user is None or webhook.user.id == self._application()

    async def _faced(
        self, home: Home, pool: OrderedDict[str, discord.Webhook], face: str, picture: bytes | None
    ) -> discord.Webhook:
        """Make a webhook with a face, or give it to the one that was used least lately."""
        if len(pool) < POOL:
            try:
                return await home.create_webhook(name=f"{NAME} {face}", avatar=picture)
            except discord.HTTPException as error:
                if error.code != TOO_MANY_WEBHOOKS or not pool:
                    raise
        _, oldest = pool.popitem(last=False)
        return await oldest.edit(name=f"{NAME} {face}", avatar=picture)
