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
    """What a proxy has posted in a channel, under which name."""

    id: int
    channel: int
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line that somebody has just written in a channel."""

    id: int
    channel: int
    text: str
    at: float = field(default_factory=time.monotonic)

    @property
    def is_fresh(self) -> bool:
        return self.at > time.monotonic() - FRESH_SECONDS

    def is_said_by(self, post: Post) -> bool:
        """Tell whether a post says this line anew: it was sent later, and nothing but marks was taken off."""
        text = _plain(post.text)
        return self.channel == post.channel and self.id < post.id and bool(text) and text in _plain(self.text)


class Proxies:
    """What was written a short while ago, in all channels. Which line a post is of is known once that one vanishes."""

    def __init__(self) -> None:
        self._lines: dict[int, Line] = {}
        self._posts: dict[int, tuple[Post, float]] = {}
        self._came = asyncio.Event()

    def heard(self, id: int, channel: int, text: str) -> None:
        """Note a line of a person."""
        self._lines = {line.id: line for line in self._lines.values() if line.is_fresh}
        self._lines[id] = Line(id, channel, text)

    def posted(self, post: Post) -> None:
        """Note what somebody else's webhook has posted."""
        now = time.monotonic()
        self._posts = {id: (one, at) for id, (one, at) in self._posts.items() if at > now - FRESH_SECONDS}
        self._posts[post.id] = post, now
        self._came.set()
        self._came = asyncio.Event()

    async def said_anew(self, id: int) -> Post | None:
        """Return the post by which a proxy says a line anew that has vanished, for a moment waited for.

        None where there comes none: the line was only deleted, or is too old for a proxy to see to it.
        """
        line = self._lines.pop(id, None)
        if line is None or not line.is_fresh:
            return None
        try:
            async with asyncio.timeout(GRACE_SECONDS):
                while not (post := self._taken(line)):
                    await self._came.wait()
                return post
        except TimeoutError:
            return None

    def _taken(self, line: Line) -> Post | None:
        """Return the first post that says a line, which then says no other."""
        found = next((post for post, _ in self._posts.values() if line.is_said_by(post)), None)
        if found:
            del self._posts[found.id]
        return found


def is_command(text: str) -> bool:
    """Tell whether a line is meant for a proxy."""
    return COMMAND.match(text) is not None


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
