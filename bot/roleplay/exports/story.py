"""A story as it is written to a file or read from one. It knows no format and no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bot.core import Author, Turn, TurnState


@dataclass(frozen=True, slots=True)
class Told:
    """One turn of a story; without a name where it is a text that nobody speaks.

    `swipes` are its alternatives, itself among them at the place `swipe`; there may be none. `hidden` is what people
    saw and the model did not. `face` is a picture's bytes. `kept` is the JSON object that the turn was read from, with
    all that has no field here; JSONL gives it back. `at` is None where the file does not say when.
    """

    author: Author
    name: str
    text: str
    at: datetime | None = None
    swipes: tuple[str, ...] = ()
    swipe: int = 0
    cut: bool = False
    hidden: bool = False
    face: bytes | None = field(default=None, repr=False)
    kept: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Story:
    """A story from its beginning. `header` is the JSON object that it was read from, as `kept` of a turn is.

    The turns of a notebook are pieces of one text.
    """

    title: str
    turns: tuple[Told, ...]
    opened_at: datetime | None = None
    header: str = field(default="", repr=False)
    is_notebook: bool = False

    @property
    def people(self) -> tuple[str, ...]:
        """The names of the people who speak, in the order in which they first do."""
        return self._names(Author.PERSON)

    @property
    def characters(self) -> tuple[str, ...]:
        """The names of the characters who speak, in the order in which they first do."""
        return self._names(Author.CHARACTER)

    @property
    def about(self) -> tuple[str, ...]:
        """The day on which the story began, where it is known, and all names."""
        day = (f"{self.opened_at:%Y-%m-%d}",) if self.opened_at else ()
        return (*day, *self.characters, *self.people)

    def _names(self, author: Author) -> tuple[str, ...]:
        return tuple(dict.fromkeys(turn.name for turn in self.turns if turn.author is author))


def tell(turn: Turn, *, siblings: Sequence[Turn] = (), face: bytes | None = None, kept: str = "") -> Told:
    """Make a turn ready for a file. `siblings` are all replies in its place, itself among them, in their order."""
    swipes = [one for one in siblings or [turn] if one == turn or (one.text and one.author is turn.author)]
    is_reply = turn.author is not Author.PERSON
    return Told(
        author=turn.author,
        name=turn.name,
        text=turn.text,
        at=turn.at,
        swipes=tuple(one.text for one in swipes) if is_reply else (),
        swipe=swipes.index(turn) if is_reply else 0,
        cut=turn.state is TurnState.CUT,
        face=face,
        kept=kept,
    )
