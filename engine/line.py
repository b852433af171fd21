"""Who waits, and who is next: pure. Urgent work first, users and their channels in fair turns, nobody for ever.

Within a class of urgency the turns go round by deficit (Shreedhar and Varghese, Efficient Fair Queuing Using Deficit
Round Robin, 1995), in tokens: whoever has used more than a share waits until the others have had theirs.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from engine.messages import Request

QUANTUM_TOKENS = 512
"""What a user may use before it is somebody else's turn: about a reply with the reading it needs."""

AGEING_SECONDS = 15.0
"""Whoever has waited so long counts as one class more urgent."""


@dataclass(frozen=True, slots=True)
class Waiter:
    """A request in line, and when it came (seconds of a monotonic clock)."""

    request: Request
    arrived: float


class Turns:
    """A round of names, each with what it may still use."""

    def __init__(self) -> None:
        self._deficits: dict[str, float] = {}

    def choose(self, names: Iterable[str]) -> str:
        """Return whose turn it is among some names, newcomers last; those who have used too much are passed over."""
        names = dict.fromkeys(names)
        for name in names:
            self._deficits.setdefault(name, 0.0)
        while True:
            for name in [name for name in self._deficits if name in names]:
                if self._deficits[name] >= 0:
                    self._deficits[name] = self._deficits.pop(name)
                    return name
                self._deficits[name] += QUANTUM_TOKENS

    def charge(self, name: str, tokens: float) -> None:
        """Note what somebody has used."""
        if name in self._deficits:
            self._deficits[name] -= tokens

    def forget(self, names: set[str]) -> None:
        """Forget all but these: whoever asks for nothing neither saves up nor stays in debt."""
        self._deficits = {name: deficit for name, deficit in self._deficits.items() if name in names}


class Line:
    """The requests that wait."""

    def __init__(self) -> None:
        self._waiters: dict[int, Waiter] = {}
        self._turn: int | None = None
        self._users = Turns()
        self._channels = Turns()

    def __len__(self) -> int:
        return len(self._waiters)

    def add(self, waiter: Waiter) -> None:
        """Put a request in line."""
        self._waiters[waiter.request.id] = waiter

    def remove(self, request_id: int) -> Waiter | None:
        """Take a request out of the line, wherever it stands."""
        return self._waiters.pop(request_id, None)

    def next(self, now: float, can_start: Callable[[Request], bool]) -> Waiter | None:
        """Return who is next among those who can start, and leave them in line until they are removed.

        Whoever found no room keeps the turn, or others who need less would be served for ever.
        """
        ready = [waiter for waiter in self._waiters.values() if can_start(waiter.request)]
        if not ready:
            return None
        most = min(urgency(waiter.request, waiter.arrived, now) for waiter in ready)
        ready = [waiter for waiter in ready if urgency(waiter.request, waiter.arrived, now) == most]
        for waiter in ready:
            if waiter.request.id == self._turn:
                return waiter
        user = self._users.choose(waiter.request.user for waiter in ready)
        ready = [waiter for waiter in ready if waiter.request.user == user]
        channel = self._channels.choose(waiter.request.channel for waiter in ready)
        chosen = next(waiter for waiter in ready if waiter.request.channel == channel)
        self._turn = chosen.request.id
        return chosen

    def charge(self, request: Request, tokens: float) -> None:
        """Note what a request has used once it has ended."""
        waiting = [waiter.request for waiter in self._waiters.values()]
        self._users.charge(request.user, tokens)
        self._users.forget({one.user for one in waiting})
        self._channels.charge(request.channel, tokens)
        self._channels.forget({one.channel for one in waiting})


def urgency(request: Request, arrived: float, now: float) -> int:
    """Return how urgent a request is by now, the most urgent 0."""
    return max(0, request.priority - int((now - arrived) / AGEING_SECONDS))
