"""How the next token is drawn, and when a reply ends. All numbers of sampling stand here."""

from dataclasses import dataclass

from engine.errors import InvalidSampling

MAX_SEED = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Sampling:
    """The field's own settings, by their usual names.

    A temperature of 0 always takes the likeliest token. `top_k` 0, `top_p` 1, `min_p` 0 and penalties of 1 and 0 are
    off. `repeat_last_n` counts tokens, of the prompt too. Without a seed every reply is drawn anew.

    Raises InvalidSampling, with the range, where a value is nonsense.
    """

    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_last_n: int = 256
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    max_tokens: int = 160
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def __post_init__(self) -> None:
        self._check("temperature", 0, 5)
        self._check("top_k", 0, 100_000)
        self._check("top_p", 0, 1)
        self._check("min_p", 0, 1)
        self._check("repeat_penalty", 0.1, 3)
        self._check("repeat_last_n", 0, 100_000)
        self._check("presence_penalty", -2, 2)
        self._check("frequency_penalty", -2, 2)
        self._check("max_tokens", 1, 100_000)
        if self.seed is not None:
            self._check("seed", 0, MAX_SEED)
        if not all(self.stop):
            raise InvalidSampling("stop", self.stop, "strings with at least one character")

    def _check(self, name: str, least: float, most: float) -> None:
        value = getattr(self, name)
        if not least <= value <= most:
            raise InvalidSampling(name, value, f"a number from {least:,} to {most:,}")
