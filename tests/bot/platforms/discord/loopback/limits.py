"""Rate limits as Discord tells them: a bucket for each route and each channel or webhook in it."""

import time
from dataclasses import dataclass, field
from hashlib import sha1

from tests.bot.platforms.discord.loopback.faults import TooMany

MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token")
REAL = {
    "POST /channels/{channel_id}/messages": (5, 5.0),
    "PATCH /channels/{channel_id}/messages/{message_id}": (5, 5.0),
    "POST /webhooks/{webhook_id}/{webhook_token}": (5, 2.0),
    "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": (5, 5.0),
    "PUT /channels/{channel_id}/messages/{message_id}/reactions/{emoji_name}/@me": (1, 0.25),
}
"""What is commonly seen, as requests per seconds; Discord publishes none and says to obey the headers."""


@dataclass(slots=True)
class Limits:
    """Requests and seconds by route; those that are not named get the usual ones, wide enough not to slow a test."""

    usual: tuple[int, float] = (50, 1.0)
    by_route: dict[str, tuple[int, float]] = field(default_factory=dict)
    refused: int = 0
    _buckets: dict[str, tuple[float, int]] = field(default_factory=dict)

    def as_the_real_ones(self) -> None:
        self.by_route = dict(REAL)

    def count(self, route: str, params: dict[str, str]) -> dict[str, str]:
        """Count a request and return the headers of its answer; raises a 429 for one too many."""
        most, per = self.by_route.get(route, self.usual)
        key = route + "".join(params.get(name, "") for name in MAJOR)
        now = time.time()
        ends, used = self._buckets.get(key, (0.0, 0))
        if now >= ends:
            ends, used = now + per, 0
        self._buckets[key] = (ends, used + 1)
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - used - 1)),
            "X-RateLimit-Reset": f"{ends:.3f}",
            "X-RateLimit-Reset-After": f"{max(0.0, ends - now):.3f}",
            "X-RateLimit-Bucket": sha1(route.encode(), usedforsecurity=False).hexdigest()[:32],
        }
        if used >= most:
            self.refused += 1
            refusal = TooMany(round(ends - now, 3))
            refusal.headers |= headers
            raise refusal
        return headers
