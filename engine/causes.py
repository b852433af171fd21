"""Why the model reads what it reads: text that is new, or text that it has read before. Pure book-keeping."""

from collections import OrderedDict
from collections.abc import Sequence
from enum import Enum, auto

from engine.figures import Figures
from engine.plan import Capability, Plan, Span, common, plan, tokens_of

CHANNELS_REMEMBERED = 1000
REPLIES_REMEMBERED = 64


class Cause(Enum):
    """Why some tokens are read; `Figures` says what each means."""

    HEAD = auto()
    TURN = auto()
    TAIL = auto()
    COMMIT = auto()
    TRIM = auto()
    EDIT = auto()
    REBUILD = auto()
    HEAL = auto()


class Past:
    """What a channel has read so far, and the labels of the replies written for it, whose text it has not."""

    def __init__(self) -> None:
        self._read: tuple[Span, ...] = ()
        self._written: OrderedDict[str, None] = OrderedDict()

    def count(self, work: Plan, wanted: Sequence[Span], *, cue: Span, approximate_from: int | None = None) -> Figures:
        """Count what a plan leaves to be read, by cause; the cue counts as tail.

        With `approximate_from` it is reread from there because what was held was not exact.
        """
        known = {span.tokens for span in self._read}
        agrees = common(self._read, tokens_of(wanted))
        changed = Cause.TRIM if plan(self._read, wanted, Capability.SURGERY).remove else Cause.EDIT
        heals = agrees if approximate_from is None else approximate_from
        read = dict.fromkeys(Cause, 0)
        position = 0
        for span in wanted:
            position += len(span)
            if span is cue:
                cause = Cause.TAIL
            elif span.tokens in known:
                cause = changed if position > agrees else Cause.HEAL if position > heals else Cause.REBUILD
            elif span.pinned:
                cause = Cause.HEAD
            else:
                cause = Cause.COMMIT if span.label in self._written else Cause.TURN
            read[cause] += min(len(span), max(0, position - work.keep.length))
        return Figures(
            held=work.keep.length,
            trimmed=sum(run.stop - run.start for run in work.remove),
            read_head=read[Cause.HEAD],
            read_turn=read[Cause.TURN],
            read_tail=read[Cause.TAIL],
            read_commit=read[Cause.COMMIT],
            read_trim=read[Cause.TRIM],
            read_edit=read[Cause.EDIT],
            read_rebuild=read[Cause.REBUILD],
            read_heal=read[Cause.HEAL],
        )

    def has_read(self, story: Sequence[Span]) -> None:
        """Note that a channel holds this story now."""
        self._read = tuple(story)

    def has_written(self, label: str) -> None:
        """Note that a reply was written which may come back as the turn of that label."""
        if label:
            self._written[label] = None
            self._written.move_to_end(label)
            if len(self._written) > REPLIES_REMEMBERED:
                self._written.popitem(last=False)


class Pasts:
    """The past of every channel; those that were silent longest are forgotten."""

    def __init__(self) -> None:
        self._channels: OrderedDict[str, Past] = OrderedDict()

    def of(self, channel: str) -> Past:
        """Return a channel's past, an empty one where it has none."""
        past = self._channels.setdefault(channel, Past())
        self._channels.move_to_end(channel)
        if len(self._channels) > CHANNELS_REMEMBERED:
            self._channels.popitem(last=False)
        return past
