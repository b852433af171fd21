"""What can be wrong with a card or a lorebook. `str(error)` is one sentence that may be shown to a user."""

import reprlib


class CardError(Exception):
    """A card cannot be read.

    `problem` is a clause that names the field, where there is one, and what was expected of it.
    """

    what = "card"
    verdict = "cannot be read"

    def __init__(self, source: str, problem: str) -> None:
        shown = "".join(char if char.isprintable() else "?" for char in source)
        super().__init__(f"The {self.what} {shown} {self.verdict}: {problem}.")
        self.source = source
        self.problem = problem


class CardRefused(CardError):
    """A card can be read, but nobody will play it."""

    verdict = "is refused"


class LorebookError(CardError):
    """A lorebook cannot be read, be it a card's or one of its own."""

    what = "lorebook"


def quote(value: object) -> str:
    """Quote a value out of a file, on one line and cut short, for a message."""
    return reprlib.repr(value)
