"""What a test lets go wrong with requests: each fault meets the next requests of its route, so many times."""

import asyncio
import fnmatch
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.bot.platforms.discord.loopback.refusals import Refusal


class HangUp(Exception):
    """Close the connection without an answer."""


@dataclass(slots=True)
class Fault:
    """`before` meets the request before it has any effect, `after` when it already had it."""

    route: str
    times: int
    seconds: float = 0
    before: Exception | None = None
    after: Exception | None = None
    happens: Callable[[], object] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    met: int = 0


class TooMany(Refusal):
    """A scripted 429; without `via` it looks like Cloudflare's, which discord.py does not retry."""

    def __init__(self, retry_after: float, everywhere: bool = False, via: bool = True) -> None:
        super().__init__(429, 0, "You are being rate limited.")
        self.body = {"message": str(self), "retry_after": retry_after, "global": everywhere}
        self.headers = {"Retry-After": str(retry_after), "X-RateLimit-Scope": "global" if everywhere else "user"}
        if via:
            self.headers["Via"] = "1.1 loopback"
        if everywhere:
            self.headers["X-RateLimit-Global"] = "true"


class Faults:
    """Routes are written as `METHOD /path`, with Discord's own names in braces or stars: `PATCH /webhooks/*`."""

    def __init__(self) -> None:
        self.scripted: list[Fault] = []

    def _add(self, fault: Fault) -> Fault:
        self.scripted.append(fault)
        return fault

    def too_many(self, route: str, retry_after: float, everywhere: bool = False, via: bool = True, times: int = 1):
        """Answer 429 with `retry_after` in seconds; `everywhere` makes it the global limit."""
        return self._add(Fault(route, times, before=TooMany(retry_after, everywhere, via)))

    def fails(self, route: str, status: int = 500, times: int = 1) -> Fault:
        """Answer a server's error, before anything is done."""
        return self._add(Fault(route, times, before=Refusal(status, 0, f"{status}: Internal Server Error")))

    def loses_the_answer(self, route: str, status: int = 500, times: int = 1) -> Fault:
        """Do what is asked, then answer as if it had failed."""
        return self._add(Fault(route, times, after=Refusal(status, 0, f"{status}: Internal Server Error")))

    def refuses(self, route: str, status: int, code: int, message: str = "No", times: int = 1) -> Fault:
        return self._add(Fault(route, times, before=Refusal(status, code, message)))

    def hangs_up(self, route: str, times: int = 1) -> Fault:
        return self._add(Fault(route, times, before=HangUp()))

    def is_slow(self, route: str, seconds: float, times: int = 1) -> Fault:
        return self._add(Fault(route, times, seconds))

    def meanwhile(self, route: str, happens: Callable[[], object], times: int = 1) -> Fault:
        """Let something happen as the request comes in: a webhook or a channel that goes, a permission taken."""
        return self._add(Fault(route, times, happens=happens))

    def take(self, method: str, template: str, path: str) -> Fault | None:
        """The first fault that waits for this request; it has one time less with that."""
        for fault in self.scripted:
            named = [f"{method} {template}", f"{method} {path}"]
            if fault.met < fault.times and any(fnmatch.fnmatchcase(name, fault.route) for name in named):
                fault.met += 1
                return fault
        return None

    async def strike(self, fault: Fault | None) -> None:
        if fault is None:
            return
        if fault.seconds:
            await asyncio.sleep(fault.seconds)
        if fault.happens:
            fault.happens()
        if fault.before:
            raise fault.before
