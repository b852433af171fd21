"""What a lorebook says. It knows no file format and no story."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Dialect = Literal["character_book", "lorebook_v3", "sillytavern", "agnai", "novelai", "risu"]
Logic = Literal["any", "not_all", "none", "all"]
Role = Literal["system", "user", "assistant"]
Position = Literal[
    "before_char",
    "personality",
    "scenario",
    "after_char",
    "before_examples",
    "after_examples",
    "before_note",
    "after_note",
    "at_depth",
    "outlet",
]

DEFAULT_ORDER = 100
DEFAULT_DEPTH_MESSAGES = 4
DEFAULT_WEIGHT = 100
CERTAIN_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One piece of lore and when it is told; decorators and macros are still in the content.

    `uid` is unique in its book. None leaves a choice to the book or the program. `sticky`, `cooldown`, `delay`,
    `depth` and `scan_depth` count messages; `delay_until_recursion` is a level, 0 for none. `raw` is the entry as it
    was written, unknown fields and all.
    """

    uid: str
    keys: tuple[str, ...] = ()
    content: str = ""
    name: str = ""
    comment: str = ""
    enabled: bool = True
    constant: bool = False
    selective: bool = True
    secondary_keys: tuple[str, ...] = ()
    logic: Logic = "any"
    case_sensitive: bool | None = None
    whole_words: bool | None = None
    scan_depth: int | None = None
    insertion_order: float = DEFAULT_ORDER
    priority: float | None = None
    position: Position = "before_char"
    depth: int = DEFAULT_DEPTH_MESSAGES
    role: Role = "system"
    probability: float = CERTAIN_PERCENT
    use_probability: bool = True
    sticky: int = 0
    cooldown: int = 0
    delay: int = 0
    exclude_recursion: bool = False
    prevent_recursion: bool = False
    delay_until_recursion: int = 0
    group: str = ""
    group_override: bool = False
    group_weight: float = DEFAULT_WEIGHT
    group_scoring: bool | None = None
    ignore_budget: bool = False
    triggers: tuple[str, ...] = ()
    filter_names: tuple[str, ...] = ()
    filter_tags: tuple[str, ...] = ()
    filter_excludes: bool = False
    match_persona_description: bool = False
    match_character_description: bool = False
    match_character_personality: bool = False
    match_character_depth_prompt: bool = False
    match_scenario: bool = False
    match_creator_notes: bool = False
    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)

    @property
    def title(self) -> str:
        """What the entry is called in messages: its name, its comment, its first key or its number."""
        return self.name or self.comment or next(filter(None, self.keys), "") or self.uid

    @property
    def groups(self) -> tuple[str, ...]:
        """The inclusion groups that the entry is in."""
        return tuple(filter(None, (group.strip() for group in self.group.split(","))))


@dataclass(frozen=True, slots=True)
class Book:
    """A lorebook in the dialect that it was written in; `raw` is the whole object as it was written."""

    dialect: Dialect
    entries: tuple[Entry, ...] = ()
    name: str = ""
    description: str = ""
    scan_depth: int | None = None
    token_budget: int | None = None
    recursive_scanning: bool | None = None
    raw: Mapping[str, object] = field(default_factory=dict[str, object], repr=False, compare=False)
