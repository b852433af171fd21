"""Keys that are regular expressions, `/pattern/flags` as JavaScript writes them. It knows no entry.

A pattern comes out of a stranger's file, so it is bounded in length and in time.
"""

import re
from collections.abc import Callable
from typing import Final

import regex

LIMIT_PATTERN_CHARS = 4_000
LIMIT_SEARCH_SECONDS = 0.05
LIMIT_ALL_SEARCHES_SECONDS = 0.25

_KEY = re.compile(r"/((?:[^/\\]|\\.)+)/([dgimsuvy]*)", re.DOTALL)
_FLAGS: Final = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
_DIFFERENT = re.compile(r"\\u\{([0-9a-f]{1,6})\}|(\\k)<|\\.|(\[\^\])|(\[\])", re.DOTALL | re.IGNORECASE)


def is_regex(key: str) -> bool:
    """Tell whether a key is a regular expression; a slash inside it must be escaped, or the key is plain text."""
    return _KEY.fullmatch(key.strip()) is not None


def compile_regex(key: str) -> "regex.Pattern[str]":
    """Compile a key that `is_regex`. Raises `ValueError`, whose text is a clause, where it is none."""
    found = _KEY.fullmatch(key.strip())
    if found is None:
        raise ValueError("it is not written /like this/")
    if len(key) > LIMIT_PATTERN_CHARS:
        raise ValueError(f"it is longer than {LIMIT_PATTERN_CHARS:,} characters")
    flags = 0
    for flag in found[2]:
        flags |= _FLAGS.get(flag, 0)
    try:
        return regex.compile(_DIFFERENT.sub(_translated, found[1]), flags, cache_pattern=False)
    except (regex.error, ValueError, OverflowError) as error:
        raise ValueError(str(error)) from error
    except RecursionError as error:
        raise ValueError("it is nested too deep") from error


def _translated(token: "re.Match[str]") -> str:
    if token[1]:
        code = int(token[1], 16)
        return regex.escape(chr(code)) if code <= 0x10FFFF else token[0]
    if token[2]:
        return r"\g<"
    if token[3]:
        return r"[\s\S]"
    return "(?!)" if token[4] else token[0]


class Watch:
    """The time that all searches of one evaluation share; what takes longer counts as not found."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + LIMIT_ALL_SEARCHES_SECONDS
        self.slow: dict[str, None] = {}

    def finds(self, pattern: "regex.Pattern[str]", text: str, *, key: str) -> bool:
        """Search a text, other threads going on meanwhile; a `key` that ran out of time is kept in `slow`."""
        left = self._ends - self._clock()
        try:
            if left > 0:
                return pattern.search(text, timeout=min(left, LIMIT_SEARCH_SECONDS), concurrent=True) is not None
        except TimeoutError:
            pass
        self.slow[key] = None
        return False
