"""What a worker does while nobody asks for anything: what is due soonest first."""

from engine.committing import Committing
from engine.healing import Healing


class Idle:
    """Replies are committed, then what trims have shifted is healed."""

    def __init__(self, committing: Committing, healing: Healing) -> None:
        self._work = (committing, healing)

    @property
    def patience(self) -> float | None:
        """Return for how many seconds to wait for somebody else to come; None where there is nothing to do."""
        work = self._next()
        return work.patience if work else None

    def step(self) -> None:
        """Do a little."""
        if work := self._next():
            work.step()

    def abandon(self) -> None:
        """Make way for whoever comes."""
        for work in self._work:
            work.abandon()

    def _next(self) -> Committing | Healing | None:
        return next((work for work in self._work if work.patience is not None), None)
