"""How the characters play, by default."""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import Field

from bot.roleplay.templates import FormatChoice
from engine import Sampling

Limit = Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True)
class PlaySettings:
    """The sampling of a reply, by the field's usual names. `reply_tokens` is the longest a reply may become.

    `template` is the chat format; "auto" is the one that the model's own template shows. `house_rules` are told to the
    model first of all, behind those that nobody can take out. `replies_per_minute` and `tokens_per_day` (UTC; read anew
    and written) are the most for each person but moderators; 0 is no limit. `summaries`: stories are summed up in idle
    time, before their oldest turns leave the window.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    template: FormatChoice = "auto"
    reply_tokens: int = 150
    temperature: float = 0.8
    top_k: int = 40
    top_p: float = 0.95
    min_p: float = 0.05
    repeat_penalty: float = 1.1
    repeat_last_n: int = 256
    house_rules: str = ""
    replies_per_minute: Limit = 12
    tokens_per_day: Limit = 500_000
    summaries: bool = True

    def sampling(self, *, seed: int | None, tokens: int | None = None) -> Sampling:
        """Return the sampling of one reply, of at most `tokens` tokens where that is less. Raises InvalidSampling."""
        return Sampling(
            temperature=self.temperature,
            top_k=self.top_k,
            top_p=self.top_p,
            min_p=self.min_p,
            repeat_penalty=self.repeat_penalty,
            repeat_last_n=self.repeat_last_n,
            max_tokens=min(self.reply_tokens, tokens or self.reply_tokens),
            seed=seed,
        )
