"""What can be wrong with a reply, seen while it is written. It knows no model and no story. Pure."""

import re
import unicodedata
from collections.abc import Iterable
from enum import Enum, auto
from itertools import takewhile

import regex

from bot.words import Sentence, sentence

LEAST_LETTERS = 16
"""A shorter reply may well be said twice: "Good evening, Kim."."""

ENOUGH_LETTERS = 80
"""A reply that begins with so many of a former one's, a sentence or two, is not waited for any longer."""

LIKENESS = 8
"""One letter in so many may differ."""

LEAST_SPARE_TOKENS = 8
SPARE_SHARE = 5
"""Of its tokens a reply may have one more for each five, to come to the end of a sentence: 30 over 150."""

MOST_TOKENS = 100_000
"""The engine writes no more."""

_SENTENCE_END = re.compile(r"[.!?…]+[\"'”’»)\]*_~]*(?=\s)|[。！？…]+[」』”’）*]*(?=[^」』”’）*])|(?=\n)")
_OPEN_WORD = regex.compile(
    r"(?V1)[[\p{L}\p{M}\p{N}]--[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]]+"
    r"(?:['’-][\p{L}\p{M}\p{N}]*)*$"
)


class Flaw(Enum):
    """Why a reply is asked for once more."""

    EMPTY = auto()
    FOR_OTHERS = auto()
    REPEATED = auto()
    FORBIDDEN = auto()


def remark(flaw: Flaw, name: str) -> Sentence:
    """Say what was wrong with a character's reply at the second try too."""
    match flaw:
        case Flaw.EMPTY:
            return sentence("{name} found nothing to say, even when asked twice.", name=name)
        case Flaw.FOR_OTHERS:
            return sentence("{name} spoke only for others, even when asked twice: nothing of that is kept.", name=name)
        case Flaw.REPEATED:
            return sentence("{name} repeats what was said before, even when asked twice.", name=name)
        case Flaw.FORBIDDEN:
            return sentence("{name} was about to say something that the moderators here do not allow.", name=name)


def spare(tokens: int) -> int:
    """Return how many tokens a reply may have over, to come to the end of a sentence."""
    return min(max(LEAST_SPARE_TOKENS, tokens // SPARE_SHARE), MOST_TOKENS - tokens)


class Limit:
    """Ends a reply behind so many tokens: at the next end of a sentence, or where none comes, of a word.

    Each chunk counts as a token. `is_over` is set where it has ended.
    """

    def __init__(self, tokens: int) -> None:
        self._left = tokens
        self._text = ""
        self._passed = 0
        self.count = 0
        self.is_over = False

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        self._text += chunk
        self.count += 1
        self._left -= 1
        if self._left >= 0:
            return self._pass(len(self._text))
        end = _sentence_end(self._text, self._passed)
        self.is_over = end is not None
        return self._pass(end if end is not None else _word_end(self._text))

    def finish(self, *, is_cut: bool) -> str:
        """Return what was held back, once nothing more comes; a last word that may be `cut` is left out."""
        return self._pass(_word_end(self._text) if is_cut else len(self._text))

    def _pass(self, end: int) -> str:
        start, self._passed = self._passed, max(end, self._passed)
        return self._text[start : self._passed]


class Echo:
    """Holds a reply back as long as it begins as a former one does, or nearly. `is_echo` where it is no new one.

    What is different at once is passed on at once.
    """

    def __init__(self, formers: Iterable[str]) -> None:
        folded = map(_letters, formers)
        self._formers = [former for former in folded if len(former) >= LEAST_LETTERS]
        self._held = ""
        self.is_echo = False

    def push(self, chunk: str) -> str:
        """Take more of the reply and return what of it is certain."""
        self._held += chunk
        said = _letters(self._held)
        self._formers = [former for former in self._formers if _begins_alike(said, former)]
        if not self._formers:
            return self.release()
        self.is_echo = len(said) >= ENOUGH_LETTERS
        return ""

    def finish(self) -> str:
        """Return what was held back, once nothing more comes; nothing where that is no new reply."""
        self.is_echo = bool(self._formers) and len(_letters(self._held)) >= LEAST_LETTERS
        return "" if self.is_echo else self.release()

    def release(self) -> str:
        """Return what was held back, and hold nothing more."""
        held, self._held, self._formers = self._held, "", []
        return held


def _begins_alike(said: str, former: str) -> bool:
    pairs = zip(said, former, strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return len(said) - same <= same // LIKENESS


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def _sentence_end(text: str, start: int) -> int | None:
    """Return the first place from `start` on where a sentence has ended and something follows."""
    return next((end for found in _SENTENCE_END.finditer(text) if (end := found.end()) >= start), None)


def _word_end(text: str) -> int:
    """Return where a text ends but for a word that may go on; those of some scripts never do."""
    found = _OPEN_WORD.search(text)
    return found.start() if found else len(text)
