"""What a story keeps, defined by a player in a line, such as `trust = wary, warm`. Pure."""

import re
from typing import Any

from bot.errors import PlayError

RANGE = re.compile(r"(-?\d{1,10})\s*(?:\.\.|…|–|to)\s*(-?\d{1,10})\s*(.*)")
LIST = re.compile(r"[,、，]")
TEXT = "text"


def read_definition(written: str) -> dict[str, Any]:
    """Read `day = 1..9`, `health = 0..100 %`, `trust = wary, warm` or `place = text` as a card would define it.

    A number begins with the first of its range, a choice with its first option. What the fields hold is not checked.
    Raises PlayError where it is none of these.
    """
    name, equals, kind = (part.strip() for part in written.partition("="))
    if not (name and equals and kind):
        raise _unclear()
    if found := RANGE.fullmatch(kind):
        return {"kind": "number", "name": name, "least": int(found[1]), "most": int(found[2]), "unit": found[3]}
    options = [option.strip() for option in LIST.split(kind) if option.strip()]
    if len(options) > 1:
        return {"kind": "choice", "name": name, "options": options}
    if kind.casefold() == TEXT:
        return {"kind": "text", "name": name}
    raise _unclear()


def _unclear() -> PlayError:
    return PlayError("A value is defined as day = 1..9, trust = wary, warm or place = text.")
