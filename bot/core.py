"""The words that the bot's layers share. It knows no platform, no database and no model."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum

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


class Role(IntEnum):
    """What somebody may do at a place, each more than the one before; a platform says who is what."""

    SPECTATOR = 0
    PLAYER = 1
    MODERATOR = 2
    OWNER = 3


class Access(StrEnum):
    """Who may use the bot at all, on a server or on the whole machine: its owner; whom they invited; everybody."""

    OWNER = "owner"
    INVITED = "invited"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a story is played: a channel, a thread, a chat, a terminal. `id` is `platform:foreign-id`.

    `server` is where it belongs to, likewise: places of one server share what was published there.
    """

    id: str
    name: str = ""
    server: str = ""

    @property
    def platform(self) -> str:
        return self.id.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Account:
    """Somebody on a platform. `id` is `platform:foreign-id`, `name` what the platform shows.

    `role` is theirs at the place where they act; `language` is the one that their program speaks, as in `pt-BR`.
    """

    id: str
    name: str
    role: Role = Role.PLAYER
    language: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long an answer waits for more to be said, in seconds: by one person, among several, and at most.

    A sign that somebody types counts for `typing_s`.
    """

    alone_s: float = 1.5
    several_s: float = 3.0
    typing_s: float = 10.0
    most_s: float = 15.0


@dataclass(frozen=True, slots=True)
class Incoming:
    """One line that a person wrote. `event` (`platform:message-id`) makes recording it twice harmless.

    Without `patience` it is answered at once, as where each line is sent on purpose.
    `replied_to` are the messages that it answers on its platform (`platform:message-id`), or turns by their ids.
    """

    place: Place
    account: Account
    event: str
    text: str
    at: datetime
    patience: Patience | None = None
    replied_to: tuple[str, ...] = ()
    mentions_bot: bool = False


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


SamplingValue = int | float | str | tuple[str, ...] | tuple[tuple[int | str, float], ...]
"""What a field of the engine's Sampling may hold: a number, a text or several, or what is added to some tokens."""


@dataclass(frozen=True, slots=True)
class Branch:
    """A name for a way through a scene's tree, down to the turn `leaf`; None is before the first."""

    id: int
    name: str
    leaf: Turn | None


@dataclass(frozen=True, slots=True)
class ReplySettings:
    """How replies are written, where that is not as the bot's owner set it: by a scene, or by a character in it.

    `sampling` are values by their names in the engine's Sampling, over those of the `preset`: one of the person
    `preset_of`, or one that comes with Troupe. `reply_tokens` is the longest that a reply may become; `exact` never
    shifts what was read. None leaves it as it was.
    """

    preset: str = ""
    preset_of: int | None = None
    sampling: tuple[tuple[str, SamplingValue], ...] = ()
    reply_tokens: int | None = None
    exact: bool | None = None


@dataclass(frozen=True, slots=True)
class Afterwards:
    """What is done by itself after each reply: a narrator's passage, suggestions (so many), an update of the state."""

    narrate: bool = False
    suggest: int = 0
    state: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    """A character in a scene. `block` is its card as the model reads it, expanded once on arrival and frozen.

    `examples` are its example dialogues, likewise. `after` is the turn behind which it came in; None means it was
    there when the scene opened. To its `aliases` it answers as to its name. One that `has_left` did so behind the turn
    `left_after`, and speaks no more.
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
    left_after: int | None = None


@dataclass(frozen=True, slots=True)
class Player:
    """Somebody (their id) in a scene as who they play: a persona (its id), or under the name of their account.

    `block` is the persona as the model reads it, frozen; `after` is the turn behind which they took it on.
    """

    id: int
    person: int
    name: str
    persona: int | None = None
    block: str = ""
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Persona:
    """Who a person (their id) can play. `brackets` are what its lines are typed in, as in `k: text`, or empty."""

    id: int
    person: int
    name: str
    description: str = ""
    brackets: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What happened up to a turn (its id), behind which the model reads it."""

    turn: int
    text: str


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
