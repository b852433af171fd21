"""How much is read in a step in which somebody writes, by the time that such steps have taken. Pure: it has no clock.

A step without reading takes so long for so many writers; what one with reading takes longer is the price of its tokens.
"""

SLOWDOWN = 3.0
"""How many times longer than without reading a step may take on average, so that 95 in 100 stay under four times."""

LEAST_TOKENS, FIRST_TOKENS = 4, 8
"""What is read in any case, so that no reader starves; and what while nothing was measured yet."""

WEIGHT = 0.1
"""Of the newest step in what is taken for usual: one in which another program had the processor changes little."""


class Pace:
    """What steps take, in seconds; `most` is the largest number of tokens to be read in one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._alone: dict[int, float] = {}
        self._price: float | None = None

    def budget(self, writers: int) -> int:
        """Return how many tokens may be read beside so many who write."""
        alone = self._alone_of(writers)
        if alone is None or self._price is None:
            return min(FIRST_TOKENS, self._most)
        return min(max(int((SLOWDOWN - 1) * alone / self._price), LEAST_TOKENS), self._most)

    def note(self, writers: int, read: int, seconds: float) -> None:
        """Learn from a step in which so many wrote and so many tokens were read.

        A step that was quick by chance at most doubles what is read. Few tokens, the end of a prompt, say little.
        """
        if not writers:
            return
        if not read:
            self._alone[writers] = _smooth(self._alone.get(writers), seconds)
            return
        alone = self._alone_of(writers)
        if alone is not None and 2 * read >= self.budget(writers):
            self._price = _smooth(self._price, max(seconds - alone, alone) / read)

    def _alone_of(self, writers: int) -> float | None:
        """Return what a step took with so many writers, or with the next fewer that were seen."""
        return self._alone.get(max((seen for seen in self._alone if seen <= writers), default=0))


def _smooth(usual: float | None, newest: float) -> float:
    return newest if usual is None else usual + WEIGHT * (newest - usual)
