"""Replies while they are spoken: what an adapter pulls from."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from typing import Self

from bot.core import Scene, Turn
from bot.roleplay.following import Following
from bot.roleplay.forbidden import NOTHING, Forbidden
from bot.roleplay.guard import Guard
from bot.roleplay.quality import Flaw, Limit, remark
from bot.roleplay.utterance import spoken, within, written
from bot.words import Sentence
from engine import Figures, Finish, Prompt, Stream

TRIES = 2
"""A reply that is none is asked for once more."""

Ask = Callable[[str, int, str | None], AbstractAsyncContextManager[Stream]]
"""Asks the model to go on behind what was said so far, at which try, from 0.

The label says with which turn the window began at the try before.
"""


@dataclass(frozen=True, slots=True)
class Standard:
    """What a reply has to come up to: at most so many `tokens`, nothing of the `formers` anew, nothing `forbidden`."""

    tokens: int
    formers: tuple[str, ...] = ()
    forbidden: Forbidden = NOTHING


class Reply:
    """One turn on its way: an asynchronous iterator of clean text. `text` is what was passed on so far.

    `turn` is the one that was opened for it, in the `scene` as the model reads it; where that says something already,
    it goes on. `prompt` is what the model reads.
    The model is asked once somebody listens, and once more where what it says is no reply. Where that was in vain,
    `remark` says so to the players; it is no part of the story. What `is_folded` is to be shown to nobody any more.
    """

    def __init__(
        self,
        speaker: str,
        ask: Ask,
        others: Iterable[str],
        *,
        prompt: Prompt,
        scene: Scene,
        turn: Turn,
        standard: Standard,
    ) -> None:
        self.speaker = speaker
        self.scene = scene
        self.turn = turn
        self.prompt = prompt
        self.text = ""
        self.remark: Sentence | None = None
        self.tries = 0
        self.is_whole = False
        self.is_folded = False
        self._begun = turn.text
        self._ask = ask
        self._others = tuple(others)
        self._standard = standard
        self._left = standard.tokens
        self._stream: Stream | None = None
        self._asked: list[Stream] = []
        self._is_stopped = False
        self._chunks = self._spoken()

    @property
    def whole_text(self) -> str:
        """What its turn says so far, with what it said before."""
        return self._begun + self.text

    @property
    def place_in_line(self) -> int:
        """The place among the requests that wait for the model, from 1; 0 once it is at this one."""
        return self._stream.place_in_line if self._stream else 0

    @property
    def figures(self) -> Figures | None:
        """What the last try has cost, once it has ended."""
        return self._stream.finished.figures if self._stream and self._stream.finished else None

    @property
    def spent(self) -> tuple[Figures, ...]:
        """What each try has cost that has ended."""
        return tuple(stream.finished.figures for stream in self._asked if stream.finished)

    @property
    def window_from(self) -> str | None:
        """The label of the oldest turn that the model has read for it, where that is known."""
        ended = [stream.finished for stream in self._asked if stream.finished]
        return ended[-1].window_from if ended else None

    def stop(self) -> None:
        """End it soon; what was said until then stays. Where the model was not asked yet, it never is."""
        self._is_stopped = True
        if self._stream:
            self._stream.stop()

    def fold(self) -> None:
        """End it soon, and let what was said be folded away: it can be restored."""
        self.is_folded = True
        self.stop()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        return await anext(self._chunks)

    async def aclose(self) -> None:
        """Leave it as it is."""
        await self._chunks.aclose()

    async def _spoken(self) -> AsyncGenerator[str]:
        """Let the model speak, again where that was no reply. `is_whole` tells that it came to its own end."""
        while not self._is_stopped:
            guard = Guard(self._standard.formers, self._standard.forbidden, behind=self._begun + self.text)
            limit = Limit(self._left)
            is_last = self.tries + 1 == TRIES
            async with self._ask(self.text, self.tries, self.window_from) as stream:
                self.tries += 1
                self._stream = stream
                self._asked.append(stream)
                self.prompt = self.prompt if self.text else stream.request.prompt
                async with aclosing(self._tried(stream, guard, limit, is_last=is_last)) as texts:
                    async for text in texts:
                        self.text += text
                        yield text
                flaw = guard.flaw or self._silence(stream, limit)
                is_cut = await self._is_cut(stream)
            self._left = max(1, self._left - limit.count) if self.text else self._left
            if flaw is None or is_cut or self._is_stopped or is_last:
                self.is_whole = not is_cut and flaw in (None, Flaw.REPEATED)
                self.remark = remark(flaw, self.speaker) if flaw and not self._is_stopped else None
                return

    async def _tried(self, stream: Stream, guard: Guard, limit: Limit, *, is_last: bool) -> AsyncGenerator[str]:
        """Yield what is certain of one try."""
        begun = self._begun + self.text
        said = spoken(stream, self.speaker, self._others, limit=limit, begun=begun)
        async for chunk in written(within(stream, limit)) if self.scene.is_notebook else said:
            if text := await guard.push(chunk) or self._after_all(guard, is_last=is_last):
                yield text
            if guard.flaw is Flaw.FORBIDDEN or (guard.flaw and not is_last):
                return
        if text := await guard.finish() or self._after_all(guard, is_last=is_last):
            yield text

    async def _is_cut(self, stream: Stream) -> bool:
        """Tell whether a try was stopped. Where it ended before the model did, that is told, and says its last."""
        if stream.finished:
            return stream.finished.reason is Finish.CANCELLED
        stream.stop()
        async for _ in stream:
            pass
        return self._is_stopped

    def _after_all(self, guard: Guard, *, is_last: bool) -> str:
        """Return what repeats a former reply at the last try: better than nothing, and sometimes it was asked for."""
        return guard.release() if is_last and guard.flaw is Flaw.REPEATED else ""

    def _silence(self, stream: Stream, limit: Limit) -> Flaw | None:
        """Tell why nothing was said: somebody else's voice came first, or none did."""
        if self.text:
            return None
        return Flaw.EMPTY if stream.finished or limit.is_over else Flaw.FOR_OTHERS


@dataclass(frozen=True, slots=True)
class Performance:
    """The replies to one action, one after another: an asynchronous iterator of `Reply`.

    What is `following` them by itself, beside the story, is there once the block that performs them has been left.
    """

    replies: AsyncGenerator[Reply]
    following: Following = field(default_factory=Following)

    def __aiter__(self) -> AsyncIterator[Reply]:
        return self.replies

    @classmethod
    def silent(cls) -> Self:
        """Return one in which nobody speaks."""
        return cls(_silence())


async def _silence() -> AsyncGenerator[Reply]:
    return
    yield
