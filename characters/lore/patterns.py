"""Keys that are regular expressions, `/pattern/flags` as JavaScript writes them. It knows no entry.

A pattern comes out of a stranger's file, so its length, its compilation and its searches are bounded.
"""

import re
import sys
from collections.abc import Callable
from typing import Final

import regex

from characters.errors import PatternError

LIMIT_PATTERN_CHARS = 4_000
LIMIT_UNROLLED_STEPS = 5_000
LIMIT_SEARCH_SECONDS = 0.05
LIMIT_ALL_SEARCHES_SECONDS = 0.25

_KEY = re.compile(r"/((?:[^/\\]|\\.)+)/([dgimsuvy]*)", re.DOTALL)
_FLAGS: Final = {"i": regex.IGNORECASE, "m": regex.MULTILINE, "s": regex.DOTALL}
_FOREIGN_GROUP = re.compile(r"\(\?(?![:=!]|<[=!]|<\w+>|[ims]*(?:-[ims]+)?[:)])")
_CODE = re.compile(r"(?<!\\)\\u\{([0-9a-f]{1,6})\}", re.IGNORECASE)
_DIFFERENT = re.compile(
    r"(?P<back>\\k)<|\\[pP]\{\w+=?\w*\}|\\u\{\w*\}|\\."
    r"|(?P<any>\[\^\])|(?P<none>\[\])|\[(?:\\.|[^\]\\])+\]|(?P<brace>\{)(?!\d+(?:,\d*)?\})",
    re.DOTALL,
)
_WRITTEN = {"back": r"\g<", "any": r"[\s\S]", "none": "(?!)", "brace": r"\{"}
_STEP = re.compile(r"\\.|\[(?:\\.|[^\]\\])*\]|\{(?P<least>\d+)(?:,\d*)?\}|.", re.DOTALL)


def is_regex(key: str) -> bool:
    """Tell whether a key is a regular expression; a slash inside it must be escaped, or the key is plain text."""
    return _KEY.fullmatch(key.strip()) is not None


def compile_regex(key: str) -> "regex.Pattern[str]":
    """Compile a key that `is_regex`. Raises `PatternError` where it is none."""
    found = _KEY.fullmatch(key.strip())
    if found is None:
        raise PatternError("it is not written /like this/")
    if len(key) > LIMIT_PATTERN_CHARS:
        raise PatternError("it is longer than {most:,} characters", most=LIMIT_PATTERN_CHARS)
    pattern = _translated(found[1])
    if _FOREIGN_GROUP.search(pattern):
        raise PatternError("it has a group that JavaScript does not know")
    if _unrolled_steps(pattern) > LIMIT_UNROLLED_STEPS:
        raise PatternError("it repeats too much within what it repeats")
    flags = 0
    for flag in found[2]:
        flags |= _FLAGS.get(flag, 0)
    try:
        return regex.compile(pattern, flags, cache_pattern=False)
    except (regex.error, ValueError, OverflowError) as error:
        raise PatternError("its parser says: {message}", message=str(error)) from error
    except RecursionError as error:
        raise PatternError("it is nested too deep") from error


def _translated(pattern: str) -> str:
    """Write what JavaScript writes otherwise as the library reads it."""
    coded = _DIFFERENT.sub(lambda token: _WRITTEN.get(token.lastgroup or "", token[0]), pattern)
    return _CODE.sub(lambda code: regex.escape(chr(min(int(code[1], 16), sys.maxunicode))), coded)


def _unrolled_steps(pattern: str) -> int:
    """Bound the steps of a compiled pattern.

    The library copies out what is repeated a number of times, so that a few nested counts would fill the memory.
    """
    groups = [0]
    last = 0
    for token in _STEP.finditer(pattern):
        if token[0] == "(":
            groups.append(1)
        elif token[0] == ")" and len(groups) > 1:
            last = groups.pop()
            groups[-1] += last
        elif token["least"] or token[0] == "+":
            more = last * min(int(token["least"] or 1), LIMIT_UNROLLED_STEPS)
            groups[-1] += more
            last += more
        else:
            last = 1
            groups[-1] += 1
    return sum(groups)


class Watch:
    """The time that all searches of one evaluation share; what takes longer counts as not found."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._ends = clock() + LIMIT_ALL_SEARCHES_SECONDS
        self.slow: dict[str, None] = {}

    def finds(self, pattern: "regex.Pattern[str]", text: str, *, key: str) -> bool:
        """Search a text, other threads going on meanwhile; a `key` that ran out of time is out, and kept in `slow`."""
        left = self._ends - self._clock()
        try:
            if left > 0 and key not in self.slow:
                return pattern.search(text, timeout=min(left, LIMIT_SEARCH_SECONDS), concurrent=True) is not None
        except TimeoutError:
            pass
        self.slow[key] = None
        return False
