"""What the model says as it comes, made clean text: in one voice, without what it thinks, within a length."""

from collections.abc import AsyncGenerator, AsyncIterator, Iterable

from bot.roleplay.quality import Limit
from bot.roleplay.reasoning import without_reasoning
from bot.roleplay.voice import stay_in_voice
from engine import Figures, Finish, Prompt, Stream


def spoken(
    stream: Stream, speaker: str, others: Iterable[str], *, limit: Limit | None = None, begun: str = ""
) -> AsyncIterator[str]:
    """Return what a model says in one character's voice, behind what is `begun`, without what it thinks."""
    markup = "".join(piece.text for piece in stream.request.prompt.cue.pieces if piece.markup)
    chunks = within(stream, limit) if limit else stream
    return stay_in_voice(without_reasoning(chunks, markup), speaker, others, begun=begun)


async def within(stream: Stream, limit: Limit) -> AsyncIterator[str]:
    """Pass on what comes before a limit is reached, and the rest of the sentence."""
    async for chunk in stream:
        if text := limit.push(chunk):
            yield text
        if limit.is_over:
            return
    if text := limit.finish(is_cut=stream.finished is not None and stream.finished.reason is Finish.LENGTH):
        yield text


async def written(chunks: AsyncIterator[str]) -> AsyncGenerator[str]:
    """Pass on how a model goes on with a text, white space in front of it too, without what it thinks."""
    held = ""
    async for chunk in without_reasoning(chunks, ""):
        shown = (held + chunk).rstrip()
        held = (held + chunk)[len(shown) :]
        if shown:
            yield shown


class Utterance:
    """What the model says, on its way: an asynchronous iterator of clean text. `text` is what was passed on so far."""

    def __init__(self, speaker: str, stream: Stream, chunks: AsyncIterator[str]) -> None:
        self.speaker = speaker
        self.text = ""
        self._stream = stream
        self._prompt = stream.request.prompt
        self._chunks = chunks
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
