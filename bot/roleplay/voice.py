"""Keeps a reply in one character's mouth: what follows another's name at the start of a line is not shown.

It knows no model: text comes in chunks, and goes out as soon as it is certain.
"""

from collections.abc import AsyncIterator, Iterable
from enum import Enum, auto

PAIRS = {"*": "*", "_": "_", "~": "~", "`": "`", '"': '"', "“": "”", "«": "»", "[": "]", "(": ")"}
OPENING = " \t#>-" + "".join(PAIRS)
CLOSING = " \t" + "".join(PAIRS.values())
COLONS = (":", "：")


class _Line(Enum):
    SPEECH = auto()
    OWN_HEADER = auto()
    OTHER_HEADER = auto()
    UNDECIDED = auto()


async def stay_in_voice(
    chunks: AsyncIterator[str], speaker: str, others: Iterable[str], *, begun: str = ""
) -> AsyncIterator[str]:
    """Pass a reply on, without the speaker's own name in front, up to the line that begins with another's name.

    White space at both ends is left out; behind what is `begun` already, only that at the end. Ends early where
    somebody else would begin to speak.
    """
    voice = Voice(speaker, others, begun=begun)
    async for chunk in chunks:
        if text := voice.push(chunk):
            yield text
        if voice.ended:
            return
    if text := voice.finish():
        yield text


class Voice:
    """One reply on its way out, behind what is `begun`. `ended` is set where somebody else begins to speak."""

    def __init__(self, speaker: str, others: Iterable[str], *, begun: str = "") -> None:
        self._speaker = _bare(speaker)
        self._names = {name for name in map(_bare, (speaker, *others)) if name}
        self._line = ""
        self._held = ""
        self._closers = ""
        self._begun = bool(begun)
        self._at_start = not begun
        self.ended = False

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        return "".join([self._take(character) for character in chunk])

    def finish(self) -> str:
        """Return what was held back, once nothing more comes."""
        line, self._line = self._line, ""
        return self._emit(line)

    def _take(self, character: str) -> str:
        if self.ended or self._closes(character):
            return ""
        line, self._line = self._line + character, ""
        kind = self._judge(line) if self._at_start else _Line.SPEECH
        self._at_start = kind is _Line.UNDECIDED or character == "\n"
        match kind:
            case _Line.SPEECH:
                return self._emit(line)
            case _Line.UNDECIDED:
                self._line = line
            case _Line.OWN_HEADER:
                self._closers = _closers(line)
            case _Line.OTHER_HEADER:
                self.ended = True
        return ""

    def _judge(self, line: str) -> _Line:
        """Tell whether a line's beginning is speech, a header, or not to be told yet."""
        start = line.lstrip(OPENING).casefold()
        behind = {name: start[len(name) :].lstrip(CLOSING) for name in self._names if start.startswith(name)}
        if not self._begun and behind.get(self._speaker) in COLONS:
            return _Line.OWN_HEADER
        if any(rest in COLONS for rest in behind.values()):
            return _Line.OTHER_HEADER
        is_beginning = any(name.startswith(start) for name in self._names)
        return _Line.UNDECIDED if is_beginning or "" in behind.values() else _Line.SPEECH

    def _closes(self, character: str) -> bool:
        """Tell whether this closes what decorates the speaker's own name, as in `**Mira:** Hello`."""
        closers, self._closers = self._closers, ""
        if closers and character == closers[0]:
            self._closers = closers[1:]
            return True
        return False

    def _emit(self, more: str) -> str:
        """Hold white space back until something follows it, so that neither end has any."""
        text = self._held + more
        if not self._begun:
            text = text.lstrip()
        shown = text.rstrip()
        self._held = text[len(shown) :]
        self._begun = self._begun or bool(shown)
        return shown


def _bare(name: str) -> str:
    return name.casefold().lstrip(OPENING).rstrip(CLOSING)


def _closers(header: str) -> str:
    """Return what still has to close behind a header: nothing where its name is closed in front of the colon."""
    if header[:-1].rstrip()[-1] in CLOSING:
        return ""
    openers = header[: len(header) - len(header.lstrip(OPENING))]
    return "".join(PAIRS.get(opener, "") for opener in reversed(openers))
