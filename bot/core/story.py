"""The story: its turns, who is in its cast, and the scene that holds all of it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.core.people import Place, Player
from bot.core.rules import Afterwards, CastingRules, ReplySettings


class Author(StrEnum):
    """Who wrote a turn."""

    PERSON = "person"
    CHARACTER = "character"
    NARRATOR = "narrator"


class TurnState(StrEnum):
    """How far a turn has come: a reply is open while the model talks, then done, or cut short."""

    OPEN = "open"
    DONE = "done"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of the story as it reads now: its newest revision."""

    id: int
    parent: int | None
    author: Author
    name: str
    text: str
    state: TurnState
    at: datetime
    person: int | None = None
    character: int | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message on a platform (`platform:message-id`) that shows a turn (its id), or a part of it.

    It `is_ours` where the bot sent it, and `is_marked` where it is marked there as out of the story.
    """

    message: str
    turn: int
    is_ours: bool = True
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Branch:
    """A name for a way through a scene's tree, down to the turn `leaf`; None is before the first."""

    id: int
    name: str
    leaf: Turn | None


@dataclass(frozen=True, slots=True)
class Member:
    """A character in a scene. `block` is its card as the model reads it, expanded once on arrival and frozen.

    `examples` are its example dialogues, likewise. `after` is the turn behind which it came in; None means it was
    there when the scene opened. To its `aliases` it answers as to its name. One that `has_left` speaks no more. `moves`
    are the turns behind which it left, came back, left again and so on; 0 is before the first.
    """

    character: int
    name: str
    block: str
    talkativeness: float = 0.5
    muted: bool = False
    after: int | None = None
    examples: str = ""
    aliases: tuple[str, ...] = ()
    settings: ReplySettings = ReplySettings()
    has_left: bool = False
    moves: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened up to a turn (its id), behind which the model reads it."""

    turn: int
    text: str


@dataclass(frozen=True, slots=True)
class Scene:
    """A story at a place. `turns` is its path from `window_from` (None: the root) to the leaf it points at.

    `opener` is the person who opened it, `opened_by` the name they did so under. `pinned` are turns of the path above
    the window that never leave; `summary` is the newest on the path, `former` are older ones that are still read.
    `house_rules`, `scenario` and `lore` are what the head of each prompt says, frozen. `players` are in the order in
    which they took on who they play. A notebook has no cast: its turns are the pieces of one text. `language` is a
    BCP 47 tag, empty where none was chosen.
    """

    id: int
    place: Place
    title: str
    opened_by: str
    scenario: str
    members: tuple[Member, ...]
    turns: tuple[Turn, ...]
    window_from: int | None = None
    opener: int | None = None
    house_rules: str = ""
    lore: str = ""
    pinned: tuple[Turn, ...] = ()
    summary: Summary | None = None
    former: tuple[Summary, ...] = ()
    players: tuple[Player, ...] = ()
    rules: CastingRules = CastingRules()
    settings: ReplySettings = ReplySettings()
    afterwards: Afterwards = Afterwards()
    language: str = ""
    branch: str = ""
    is_notebook: bool = False
    is_paused: bool = False

    @property
    def leaf(self) -> int | None:
        return self.turns[-1].id if self.turns else None

    @property
    def present(self) -> tuple[Member, ...]:
        """The characters who have not left."""
        return tuple(member for member in self.members if not member.has_left)

    @property
    def channel(self) -> str:
        """The name under which the engine keeps this story's cache."""
        return f"scene:{self.id}"

    def member(self, character: int | None) -> Member | None:
        """Return a character of the scene by its id."""
        return next((member for member in self.members if member.character == character), None)

    def playing(self, person: int) -> Player | None:
        """Return who somebody plays now; None where they have not come in yet."""
        return next((player for player in reversed(self.players) if player.person == person), None)
