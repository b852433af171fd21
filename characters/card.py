"""What is read from a character card. It knows no file format and no model."""

from dataclasses import dataclass, field
from typing import Literal

Spec = Literal["v1", "v2", "v3"]


@dataclass(frozen=True, slots=True)
class Card:
    """A character as its card describes it; macros are still in the texts.

    `raw` is the card's whole JSON text as it was written: what has no field here (lorebook, assets, extensions,
    unknown fields) is there. `warnings` are sentences about what had to be guessed while reading, clauses
    where the card was just read.
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
    """A card with the file it came in, whole and unchanged. `picture` is the PNG that carries the card, if one does."""

    source: str
    data: bytes = field(repr=False)
    card: Card
    picture: bytes | None = field(default=None, repr=False)
