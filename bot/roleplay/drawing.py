"""The tree of a story as text: one column for each way, runs of turns without a fork folded. Pure.

Alternatives that nothing was said behind are no ways of their own: the one that goes on says how many there are.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.core import Turn
from bot.words import Sentence, Words, counted, sentence

SHOWN_CHARACTERS = 60
FORK, SIDE = "├─ ", "│  "


@dataclass(frozen=True, slots=True)
class Tree:
    """All turns of a scene, oldest first, the one it stands at, and the names of branches by where they end."""

    turns: Sequence[Turn]
    leaf: int | None
    names: Mapping[int, Sequence[str]] = field(default_factory=dict[int, Sequence[str]])


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the drawing: a turn with its number, or where there is none so many turns that are `folded`.

    It is one of so many `alternatives`, the `place`th. `names` are the branches that end here.
    """

    lead: str
    turn: Turn | None = None
    number: int = 0
    folded: int = 0
    place: int = 1
    alternatives: int = 1
    names: Sequence[str] = ()
    is_here: bool = False


@dataclass(frozen=True, slots=True)
class _Way:
    """A way down from a turn on: what stands in front of its first line, and of the others."""

    top: Turn
    first: str
    rest: str


def rows(tree: Tree) -> Iterator[Row]:
    """Lay a tree out: down each way, at a fork first the ways beside it, each a column further in."""
    growth = _Growth(tree)
    waiting: list[Row | _Way] = list(reversed(growth.ways(None, "")))
    while waiting:
        one = waiting.pop()
        if isinstance(one, Row):
            yield one
        else:
            waiting += reversed(list(_folded(growth.down(one))))


def drawn(tree: Tree, words: Words) -> str:
    """Draw a tree in a language."""
    return "\n".join(_line(row, words) for row in rows(tree))


class _Growth:
    """A tree by its turns: what is below each, and which of it is gone on with."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._numbers = {turn.id: number for number, turn in enumerate(tree.turns, start=1)}
        self._below: dict[int | None, list[Turn]] = {None: []}
        newest: dict[int, int] = {}
        for turn in reversed(tree.turns):
            if turn.text or turn.id in self._below or self._is_marked(turn):
                self._below.setdefault(turn.parent, []).insert(0, turn)
                newest[turn.id] = max((newest[below.id] for below in self._below.get(turn.id, ())), default=turn.id)
        parents = {turn.id: turn.parent for turn in tree.turns}
        story, at = set[int](), tree.leaf
        while at is not None:
            story.add(at)
            at = parents.get(at)
        self._rank = {id: (id in story, last) for id, last in newest.items()}

    def ways(self, parent: int | None, lead: str) -> list[Row | _Way]:
        """Return the ways that go on behind a turn: those beside it first, then the way itself, in its own column."""
        below = self._below.get(parent, [])
        main = self._main(parent)
        beside = [turn for turn in below if turn != main and (turn.id in self._below or self._is_marked(turn))]
        ways: list[Row | _Way] = [_Way(turn, lead + FORK, lead + SIDE) for turn in beside]
        return [*ways, _Way(main, lead, lead)] if main else ways

    def down(self, way: _Way) -> Iterator[tuple[Row | _Way, bool]]:
        """Yield the rows of a way up to its next fork, and what goes on there; of each whether it may be folded."""
        turn: Turn | None = way.top
        lead, is_first = way.first, True
        while turn:
            following = self.ways(turn.id, way.rest)
            is_end = len(following) != 1
            yield self._row(turn, lead), not (is_first or is_end or self._is_marked(turn))
            if len(following) > 1:
                yield from ((one, False) for one in following)
                return
            turn, lead, is_first = self._main(turn.id), way.rest, False

    def _main(self, parent: int | None) -> Turn | None:
        """Return the turn below another through which the story goes, or else what was said last."""
        return max(self._below.get(parent, []), key=lambda turn: self._rank[turn.id], default=None)

    def _is_marked(self, turn: Turn) -> bool:
        return turn.id == self._tree.leaf or turn.id in self._tree.names

    def _row(self, turn: Turn, lead: str) -> Row:
        alike = [one for one in self._below[turn.parent] if one.author is turn.author and one.text]
        return Row(
            lead,
            turn,
            self._numbers[turn.id],
            place=alike.index(turn) + 1 if turn in alike else 1,
            alternatives=len(alike),
            names=self._tree.names.get(turn.id, ()),
            is_here=turn.id == self._tree.leaf,
        )


def _folded(drawn: Iterator[tuple[Row | _Way, bool]]) -> Iterator[Row | _Way]:
    """Put one row in place of several in a row that may be folded."""
    run: list[Row] = []
    for one, may_fold in drawn:
        if may_fold and isinstance(one, Row):
            run.append(one)
            continue
        yield from _fold(run)
        run = []
        yield one
    yield from _fold(run)


def _fold(run: Sequence[Row]) -> Sequence[Row]:
    return run if len(run) < 2 else [Row(run[0].lead, folded=len(run))]


def _line(row: Row, words: Words) -> str:
    if row.turn is None:
        return row.lead + words.say(counted("… {count} turn", "… {count} turns", count=row.folded))
    text = " ".join(row.turn.text.split())
    shown = text if len(text) <= SHOWN_CHARACTERS else f"{text[:SHOWN_CHARACTERS].rstrip()}…"
    said = shown or words.say(sentence("(deleted)"))
    line = f"{row.lead}#{row.number} {row.turn.name}: {said}"
    return "  ".join([line, *(words.say(mark) for mark in _marks(row))])


def _marks(row: Row) -> Iterator[Sentence]:
    if row.alternatives > 1:
        yield sentence("({place} of {count})", place=row.place, count=row.alternatives)
    for name in row.names:
        yield sentence("[{name}]", name=name)
    if row.is_here:
        yield sentence("← here")
