"""Lines that PluralKit or Tupperbox say anew, through a webhook, as somebody's persona. It knows no story.

They post the line again without the persona's marks, and delete the original, in either order.
"""

import asyncio
import re
import time
from dataclasses import dataclass, field

FRESH_SECONDS = 15.0
"""A line that is older is not said anew."""
GRACE_SECONDS = 3.0
"""For the proxy's post, after the original has vanished."""
COMMAND = re.compile(r"\s*(?:pk[;!]|tul!)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Post:
    """What a proxy has posted, under which name."""

    id: int
    name: str
    text: str


@dataclass(slots=True)
class Line:
    """A line that somebody has just written in a channel, and what a proxy may have made of it."""

    id: int
    channel: int
    text: str
    at: float = field(default_factory=time.monotonic)
    post: Post | None = None
    posted: asyncio.Event = field(default_factory=asyncio.Event)

    async def proxied(self) -> Post | None:
        """Return the post that a proxy makes of this line, which has vanished; None where there comes none."""
        try:
            await asyncio.wait_for(self.posted.wait(), GRACE_SECONDS)
        except TimeoutError:
            return None
        return self.post


class Proxies:
    """What was written a short while ago, in all channels."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}

    def heard(self, id: int, channel: int, text: str) -> None:
        """Note a line of a person."""
        oldest = time.monotonic() - FRESH_SECONDS
        self._lines = {line.id: line for line in self._lines.values() if line.at > oldest}
        self._lines[id] = Line(id, channel, text)

    def posted(self, channel: int, post: Post) -> None:
        """Note what somebody else's webhook has posted: it is that of a line in the channel which says the same."""
        text = _plain(post.text)
        for line in self._lines.values():
            if text and line.channel == channel and line.post is None and text in _plain(line.text):
                line.post = post
                line.posted.set()
                return

    def line(self, id: int) -> Line | None:
        """Return a line by its message, where it is fresh: it may have vanished because a proxy says it."""
        line = self._lines.get(id)
        return line if line and line.at > time.monotonic() - FRESH_SECONDS else None


def is_command(text: str) -> bool:
    """Tell whether a line is meant for a proxy."""
    return COMMAND.match(text) is not None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
