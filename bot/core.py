"""The words that the bot's layers share. It knows no platform, no database and no model."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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
class Place:
    """Where a story is played: a channel, a thread, a chat, a terminal. `id` is `platform:foreign-id`."""

    id: str
    name: str = ""

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform. `id` is `platform:foreign-id`, `name` what the platform shows."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line that a person wrote. `event` (`platform:message-id`) makes recording it twice harmless."""

    place: Place
    account: Account
    event: str
    text: str
    at: datetime


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


@dataclass(frozen=True, slots=True)
class Member:
    """A character in a scene. `block` is its card as the model reads it, expanded once on arrival and frozen.

    `examples` are its example dialogues, likewise. `after` is the turn behind which it came in; None means it was
    there when the scene opened.
    """

    character: int
    name: str
    block: str
    talkativeness: float = 0.5
    muted: bool = False
    after: int | None = None
    examples: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """A story at a place. `turns` is its path from `window_from` (None: the root) to the leaf it points at."""

    id: int
    place: Place
    title: str
    opened_by: str
    scenario: str
    members: tuple[Member, ...]
    turns: tuple[Turn, ...]
    window_from: int | None = None

    @property
    def leaf(self) -> int | None:
        return self.turns[-1].id if self.turns else None

    @property
    def channel(self) -> str:
        """The name under which the engine keeps this story's cache."""
        return f"scene:{self.id}"
