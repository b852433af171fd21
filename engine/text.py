"""From token bytes to text that may be shown: whole characters only, and nothing of a stop string."""

import codecs
from collections.abc import Sequence


class TextStream:
    """Decode one reply's bytes as they come and hold back what may turn out to be a stop string."""

    def __init__(self, stop: Sequence[str]) -> None:
        self._stop = tuple(stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def push(self, data: bytes) -> str:
        """Take the bytes of one token; return the text that is now certain. Sets `stopped` at a stop string."""
        text = self._held + self._decoder.decode(data)
        found = min((at for at in map(text.find, self._stop) if at >= 0), default=None)
        if found is not None:
            self.stopped = True
            self._held = ""
            return text[:found]
        keep = max((_overlap(text, stop) for stop in self._stop), default=0)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """Return what was held back, once no more tokens come. A character that stayed unfinished is left out."""
        held, self._held = self._held, ""
        return held


def _overlap(text: str, stop: str) -> int:
    """Count the characters at the end of `text` with which `stop` begins."""
    return next((size for size in range(min(len(text), len(stop) - 1), 0, -1) if text.endswith(stop[:size])), 0)
