"""The short quiet before an answer, so that all that is said in a row is answered once.

It knows neither what is said nor who answers. Time comes from a clock, which a test can turn.
"""

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field

from bot.core import Account, Patience, Place, Scene, Turn
from bot.roleplay.house import House

FORGOTTEN_S = 60.0
"""After so long a sign that somebody types means nothing on any platform."""


def due(patience: Patience, *, first: float, last: float, typing: Iterable[float], people: int) -> float:
    """Return when an answer is due, on the clock of all these times: of the lines that wait, and of signs of typing."""
    quiet = patience.alone_s if people < 2 else patience.several_s
    ends = (last + quiet, *(at + patience.typing_s for at in typing))
    return min(max(ends), first + patience.most_s)


def people_in(scene: Scene) -> int:
    """Count the people who play in a scene."""
    players = (player.person for player in scene.players)
    return len({*players, *(turn.person for turn in scene.turns if turn.person is not None)})


def still_said(scene: Scene, lines: Iterable[Turn]) -> list[Turn]:
    """Return the lines that are to be answered, as they read now: none that was taken back, and none in a pause."""
    wanted = {line.id for line in lines}
    return [turn for turn in scene.turns if turn.id in wanted and turn.text and not scene.is_paused]


class Clock:
    """The clock of this machine, in seconds since whenever."""

    def now(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float, woken: asyncio.Event) -> None:
        """Sleep so long, or until woken."""
        with suppress(TimeoutError):
            await asyncio.wait_for(woken.wait(), seconds)


@dataclass(slots=True)
class Silence:
    """The quiet behind lines that wait for one answer: when the first and the last of them were said, if any was."""

    patience: Patience | None = None
    first: float | None = None
    last: float = 0.0
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def end(self) -> None:
        """Let nobody wait any longer: the lines are taken back."""
        self.first = None
        self.woken.set()


class Quiet:
    """Waits for it to be quiet at a place, and knows who types there."""

    def __init__(self, house: House, clock: Clock) -> None:
        self._house = house
        self._clock = clock
        self._typing: dict[str, dict[str, float]] = {}

    def typing(self, place: Place, account: Account) -> None:
        """Note that somebody shows to be typing now."""
        now = self._clock.now()
        for signs in self._typing.values():
            for old in [id for id, at in signs.items() if at + FORGOTTEN_S < now]:
                del signs[old]
        self._typing = {id: signs for id, signs in self._typing.items() if signs}
        self._typing.setdefault(place.id, {})[account.id] = now

    def said(self, place: Place, account: Account, silence: Silence, patience: Patience | None) -> None:
        """Note that somebody has said a line, and so types no more."""
        self._typing.get(place.id, {}).pop(account.id, None)
        silence.last = self._clock.now()
        silence.first = silence.last if silence.first is None else silence.first
        silence.patience = patience
        silence.woken.set()

    async def wait(self, place: Place, silence: Silence) -> None:
        """Wait until what was said at a place may be answered; not at all where nobody is to have patience."""
        while silence.patience:
            people = people_in(await self._house.scene(place))
            left = self._left(place, silence, people)
            if left <= 0:
                return
            silence.woken.clear()
            await self._clock.sleep(left, silence.woken)

    def _left(self, place: Place, silence: Silence, people: int) -> float:
        patience, first = silence.patience, silence.first
        if patience is None or first is None:
            return 0
        typing = self._typing.get(place.id, {}).values()
        return due(patience, first=first, last=silence.last, typing=typing, people=people) - self._clock.now()
