"""The words that the bot's layers share. It knows no platform, no database and no model."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.errors import InvalidRule

RANGES = {"chance_percent": (0, 100), "most_replies": (1, 10), "among_themselves": (0, 50)}


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


class Answering(StrEnum):
    """When anybody answers at all: each line; whoever is addressed; so many lines in a hundred; nobody unasked."""

    ALWAYS = "always"
    ADDRESSED = "addressed"
    CHANCE = "chance"
    CALLED = "called"


class Order(StrEnum):
    """Who answers where nobody is named.

    One who likes to talk; all in turn; one who has not spoken since a person did; nobody; the one likeliest to a model.
    """

    NATURAL = "natural"
    LIST = "list"
    POOLED = "pooled"
    MANUAL = "manual"
    MODEL = "model"


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
    there when the scene opened. To its `aliases` it answers as to its name.
    """

    character: int
    name: str
    block: str
    talkativeness: float = 0.5
    muted: bool = False
    after: int | None = None
    examples: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CastingRules:
    """How a scene is cast. Without `answering`, one person is always answered, several where they address somebody.

    `most_replies` bounds what one line brings about. The characters go on `among_themselves` for so many turns.
    Raises InvalidRule, with the range, where a number is nonsense.
    """

    answering: Answering | None = None
    chance_percent: int = 30
    order: Order = Order.NATURAL
    most_replies: int = 3
    among_themselves: int = 0

    def __post_init__(self) -> None:
        for name, (least, most) in RANGES.items():
            value = getattr(self, name)
            if type(value) is not int or not least <= value <= most:
                raise InvalidRule(name, value, f"a whole number from {least} to {most}")


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
