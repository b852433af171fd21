"""Keeps a reply in one character's mouth: what follows another's name at the start of a line is not shown.

It knows no model: text comes in chunks, and goes out as soon as it is certain.
"""

from collections.abc import AsyncIterator, Iterable
from enum import Enum, auto

DECORATION = ' \t*_#>"“«[(~`-'
COLONS = (":", "：")


class _Line(Enum):
    SPEECH = auto()
    HEADER = auto()
    UNDECIDED = auto()


async def stay_in_voice(chunks: AsyncIterator[str], speaker: str, others: Iterable[str]) -> AsyncIterator[str]:
    """Pass a reply on, without the speaker's own name in front, up to the line that begins with another's name.

    White space at both ends is left out. Ends early where somebody else would begin to speak.
    """
    voice = Voice(speaker, others)
    async for chunk in chunks:
        if text := voice.push(chunk):
            yield text
        if voice.ended:
            return
    if text := voice.finish():
        yield text


class Voice:
    """One reply on its way out. `ended` is set where somebody else begins to speak."""

    def __init__(self, speaker: str, others: Iterable[str]) -> None:
        self._speaker = speaker.casefold()
        self._others = tuple(name.casefold() for name in others if name.casefold() != self._speaker)
        self._line = ""
        self._begun = False
        self._held: str = ""
        self._at_start = True
        self.ended = False

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        return "".join([self._take(character) for character in chunk])

    def finish(self) -> str:
        """Return what was held back, once nothing more comes."""
        line, self._line = self._line, ""
        kind, text = self._judge(line, final=True)
        return "" if self.ended or kind is _Line.HEADER else self._emit(text).rstrip()

    def _take(self, character: str) -> str:
        if self.ended:
            return ""
        if not self._at_start:
            self._at_start = character == "\n"
            return self._emit(character)
        self._line += character
        kind, text = self._judge(self._line, final=character == "\n")
        if kind is _Line.UNDECIDED:
            return ""
        self._line = ""
        if kind is _Line.HEADER:
            self.ended = True
            return ""
        self._at_start = character == "\n"
        return self._emit(text)

    def _judge(self, line: str, *, final: bool) -> tuple[_Line, str]:
        """Tell whether a line's beginning is speech, somebody else's header, or not to be told yet."""
        bare = line.lstrip(DECORATION).casefold()
        if not self._begun and (rest := _behind(line, bare, self._speaker)) is not None:
            return _Line.SPEECH, rest
        if any(_behind(line, bare, name) is not None for name in (*self._others, self._speaker)):
            return _Line.HEADER, ""
        names = (*self._others, self._speaker)
        if not final and any(name.startswith(bare) or _only_decoration(bare, name) for name in names):
            return _Line.UNDECIDED, ""
        return _Line.SPEECH, line

    def _emit(self, more: str) -> str:
        """Hold white space back until something follows it, so that neither end has any."""
        text = self._held + more
        if not self._begun:
            text = text.lstrip()
        shown: str = text.rstrip()
        self._held = text[len(shown) :]
        self._begun = self._begun or bool(shown)
        return shown


def _behind(line: str, bare: str, name: str) -> str | None:
    """Return what stands behind `name` and a colon at the start of a line, or None where they do not stand there."""
    if not name or not bare.startswith(name):
        return None
    rest = bare[len(name) :].lstrip(DECORATION)
    if not rest.startswith(COLONS):
        return None
    return line[len(line) - len(rest) + 1 :].lstrip(DECORATION[:5])


def _only_decoration(bare: str, name: str) -> bool:
    return bare.startswith(name) and not bare[len(name) :].strip(DECORATION)
