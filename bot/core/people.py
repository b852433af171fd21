"""People, and the places where they meet: who acts, as whom they play, and what they write."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum


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

    `server` is where it belongs to, likewise: places of one server share what was published there. Some platforms know
    places that are not `for_adults`: cards that are cannot be played there.
    """

    id: str
    name: str = ""
    server: str = ""
    for_adults: bool = field(default=True, compare=False)

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
class Persona:
    """Who a person (their id) can play. `brackets` are what its lines are typed in, as in `k: text`, or empty."""

    id: int
    person: int
    name: str
    description: str = ""
    brackets: str = ""


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
