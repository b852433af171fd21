"""What is read from a character card. It knows no file format and no model."""

from dataclasses import dataclass, field
from typing import Literal

Spec = Literal["v1", "v2", "v3"]
Container = Literal["json", "png", "charx"]
Role = Literal["system", "user", "assistant"]

DEFAULT_DEPTH_MESSAGES = 4


@dataclass(frozen=True, slots=True)
class DepthPrompt:
    """A note of the card's own, told so many messages above the end (SillyTavern's `depth_prompt`)."""

    text: str
    depth: int = DEFAULT_DEPTH_MESSAGES
    role: Role = "system"


@dataclass(frozen=True, slots=True)
class Card:
    """A character as its card describes it; macros are still in the texts.

    `raw` is the card's whole JSON text as it was written: what has no field here (lorebook, assets, extensions,
    unknown fields) is there; of what was neither V1, V2 nor V3, it is the V2 object that was made of it. `world` is
    the name of a lorebook. `warnings` are sentences about what had to be guessed while reading, clauses where the card
    was just read.
    """

    name: str
    spec: Spec
    raw: str = field(repr=False)
    nickname: str = ""
    description: str = ""
    personality: str = ""
    scenario: str = ""
    first_mes: str = ""
    mes_example: str = ""
    creator_notes: str = ""
    system_prompt: str = ""
    post_history_instructions: str = ""
    alternate_greetings: tuple[str, ...] = ()
    group_only_greetings: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    creator: str = ""
    character_version: str = ""
    talkativeness: float = 0.5
    world: str = ""
    depth_prompt: DepthPrompt | None = None
    warnings: tuple[str, ...] = ()

    @property
    def spoken_name(self) -> str:
        """The name that `{{char}}` stands for: the nickname where there is one."""
        return self.nickname or self.name

    @property
    def greetings(self) -> tuple[str, ...]:
        """The first message, then its alternatives; the empty ones are left out."""
        return tuple(text for text in (self.first_mes, *self.alternate_greetings) if text.strip())


@dataclass(frozen=True, slots=True)
class CardFile:
    """A card with the file it came in, whole and unchanged.

    `picture` is its face as it came (PNG, JPEG, GIF or WebP): the card's own, or one that lay beside it.
    """

    source: str
    data: bytes = field(repr=False)
    card: Card
    picture: bytes | None = field(default=None, repr=False)
    container: Container = "json"
