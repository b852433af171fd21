"""A reply on its way into a chat: shown while it grows, within a pace, and whole at the end. It knows no platform."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar, runtime_checkable

from bot.errors import TroupeError
from bot.platforms.splitting import Length, split
from bot.platforms.timing import passes
from bot.roleplay.unbroken import unbroken

logger = logging.getLogger(__name__)

T = TypeVar("T")

SENTENCE = re.compile(r"[.!?…。！？][\"'”’»)*_]*(\s|$)|[。！？]")
LAST_TRIES = 4
PATIENCE_SECONDS = 2.0
"""Between tries to show the whole text; it doubles each time."""


class Unreachable(TroupeError):
    """A chat cannot be written to any more: it is gone, or the bot may not."""


class Stuck(TroupeError):
    """A post cannot be changed any more: it is too old for that, or gone."""


class Unsteady(TroupeError):
    """A post was not taken this time; it may be the next, once the platform was left alone for `wait_s` seconds."""

    def __init__(self, text: str, /, *, wait_s: float = 0.0, **facts: object) -> None:
        super().__init__(text, **facts)
        self.wait_s = wait_s


class Growing(Protocol):
    """A text that grows while it is iterated; `whole_text` is all of it so far."""

    @property
    def whole_text(self) -> str: ...

    def stop(self) -> None: ...

    def __aiter__(self) -> AsyncIterator[str]: ...


class Outbox(Protocol):
    """Where one speaker's posts go. `number` is the place of a post among those of one text, from 0.

    Posts are known by their ids, `platform:message-id`. All of it raises Unreachable and Unsteady, `edit` Stuck too.
    """

    @property
    def limit(self) -> int: ...

    async def post(self, text: str, number: int) -> str:
        """Send a post, and return its id."""
        ...

    async def edit(self, post: str, text: str, number: int) -> None:
        """Let a post say something else."""
        ...

    async def remove(self, posts: Sequence[str]) -> None:
        """Take posts away."""
        ...


@runtime_checkable
class Previewing(Protocol):
    """An outbox that can show a text which still grows without posting it."""

    async def preview(self, text: str) -> bool:
        """Show what there is of a text for a while; False where it has to be posted. Raises Unreachable, Unsteady."""
        ...


@dataclass(frozen=True, slots=True)
class Pace:
    """How a text is shown while it grows, in seconds: what is done within `whole_s` is posted whole.

    After that a first sentence is posted, and edits follow every `edit_s`; without that, only the whole text is shown.
    `length` counts a text as the platform does. A sign of typing lasts for `typing_s`.
    """

    whole_s: float = 3.0
    edit_s: float | None = 1.2
    typing_s: float = 8.0
    length: Length = len


class Posts:
    """The posts that show one text. `ids` are those that do so already.

    `sent` is told of each new one, `gone` of each before it is taken away.
    """

    def __init__(
        self,
        outbox: Outbox,
        pace: Pace,
        *,
        ids: Sequence[str] = (),
        sent: Callable[[str], Awaitable[None]],
        gone: Callable[..., Awaitable[None]],
    ) -> None:
        self.ids = [*ids]
        self._outbox = outbox
        self._pace = pace
        self._sent, self._gone = sent, gone
        self._shown: dict[str, str] = {}
        self._is_previewed = False

    @property
    def has_shown(self) -> bool:
        """Whether anything of the text can be seen."""
        return bool(self._shown) or self._is_previewed

    @property
    def may_be_previewed(self) -> bool:
        """Whether what grows need not be posted yet."""
        return not self.ids and isinstance(self._outbox, Previewing)

    async def grow(self, text: str) -> None:
        """Show what there is so far of a text, as a preview where there are such. Raises Unreachable, Unsteady."""
        if not self.ids and isinstance(self._outbox, Previewing):
            if not text:
                return
            if await self._outbox.preview(text):
                self._is_previewed = True
                return
        await self.show(text)

    async def show(self, text: str) -> None:
        """Let the posts say this text, with as many of them as it needs. Raises Unreachable, Unsteady."""
        parts = split(text, self._outbox.limit, length=self._pace.length)
        for number, part in enumerate(parts):
            if number < len(self.ids):
                await self._edit(number, part)
            if number == len(self.ids):
                await unbroken(self._post(number, part))  # one that was sent and is not known would be sent again
        await self._drop(len(parts))

    async def _post(self, number: int, part: str) -> None:
        post = await self._outbox.post(part, number)
        self.ids.append(post)
        self._shown[post] = part
        await self._sent(post)

    async def _edit(self, number: int, part: str) -> None:
        """Let a post say its part; one that cannot any more is taken away, with those behind it."""
        post = self.ids[number]
        if self._shown.get(post) == part:
            return
        try:
            await self._outbox.edit(post, part, number)
            self._shown[post] = part
        except Stuck:
            await self._drop(number)

    async def _drop(self, number: int) -> None:
        """Take the posts away from a place on."""
        if left := self.ids[number:]:
            await self._gone(*left)
            await self._outbox.remove(left)
            del self.ids[number:]


async def deliver(text: Growing, posts: Posts, pace: Pace) -> None:
    """Show a text while it grows, then the whole of it; one that nobody can see any more is stopped.

    Raises Unreachable.
    """
    ended = asyncio.Event()
    drawing = asyncio.create_task(_draw(text, posts, pace, ended))
    try:
        async for _ in text:
            pass
    finally:  # not cancelled: a post that is just being sent would never be known
        ended.set()
        await drawing
    if text.whole_text.strip():
        await show_whole(text.whole_text, posts)


async def show_whole(text: str, posts: Posts) -> None:
    """Show a whole text, with some patience where a platform does not take it at once. Raises Unreachable."""
    await persist(lambda: posts.show(text))


async def persist(act: Callable[[], Awaitable[T]]) -> T:
    """Do something until a platform takes it; it is left alone as long as it asks for. Raises Unreachable."""
    tries = 0
    while True:
        try:
            return await act()
        except Unsteady as error:
            if not error.wait_s and tries == LAST_TRIES:
                raise Unreachable(error.said.text, **error.said.facts) from error
            logger.warning("it was not taken: %s", error)
            await asyncio.sleep(error.wait_s or PATIENCE_SECONDS * 2**tries)
            tries += not error.wait_s


async def _draw(text: Growing, posts: Posts, pace: Pace, ended: asyncio.Event) -> None:
    """Show what there is of a text, every now and then, until it has ended."""
    if pace.edit_s is None or await passes(ended, pace.whole_s):
        return
    while True:
        wait_s = pace.edit_s
        try:
            if posts.may_be_previewed or _is_worth_showing(text.whole_text, posts):
                await posts.grow(text.whole_text)
        except Unsteady as error:
            logger.warning("an edit was not taken: %s", error)
            wait_s = max(wait_s, error.wait_s)
        except Unreachable:
            text.stop()
            return
        if await passes(ended, wait_s):
            return


def _is_worth_showing(text: str, posts: Posts) -> bool:
    """Tell whether what there is so far is posted: a first post holds a sentence at least."""
    return bool(text.strip() and (posts.ids or SENTENCE.search(text)))
