"""What a request wants read, in tokens: segments become spans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from engine.errors import EmptyPrompt
from engine.llama.model import Model
from engine.messages import Request
from engine.plan import Span, fit, length_of
from engine.prompt import Piece

REPLY_ROOM = 1 / 4
"""The part of the window that is kept free for a reply; a longer one drops old turns as it is written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The story, what the fork alone reads behind it, and the cue; `reply` is how long the answer may become.

    Instead of an answer there may be `candidates` to be scored, or a text to be `explained`. `asked` is the story as it
    was asked for, before what does not fit the window was dropped.
    """

    story: tuple[Span, ...]
    tail: Span
    cue: Span
    reply: int
    window: int
    asked: tuple[Span, ...] = ()
    candidates: tuple[tuple[int, ...], ...] = ()
    explained: tuple[int, ...] = ()

    @property
    def room(self) -> int:
        """Return how many tokens are kept free for the answer."""
        return min(self.reply, int(self.window * REPLY_ROOM))

    @property
    def length(self) -> int:
        """Count the cells that all of it may fill, the reply included."""
        return min(self.window, length_of(self.story) + len(self.tail) + len(self.cue) + self.reply)

    @property
    def tokens(self) -> Iterator[int]:
        """All tokens in front of the reply."""
        return chain.from_iterable(span.tokens for span in (*self.story, self.tail, self.cue))


def read(model: Model, request: Request, *, window: int) -> Reading:
    """Tokenise what a request wants read, and drop the oldest of its story until it fits the window.

    Candidates, and what is to be explained, fit behind it as well. Raises EmptyPrompt where there is no cue to go on
    from, PromptTooLong where what must stay does not fit.
    """
    prompt = request.prompt
    spans = [
        Span(model.tokenize(segment, first=index == 0), segment.label, segment.pinned, segment.may_lead)
        for index, segment in enumerate((*prompt.story, prompt.cue))
    ]
    *story, cue = spans
    if not cue.tokens:
        raise EmptyPrompt
    reading = Reading(
        story=tuple(span for span in story if span.tokens),
        tail=Span(tuple(token for segment in prompt.tail for token in model.tokenize(segment))),
        cue=cue,
        reply=request.sampling.max_tokens,
        window=window,
        candidates=tuple(model.tokenize_piece(Piece(text))[: request.depth] for text in request.candidates),
        explained=model.tokenize_piece(Piece(request.explained)) if request.explained else (),
    )
    least = max(map(len, (*reading.candidates, reading.explained)))
    kept = fit(reading.story, len(reading.tail) + len(cue) + max(reading.room, least), window)
    return replace(reading, story=kept, asked=reading.story, reply=max(reading.reply, least))


def window_from(story: Sequence[Span]) -> str | None:
    """Return the label of the oldest span that is not pinned."""
    return next((span.label for span in story if not span.pinned), None)
