"""Idle work: what was written in a fork is read into its channel as the turn that it is to become.

The next prompt would read it first; before that the player thinks. It knows no request: whoever has one to serve
abandons it, and what was read by then is a part of what that one wants.
"""

from collections import OrderedDict, deque
from collections.abc import Sequence
from dataclasses import dataclass

from engine.cache import Cache
from engine.causes import Pasts
from engine.ledger import Held
from engine.plan import Capability, Span, length_of

CHUNK_TOKENS = 32
"""What is read in a step: whoever comes in the middle of one waits 0.07 s for it (135M parameters, two cores)."""

QUIET_SECONDS = 0.15
"""How long nobody must have asked for anything before it begins. The next character and suggestions are asked for
sooner, and read the reply in larger batches; a person takes longer."""

CHANNELS_REMEMBERED = 64


@dataclass(frozen=True, slots=True)
class Due:
    """The story that a channel is to hold, with the reply as its last span."""

    story: tuple[Span, ...]
    exact: bool


class Committing:
    """One channel at a time, the one that was answered last first; `setting` is the engine's own `commit`.

    A model that can only append is left alone: a reply that is retried could not be taken out again.
    """

    def __init__(self, cache: Cache, pasts: Pasts, *, setting: str) -> None:
        self._cache = cache
        self._pasts = pasts
        self._is_on = setting == "on" and cache.capability is not Capability.APPEND
        self._due: OrderedDict[str, Due] = OrderedDict()
        self._channel = ""
        self._held: Held | None = None
        self._unread: deque[int] = deque()
        self.tokens = 0

    @property
    def patience(self) -> float | None:
        """Return for how many seconds to wait for somebody else to come; None where nothing is due."""
        if self._held:
            return 0.0
        return QUIET_SECONDS if self._due else None

    def expect(self, channel: str, story: Sequence[Span], *, exact: bool) -> None:
        """Note that a channel will soon be wanted to hold this story, whose last span was written for it."""
        if self._is_on:
            self._due[channel] = Due(tuple(story), exact)
            if len(self._due) > CHANNELS_REMEMBERED:
                self._due.popitem(last=False)

    def forget(self, channel: str) -> None:
        """Expect nothing of a channel: somebody says what is wanted there."""
        self._due.pop(channel, None)

    def step(self) -> None:
        """Read some more of the reply that is due, and write the channel behind once it is whole."""
        if self._held is None:
            self._begin()
        if self._held:
            chunk = [self._unread.popleft() for _ in range(min(CHUNK_TOKENS, len(self._unread)))]
            if chunk:
                self._cache.decode([(self._held, chunk, 0)])
                self.tokens += len(chunk)
            if not self._unread:
                self._finish()

    def abandon(self) -> None:
        """Leave the rest for later, or for whoever wants it."""
        self._held = None

    def _begin(self) -> None:
        name, due = next(reversed(self._due.items()))
        if not self._has_room(name, due.story):
            self.forget(name)
            return
        held = self._cache.open(name, due.story, exact=due.exact, busy=()).held
        work = self._cache.bring(held, due.story, reread=0, exact=due.exact)
        if len(work.evaluate.tokens) > len(due.story[-1]):
            self.forget(name)  # some of the story is missing too: that is the next prompt's business
            return
        self._channel, self._held, self._unread = name, held, deque(work.evaluate.tokens)

    def _has_room(self, name: str, story: Sequence[Span]) -> bool:
        """Make room for a story, without pushing its own channel out of RAM for it."""
        missing = max(0, length_of(story) - self._cache.length(name))
        is_near = self._cache.is_near
        return is_near(name) and self._cache.make_room(missing, sequences=1, busy={name}) and is_near(name)

    def _finish(self) -> None:
        self._held = None
        due = self._due.pop(self._channel)
        self._pasts.of(self._channel).has_read(due.story)
        self._cache.keep_on_disk(self._channel, due.story)
