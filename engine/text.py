"""From token bytes to text that may be shown: whole characters, nothing of a stop string, nothing of a banned one."""

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(slots=True)
class _Push:
    """A token whose text may be taken back: where that begins in what is held, and the decoder's state before it."""

    start: int
    decoder: tuple[bytes, int]


class TextStream:
    """Decode one reply's bytes as they come, and hold back what may turn out to be a stop string or a banned one.

    Capitals and small letters are the same in a banned string.
    """

    def __init__(self, stop: Sequence[str], banned: Sequence[str] = ()) -> None:
        self._stop = tuple(stop)
        self._banned = tuple(map(fold, banned))
        self._stop_starts = _starts(self._stop)
        self._banned_starts = _starts(self._banned)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._reach = max(map(len, self._banned), default=1) - 1
        self._shown = ""
        self._held = ""
        self._pushes: list[_Push] = []
        self.stopped = False
        self.caught = ""

    @property
    def held_tokens(self) -> int:
        """Count the last tokens that may still be taken back."""
        return len(self._pushes)

    def push(self, data: bytes) -> str:
        """Take the bytes of one token; return the text that is now certain.

        Sets `stopped` at a stop string, and `caught` to a banned string that has come: it has to be taken back before
        anything else is done. A token in whose text a banned string may begin is held back whole.
        """
        if self._banned:
            self._pushes.append(_Push(len(self._held), self._decoder.getstate()))
        self._held += self._decoder.decode(data)
        folded = fold(self._held) if self._banned else self._held
        stop, _ = _first(self._held, self._stop)
        at, banned = _first(self._shown + folded, self._banned)
        if at < len(self._shown) + stop:
            self.caught = banned
            return ""
        if stop < len(self._held):
            self.stopped = True
            text, self._held = self._held[:stop], ""
            return text
        return self._release(_hold(self._held, self._stop_starts), _hold(folded, self._banned_starts))

    def take_back(self) -> int:
        """Undo the pushes from the token in which the caught string began; return how many those were.

        After other tokens were taken back it may have begun in text that is shown: then only the last one is undone.
        """
        at = (self._shown + fold(self._held)).index(self.caught) - len(self._shown)
        index = max((i for i, push in enumerate(self._pushes) if push.start <= at), default=len(self._pushes) - 1)
        undone = len(self._pushes) - index
        self._held = self._held[: self._pushes[index].start]
        self._decoder.setstate(self._pushes[index].decoder)
        del self._pushes[index:]
        self.caught = ""
        return undone

    def finish(self) -> str:
        """Return what was held back, once no more tokens come. A character that stayed unfinished is left out."""
        held, self._held = self._held, ""
        return held

    def _release(self, stop: int, banned: int) -> str:
        """Return the text in front of where a stop string or a banned one may begin, and go on from there."""
        if banned < len(self._held):
            banned = max(push.start for push in self._pushes if push.start <= banned)
        end = min(stop, banned)
        text, self._held = self._held[:end], self._held[end:]
        self._pushes = [_Push(push.start - end, push.decoder) for push in self._pushes if push.start >= banned]
        if self._reach:
            self._shown = (self._shown + fold(text))[-self._reach :]
        return text


def fold(text: str) -> str:
    """Make all letters small, one by one, so that each stays where it is."""
    return text.lower() if text.isascii() else "".join(map(_fold_letter, text))


def _fold_letter(letter: str) -> str:
    small = letter.casefold()
    return small if len(small) == 1 else letter


def _first(text: str, strings: Iterable[str]) -> tuple[int, str]:
    """Return the string that begins first in a text, and where; nothing at the text's end where none does."""
    found = ((at, string) for string in strings if (at := text.find(string)) >= 0)
    return min(found, default=(len(text), ""))


def _starts(strings: Iterable[str]) -> frozenset[str]:
    return frozenset(string[:size] for string in strings for size in range(1, len(string)))


def _hold(text: str, starts: frozenset[str]) -> int:
    """Return where a string may begin with the end of a text, or the text's length."""
    return next((at for at in range(len(text)) if text[at:] in starts), len(text)) if starts else len(text)
