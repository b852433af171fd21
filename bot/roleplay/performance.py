"""Replies while they are spoken: what an adapter pulls from."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from dataclasses import dataclass, field

from bot.core import Scene, Turn
from bot.roleplay.following import Following
from bot.roleplay.reasoning import without_reasoning
from bot.roleplay.voice import stay_in_voice
from engine import Figures, Finish, Prompt, Stream


def spoken(stream: Stream, speaker: str, others: Iterable[str]) -> AsyncIterator[str]:
    """Return what a model says in one character's voice, without what it thinks."""
    markup = "".join(piece.text for piece in stream.request.prompt.cue.pieces if piece.markup)
    return stay_in_voice(without_reasoning(stream, markup), speaker, others)


class Reply:
    """One turn on its way: an asynchronous iterator of clean text. `text` is what was passed on so far.

    `turn` is the one that was opened for it, in the `scene` as the model reads it.
    """

    def __init__(self, speaker: str, stream: Stream, others: Iterable[str], *, scene: Scene, turn: Turn) -> None:
        self.speaker = speaker
        self.scene = scene
        self.turn = turn
        self.text = ""
        self._stream = stream
        self._prompt = stream.request.prompt
        self._chunks = spoken(stream, speaker, others)
        self._is_whole = False

    @property
    def place_in_line(self) -> int:
        """The place among the requests that wait for the model, from 1; 0 once it is at this one."""
        return self._stream.place_in_line

    @property
    def is_whole(self) -> bool:
        """Whether it came to its own end, and was neither stopped nor left."""
        return self._is_whole

    @property
    def prompt(self) -> Prompt:
        """What the model has read for it."""
        return self._prompt

    @property
    def figures(self) -> Figures | None:
        """What it has cost, once it has ended."""
        return self._stream.finished.figures if self._stream.finished else None

    @property
    def window_from(self) -> str | None:
        """The label of the oldest turn that the model has read for it, where that is known."""
        return self._stream.finished.window_from if self._stream.finished else None

    def stop(self) -> None:
        """End it soon; what was said until then stays."""
        self._stream.stop()

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        try:
            chunk = await anext(self._chunks)
        except StopAsyncIteration:
            await self._end()
            raise
        self.text += chunk
        return chunk

    async def _end(self) -> None:
        """Note how it ended. Where somebody else's voice would begin, the model has to be told, and to say its last."""
        finished = self._stream.finished
        self._is_whole = not (finished and finished.reason is Finish.CANCELLED)
        if not finished:
            self._stream.stop()
            async for _ in self._stream:
                pass


@dataclass(frozen=True, slots=True)
class Performance:
    """The replies to one action, one after another: an asynchronous iterator of `Reply`.

    What is `following` them by itself, beside the story, is there once the block that performs them has been left.
    """

    replies: AsyncGenerator[Reply]
    following: Following = field(default_factory=Following)

    def __aiter__(self) -> AsyncIterator[Reply]:
        return self.replies
