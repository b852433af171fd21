"""What the engine and its worker process say to each other, and what a request has cost."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from engine.errors import EngineError, ModelError
from engine.plan import Capability
from engine.prompt import Prompt
from engine.sampling import Sampling


class Finish(StrEnum):
    """Why a reply ended."""

    END = "end"
    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"


class Priority(IntEnum):
    """How urgent a request is, the most urgent first."""

    INTERACTIVE = 0
    RETRY = 1
    NARRATION = 2
    SUGGESTION = 3
    BACKGROUND = 4


class Tier(StrEnum):
    """Where a channel's cache was found."""

    RESIDENT = "resident"
    RAM = "ram"
    DISK = "disk"
    SHARED = "shared"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """What the loaded model is and can do. `window` is in tokens, for each channel.

    `bos` and `eos` are the texts of its tokens for a beginning and an end; the engine puts the former in front of
    every story where the model `adds_bos`.
    """

    name: str = ""
    chat_template: str | None = None
    bos: str = ""
    eos: str = ""
    adds_bos: bool = False
    capability: Capability = Capability.APPEND
    window: int = 0
    cells: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one request cost: tokens held already, brought back from a tier, read by cause, and written; in seconds.

    New is what was read of the head, of turns, and of the tail with the cue; `read_commit` are replies written in a
    fork and read into their channel once. The rest had been read before: behind a trim or an edit, because the cache
    was lost (`read_rebuild`), or because it was only approximate (`read_heal`).
    `trimmed` tokens left the window in front of the reply, which waited for it, `trimmed_after` within or behind it.
    """

    held: int = 0
    tier: Tier = Tier.NONE
    restored: int = 0
    read_head: int = 0
    read_turn: int = 0
    read_tail: int = 0
    read_commit: int = 0
    read_trim: int = 0
    read_edit: int = 0
    read_rebuild: int = 0
    read_heal: int = 0
    written: int = 0
    trimmed: int = 0
    trimmed_after: int = 0
    queued_s: float = 0.0
    plan_s: float = 0.0
    swap_s: float = 0.0
    first_token_s: float = 0.0
    total_s: float = 0.0

    @property
    def read(self) -> int:
        """The tokens that the model has read for it."""
        return self.read_head + self.read_turn + self.read_tail + self.read_commit + self.read_again

    @property
    def read_again(self) -> int:
        """The tokens of the story that it had read before."""
        return self.read_trim + self.read_edit + self.read_rebuild + self.read_heal


@dataclass(frozen=True, slots=True)
class Totals:
    """What all requests since the model was loaded have cost, in tokens; `tiers` counts where caches were found."""

    requests: int = 0
    tiers: dict[Tier, int] = field(default_factory=dict[Tier, int])
    held: int = 0
    restored: int = 0
    read: int = 0
    read_again: int = 0
    healed: int = 0
    written: int = 0
    trimmed: int = 0

    @property
    def hit_rate(self) -> float:
        """The part of what was wanted that did not have to be read, from 0 to 1."""
        return self.held / max(1, self.held + self.read)

    def plus(self, cost: Figures) -> "Totals":
        """Add a request."""
        return Totals(
            requests=self.requests + 1,
            tiers={**self.tiers, cost.tier: self.tiers.get(cost.tier, 0) + 1},
            held=self.held + cost.held,
            restored=self.restored + cost.restored,
            read=self.read + cost.read,
            read_again=self.read_again + cost.read_again,
            healed=self.healed,
            written=self.written + cost.written,
            trimmed=self.trimmed + cost.trimmed + cost.trimmed_after,
        )


@dataclass(frozen=True, slots=True)
class Occupancy:
    """How full the engine is. `held` counts tokens by resident channel, least recently used first."""

    held: dict[str, int] = field(default_factory=dict[str, int])
    cells: int = 0
    cells_used: int = 0
    ram_bytes: int = 0
    disk_bytes: int = 0
    totals: Totals = Totals()


@dataclass(frozen=True, slots=True)
class Request:
    """One reply to be written. Told to the worker. `exact` reads again what the cache holds only approximately.

    Where there are `candidates` nothing is written: their tokens, of each the first `depth`, are scored as what could
    come behind the cue.
    """

    id: int
    channel: str
    prompt: Prompt
    sampling: Sampling
    priority: Priority = Priority.INTERACTIVE
    user: str = ""
    exact: bool = False
    candidates: tuple[str, ...] = ()
    depth: int | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Stop a reply, wherever it is. Told to the worker."""

    id: int


@dataclass(frozen=True, slots=True)
class Stop:
    """End the process in good order. Told to the worker."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The model is loaded."""

    info: ModelInfo


@dataclass(frozen=True, slots=True)
class Broken:
    """The model could not be loaded."""

    error: ModelError


@dataclass(frozen=True, slots=True)
class Started:
    """A request has left the line."""

    id: int


@dataclass(frozen=True, slots=True)
class Text:
    """Some more of a reply."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Scored:
    """The natural logarithms of the probabilities of each candidate's tokens."""

    id: int
    scores: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """A reply has ended. `window_from` is the label of the oldest unpinned segment that was kept."""

    id: int
    reason: Finish
    figures: Figures
    window_from: str | None
    occupancy: Occupancy


@dataclass(frozen=True, slots=True)
class Failed:
    """A request could not be carried out; the others go on."""

    id: int
    error: EngineError


Event = Ready | Broken | Started | Text | Scored | Finished | Failed
Order = Request | Cancel | Stop
