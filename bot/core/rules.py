"""How a scene is played: who answers, how replies are written, and what follows them by itself."""

from dataclasses import dataclass
from enum import StrEnum

from bot.errors import InvalidRule

RANGES = {"chance_percent": (0, 100), "most_replies": (1, 10), "among_themselves": (0, 50)}

SamplingValue = int | float | str | tuple[str, ...] | tuple[tuple[int | str, float], ...]
"""What a field of the engine's Sampling may hold: a number, a text or several, or what is added to some tokens."""


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
                raise InvalidRule(name, least=least, most=most)


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
class ServerRules:
    """What a server's moderators set. Roles, channels and places are known by their ids, `platform:foreign-id`.

    Who has a role of `moderators` is one; where there are `players` the others only look on. It is played in
    `channels`, or everywhere. Scenes open with the `cast` (names of cards) where nobody names others. The bot speaks
    the `language` where a person's own is not known. `alarms` is the channel where moderators are told things.
    The limits count for each person as those of the owner do, where they are less. `pings`: who wants to be
    called when a reply was long in coming is. Lines wait `quiet_s` for more, or as long as is usual.
    """

    moderators: tuple[str, ...] = ()
    players: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    cast: tuple[str, ...] = ()
    language: str = ""
    alarms: str = ""
    replies_per_minute: int | None = None
    tokens_per_day: int | None = None
    pings: bool = True
    quiet_s: int | None = None
