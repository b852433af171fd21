"""Idle work: channels that a trim left approximate are read anew, and swapped in once that is done.

It knows no request: whoever has one to serve abandons it first.
"""

import logging
from collections import deque

import psutil

from engine.cache import Cache
from engine.ledger import Held

CHUNK_TOKENS = 64
"""What is read in a step: whoever comes in the middle of one waits 0.15 s for it (135M parameters, two cores)."""

QUIET_SECONDS = 2.0
"""How long nobody must have asked for anything before it begins."""

logger = logging.getLogger(__name__)


class Healing:
    """One channel at a time, the most recently used first; `setting` is the engine's own `heal`."""

    def __init__(self, cache: Cache, *, setting: str) -> None:
        self._cache = cache
        self._is_on = setting == "on" or (setting == "auto" and not has_battery())
        self._too_long: set[str] = set()
        self._channel = ""
        self._held: Held | None = None
        self._unread: deque[int] = deque()
        self.tokens = 0

    @property
    def patience(self) -> float | None:
        """Return for how many seconds to wait for somebody else to come; None where nothing is to be healed."""
        if self._held:
            return 0.0
        return QUIET_SECONDS if self._next() else None

    def step(self) -> None:
        """Read some more of the channel that is healed, and swap it in once it is whole."""
        if self._held is None:
            self._begin()
        if self._held:
            chunk = [self._unread.popleft() for _ in range(min(CHUNK_TOKENS, len(self._unread)))]
            self._cache.decode([(self._held, chunk, 0)])
            self.tokens += len(chunk)
            if not self._unread:
                self._swap_in(self._held)

    def abandon(self) -> None:
        """Let go of what is half read."""
        if self._held:
            self._cache.drop(self._held)
            self._held = None

    def _next(self) -> str | None:
        if not self._is_on:
            return None
        return next((name for name in self._cache.approximate() if name not in self._too_long), None)

    def _begin(self) -> None:
        if name := self._next():
            if begun := self._cache.begin_anew(name):
                self._channel, (self._held, unread) = name, begun
                self._unread = deque(unread)
            else:
                self._too_long.add(name)

    def _swap_in(self, held: Held) -> None:
        self._held = None
        self._cache.adopt(self._channel, held)
        self._cache.keep_on_disk(self._channel, held.spans[:-1])
        logger.info("a channel was read anew behind its trims: %d tokens", held.length)


def has_battery() -> bool:
    """Tell whether this machine may run on a battery, which idle work would empty."""
    return psutil.sensors_battery() is not None
