"""What people see of a path of turns, where some are deleted or have come to nothing. Pure."""

import re
from collections.abc import Sequence

from bot.core import Turn

NUMBER = re.compile(r"#?0*([1-9]\d{0,8})", re.ASCII)


def said(turns: Sequence[Turn]) -> tuple[Turn, ...]:
    """Return the turns that say something."""
    return tuple(turn for turn in turns if turn.text)


def last_said(turns: Sequence[Turn]) -> Turn | None:
    """Return the last turn that says something."""
    return next((turn for turn in reversed(turns) if turn.text), None)


def is_last_said(turns: Sequence[Turn], turn: Turn) -> bool:
    """Tell whether a turn is on a path, and nothing is said behind it."""
    path = [one.id for one in turns]
    return turn.id in path and not said(turns[path.index(turn.id) + 1 :])


def from_last(turns: Sequence[Turn], count: int) -> tuple[Turn, ...]:
    """Return a path's end, from the one of so many last turns that say something on; all of it where there are less."""
    last = said(turns)[-count:]
    return tuple(turns[turns.index(last[0]) :]) if last else ()


def number_of(written: str) -> int | None:
    """Read a turn's number as a person writes it, `12` or `#12`; None where it is none."""
    found = NUMBER.fullmatch(written.strip())
    return int(found[1]) if found else None
