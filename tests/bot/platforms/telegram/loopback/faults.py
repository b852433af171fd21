"""What goes wrong on the way: by a test's script, or because the bot is too fast."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto

from tests.bot.platforms.telegram.loopback.refusals import Refused, wait
from tests.bot.platforms.telegram.loopback.state import Chat, Clock


class Harm(Enum):
    """What happens to a request."""

    REFUSED = auto()
    BROKEN = auto()  # an answer that is no JSON, as from a proxy
    LOST = auto()  # the connection ends before anything is done
    UNANSWERED = auto()  # it is done, but the connection ends before the answer
    HELD = auto()


@dataclass
class Fault:
    """One thing that goes wrong, `times` times, after `spared` requests went well. `method` may be "*"."""

    method: str
    harm: Harm
    times: int = 1
    spared: int = 0
    refusal: Refused | None = None
    code: int = 502
    released: asyncio.Event = field(default_factory=asyncio.Event)
    met: asyncio.Event = field(default_factory=asyncio.Event)

    def meets(self, method: str) -> bool:
        """Decide about a request, and count it."""
        if self.method not in ("*", method) or self.times <= 0:
            return False
        if self.spared > 0:
            self.spared -= 1
            return False
        self.times -= 1
        self.met.set()
        return True


@dataclass
class Faults:
    """A test's script of what goes wrong."""

    planned: list[Fault] = field(default_factory=list)
    is_offline: bool = False

    def retry_after(self, method: str, seconds: int, *, times: int = 1, spared: int = 0) -> Fault:
        """Refuse with 429 and ask for `seconds` of patience."""
        return self._plan(Fault(method, Harm.REFUSED, times, spared, wait(seconds)))

    def refuse(self, method: str, code: int, reason: str, *, times: int = 1, spared: int = 0) -> Fault:
        """Refuse with any code; `reason` stands without its prefix, such as "Bad Request: "."""
        return self._plan(Fault(method, Harm.REFUSED, times, spared, Refused(code, reason)))

    def server_error(self, method: str, code: int = 502, *, times: int = 1, spared: int = 0) -> Fault:
        """Answer with a page of HTML instead of JSON, as a proxy before Telegram does."""
        return self._plan(Fault(method, Harm.BROKEN, times, spared, code=code))

    def lose(self, method: str, *, times: int = 1, spared: int = 0) -> Fault:
        """Cut the connection before the request is carried out."""
        return self._plan(Fault(method, Harm.LOST, times, spared))

    def lose_answer(self, method: str, *, times: int = 1, spared: int = 0) -> Fault:
        """Cut the connection after the request is carried out: the bot cannot know that it was."""
        return self._plan(Fault(method, Harm.UNANSWERED, times, spared))

    def hold(self, method: str, *, times: int = 1, spared: int = 0) -> Fault:
        """Let a request wait until `released.set()`; `met.wait()` tells when it is there."""
        return self._plan(Fault(method, Harm.HELD, times, spared))

    def clear(self) -> None:
        """Let everything go well again."""
        for fault in self.planned:
            fault.released.set()
        self.planned.clear()
        self.is_offline = False

    def meet(self, method: str) -> Fault | None:
        """Find what goes wrong with a request."""
        return next((fault for fault in self.planned if fault.meets(method)), None)

    def _plan(self, fault: Fault) -> Fault:
        self.planned.append(fault)
        return fault


@dataclass
class Rates:
    """Telegram's limits of speed. Off until a test turns them on. The numbers stand in its FAQ for bots."""

    clock: Clock
    is_on: bool = False
    a_second: int = 30
    a_minute_in_groups: int = 20
    burst: int = 5
    refusals: int = 0
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _chats: dict[int, tuple[float, float]] = field(default_factory=dict)

    def spend(self, chat: Chat) -> None:
        """Count a message or an edit, or refuse it: 30 a second, 20 a minute in a group, 1 a second after a burst."""
        if not self.is_on:
            return
        now = self.clock.now()
        group = self._groups.setdefault(chat.id, deque())
        left, since = self._chats.get(chat.id, (float(self.burst), now))
        left = min(float(self.burst), left + now - since)
        waits = [_full(self._all, now, 1, self.a_second), 0 if left >= 1 else 1 - left]
        if chat.kind != "private":
            waits.append(_full(group, now, 60, self.a_minute_in_groups))
        if max(waits) > 0:
            self.refusals += 1
            raise wait(int(max(waits)) + 1)
        self._all.append(now)
        group.append(now)
        self._chats[chat.id] = (left - 1, now)


def _full(times: deque[float], now: float, seconds: float, most: int) -> float:
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0
