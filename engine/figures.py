"""What requests have cost, and how full the engine is."""

from dataclasses import dataclass, field
from enum import StrEnum


class Tier(StrEnum):
    """Where a channel's cache was found."""

    RESIDENT = "resident"
    RAM = "ram"
    DISK = "disk"
    SHARED = "shared"
    NONE = "none"


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
    def prefill_s(self) -> float:
        """How long the reading in front of the first token took."""
        return max(0.0, self.first_token_s - self.queued_s - self.plan_s - self.swap_s)

    @property
    def decode_s(self) -> float:
        """How long the tokens behind the first one took."""
        return self.total_s - self.first_token_s if self.written else 0.0

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
    """What all requests since the model was loaded have cost, in tokens; `tiers` counts where caches were found.

    Beside them stands what was read in idle time: `healed`, and `committed` as what `Figures.read_commit` counts.
    """

    requests: int = 0
    tiers: dict[Tier, int] = field(default_factory=dict[Tier, int])
    held: int = 0
    restored: int = 0
    read: int = 0
    read_again: int = 0
    healed: int = 0
    committed: int = 0
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
            committed=self.committed,
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
