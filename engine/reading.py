"""What a request wants read, in tokens: a prompt's segments become spans."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from engine.errors import EmptyPrompt
from engine.llama.model import Model
from engine.messages import Figures
from engine.plan import Plan, Span, fit, length_of
from engine.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Reading:
    """The story, what the fork alone reads behind it, and the cue; `reply` is the room that the answer may need."""

    story: tuple[Span, ...]
    tail: Span
    cue: Span
    reply: int

    @property
    def length(self) -> int:
        """Count the cells that all of it fills, the reply included."""
        return length_of(self.story) + len(self.tail) + len(self.cue) + self.reply

    @property
    def tokens(self) -> Iterator[int]:
        """All tokens in front of the reply."""
        return chain.from_iterable(span.tokens for span in (*self.story, self.tail, self.cue))


def read(model: Model, prompt: Prompt, *, reply: int, window: int) -> Reading:
    """Tokenise a prompt and drop the oldest of its story until it fits the window.

    Raises EmptyPrompt where there is no cue to go on from, PromptTooLong where what must stay does not fit.
    """
    spans = [
        Span(model.tokenize(segment, first=index == 0), segment.label, segment.pinned)
        for index, segment in enumerate((*prompt.story, prompt.cue))
    ]
    *story, cue = spans
    if not cue.tokens:
        raise EmptyPrompt
    tail = Span(tuple(token for segment in prompt.tail for token in model.tokenize(segment)))
    kept = fit([span for span in story if span.tokens], len(tail) + len(cue) + reply, window)
    return Reading(kept, tail, cue, reply)


def window_from(story: Sequence[Span]) -> str | None:
    """Return the label of the oldest span that is not pinned."""
    return next((span.label for span in story if not span.pinned), None)


def figures(plan: Plan, wanted: Sequence[Span], *, cue: Span) -> Figures:
    """Count what a plan leaves to be read, by cause; the cue counts as tail."""
    head = turns = tail = position = 0
    for span in wanted:
        position += len(span)
        new = min(len(span), max(0, position - plan.keep.length))
        if span is cue:
            tail += new
        elif span.pinned:
            head += new
        else:
            turns += new
    return Figures(
        held=plan.keep.length,
        read_head=head,
        read_turns=turns,
        read_tail=tail,
        trimmed=sum(run.stop - run.start for run in plan.remove),
    )
