"""Keeps what a model thinks out of what it says. It knows no model: text comes and goes in chunks.

Formats switch thinking off where they can; this is for models that think all the same.
"""

import re
from collections.abc import AsyncIterator, Iterable

THOUGHTS = {
    "<think>": "</think>",
    "<thinking>": "</thinking>",
    "<thought>": "</thought>",
    "<reasoning>": "</reasoning>",
    "<seed:think>": "</seed:think>",
    "[THINK]": "[/THINK]",
    "<|START_THINKING|>": "<|END_THINKING|>",
    "<|channel>thought": "<channel|>",
    "<|channel|>analysis": "<|channel|>final<|message|>",
}
"""What begins a thought, and what ends it."""


def _any_of(tags: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, tags)), re.IGNORECASE | re.ASCII)


TAGS = (*THOUGHTS, *THOUGHTS.values())
OPENING, CLOSING, TAG = map(_any_of, (THOUGHTS, THOUGHTS.values(), TAGS))
TAG_STARTS = frozenset(tag[:size].lower() for tag in TAGS for size in range(1, len(tag)))
LONGEST_START = max(map(len, TAG_STARTS))


async def without_reasoning(chunks: AsyncIterator[str], behind: str) -> AsyncIterator[str]:
    """Pass a reply on without the thoughts in it; `behind` is the markup that it follows, which may open one."""
    reasoning = Reasoning(behind)
    async for chunk in chunks:
        if text := reasoning.push(chunk):
            yield text
    if text := reasoning.finish():
        yield text


class Reasoning:
    """One reply on its way out. A thought that is never closed goes on to the end.

    A tag that closes what nothing opened is left out; what came before it is on its way already.
    """

    def __init__(self, behind: str = "") -> None:
        self._held = ""
        self._is_thinking = False
        self.push(behind)
        self._held = ""

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        text, shown = self._held + chunk, ""
        while tag := (CLOSING if self._is_thinking else TAG).search(text):
            shown += "" if self._is_thinking else text[: tag.start()]
            self._is_thinking = OPENING.fullmatch(tag.group()) is not None
            text = text[tag.end() :]
        end = _certain(text)
        self._held = text[end:]
        return shown if self._is_thinking else shown + text[:end]

    def finish(self) -> str:
        """Return what was held back, once nothing more comes."""
        held, self._held = self._held, ""
        return "" if self._is_thinking else held


def _certain(text: str) -> int:
    """Return where a tag may begin with the end of a text, or the text's length."""
    starts = range(max(0, len(text) - LONGEST_START), len(text))
    return next((at for at in starts if text[at:].lower() in TAG_STARTS), len(text))
