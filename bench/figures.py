"""The figures of the bench: what each means and what is expected of it."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

COMPARE = {"≤": operator.le, "≥": operator.ge}


@dataclass(frozen=True, slots=True)
class Expected:
    """What a figure means, and the bound that it should keep; none where it only informs."""

    meaning: str
    sign: Literal["≤", "≥", ""] = ""
    bound: float = 0.0

    def __str__(self) -> str:
        return f"{self.sign} {self.bound:g}" if self.sign else ""

    def is_met(self, value: float) -> bool:
        """Tell whether a value keeps the bound."""
        return not self.sign or COMPARE[self.sign](value, self.bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value; its key is one of EXPECTED."""

    key: str
    value: float

    @property
    def expected(self) -> Expected:
        return EXPECTED[self.key]


@dataclass(frozen=True, slots=True)
class Series:
    """Seconds to the first token of each step that a client has played, and at which of them turns had left."""

    trace: str
    client: str
    ttft_s: tuple[float, ...]
    trims: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What could not be measured, and why."""

    what: str
    reason: str


EXPECTED = {
    "history_reread_ratio": Expected("history read again, over all that was read, edits apart", "≤", 0.02),
    "ttft_slope": Expected("first token, late turns of one story over turns 10–20, medians", "≤", 1.25),
    "story_trims": Expected("trims in that story; below ten the slope says little"),
    "batch_efficiency_8": Expected("tokens/s of 8 channels at once, over the bare loop", "≥", 0.9),
    "batch_efficiency_16": Expected("tokens/s of 16 channels at once, over the bare loop", "≥", 0.9),
    "itl_under_prefill_ratio": Expected("between tokens, p95, while 2,000 are read, over alone", "≤", 4),
    "ram_restore_speedup": Expected("bring back 1,024 tokens from RAM, over reading them", "≥", 100),
    "disk_restore_speedup": Expected("the same from disk, after a restart", "≥", 30),
    "retry_history_read": Expected("tokens of head and turns read by a retry, at most", "≤", 1),
    "restart_history_read": Expected("the same after kill -9; a turn has up to 258", "≤", 258),
    "trim_nll_delta": Expected("loss on the next turns after 20 trims, over an exact reading", "≤", 0.01),
    "ttft_speedup_llama": Expected("first token, llama_cpp.Llama over ours, medians", "≥", 7),
    "ttft_speedup_ramcache": Expected("first token, Llama with LlamaRAMCache over ours", "≥", 1.8),
    "ttft_speedup_server": Expected("first token, llama-server over ours", "≥", 1),
    "ttft_speedup_server_tuned": Expected("first token, llama-server with a slot a channel over ours", "≥", 1),
    "lore_match_ms": Expected("2,000 lore entries against 8,000 characters, median", "≤", 20),
    "load_answered": Expected("lines answered, of all that people on both platforms wrote", "≥", 1),
    "load_refused": Expected("requests that a platform refused, but for their number", "≤", 0),
    "load_too_fast_discord": Expected("requests beyond the limits of Discord", "≤", 0),
    "load_too_fast_telegram": Expected("the same on Telegram, of those that cannot be known before"),
    "load_beats": Expected("heartbeats to Discord, one a second"),
    "load_beats_missed": Expected("heartbeats a second late or more", "≤", 0),
    "load_beat_late_s": Expected("seconds that a heartbeat was late, at most"),
    "load_command_s": Expected("seconds until a slash command is acknowledged under load, median"),
    "load_command_p95_s": Expected("the same, p95; Discord waits for 3", "≤", 1),
    "load_answer_s": Expected("seconds until a line is answered, all channels of Discord at once, median"),
    "load_answer_telegram_s": Expected("the same on Telegram"),
    "load_discord_beside_telegram": Expected("that, half of the channels being chats of Telegram, over it", "≤", 1.25),
    "load_telegram_beside_discord": Expected("the same for Telegram", "≤", 1.25),
    "load_unfairness": Expected("the longest wait for an answer over the median", "≤", 3),
    "load_memory_bot": Expected("memory of the bot at the end over that after the first round", "≤", 1.1),
    "load_memory_model": Expected("the same of the model's process; with the stories its caches grow"),
    "ttft_s": Expected("seconds to the first token, all channels, median"),
    "ttft_p95_s": Expected("the same, p95"),
    "read_rate": Expected("tokens/s read"),
    "write_rate": Expected("tokens/s written, one channel alone"),
    "write_rate_8": Expected("tokens/s written, 8 channels"),
    "write_rate_16": Expected("tokens/s written, 16 channels"),
    "seconds": Expected("seconds that the bench took"),
}

Result = Figure | Series | Missing
Tick = Callable[[str, int, int], None]
"""Is told what is being measured, and how much of how much is done."""
