"""What the matching of lore is given for one reply, and what it answers. It knows no rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from characters.lore.book import Entry, Position, Role

Reason = Literal["group", "chance", "empty", "book_budget", "budget"]
Extra = Literal[
    "persona_description",
    "character_description",
    "character_personality",
    "character_depth_prompt",
    "scenario",
    "creator_notes",
]
EXTRAS: tuple[Extra, ...] = (
    "persona_description",
    "character_description",
    "character_personality",
    "character_depth_prompt",
    "scenario",
    "creator_notes",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """The story when a reply is about to be written.

    `messages` are the newest ones, each `Name: text`, the newest last; `count` is the number of all on the way from
    the story's beginning, `replies` the number of those that characters said. `speaker` and `tags` are of the
    character that replies, `trigger` says what made it (normal, continue, swipe …). `greeting` is the number of the
    greeting that opened the story, `user_icon` the name of the player's picture; None where nobody knows.
    """

    messages: tuple[str, ...]
    count: int
    replies: int = 0
    speaker: str = ""
    tags: frozenset[str] = frozenset()
    trigger: str = "normal"
    greeting: int | None = None
    user_icon: str | None = None
    extras: Mapping[Extra, str] = field(default_factory=dict["Extra", str])


@dataclass(frozen=True, slots=True)
class Effects:
    """What sticky and cooling entries have to remember: how many messages there were when each came in, by its ref.

    The effects that a reply's matching returned belong to its turn; the next matching takes those of the newest reply
    on its own way through the story. So undo, swipe and branch need no more than this. What began at or after the
    present count never holds.
    """

    began: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Cause:
    """Why an entry matched.

    `key` is the primary key as it is written, `secondary` are the others that were found. It was in the message that
    lies `depth` behind the newest, in the content of the entry `entry` (recursion), or in an `extra` text.
    """

    kind: Literal["activate", "keep_activate_after_match", "constant", "sticky", "key"]
    key: str = ""
    secondary: tuple[str, ...] = ()
    depth: int | None = None
    entry: str | None = None
    extra: Extra | None = None


@dataclass(frozen=True, slots=True)
class Fired:
    """An entry that is told. `ref` is `book/uid`; content, place and role are what the decorators left of them.

    `depth` counts messages from the newest, where the position is `at_depth`. `disables` is the part of the prompt
    that the entry asks to leave out, as in `system_prompt`.
    """

    ref: str
    book: str
    entry: Entry
    cause: Cause
    content: str
    tokens: int
    position: Position
    depth: int
    role: Role
    disables: str | None = None


@dataclass(frozen=True, slots=True)
class Missed:
    """An entry that matched and is not told: others of its group or chance were against it, or there was no room."""

    ref: str
    entry: Entry
    cause: Cause
    reason: Reason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is told, by position and then by order; what is not; what is to be remembered.

    `slow_keys` are regular expressions that ran out of time, and counted as not found.
    """

    fired: tuple[Fired, ...]
    missed: tuple[Missed, ...]
    effects: Effects
    slow_keys: tuple[str, ...] = ()
