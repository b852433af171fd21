"""What may be set about each platform. It knows none of their protocols."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import SecretStr, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\p{Cc}]+$")]


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """Discord is played where a bot's token is set."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    token: SecretStr = field(default_factory=lambda: SecretStr(""))


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Telegram is played where a bot's token is set."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    token: SecretStr = field(default_factory=lambda: SecretStr(""))


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """`name` is what the player at the terminal is called, `language` what the bot speaks there: en, ja, ru or zh."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: Name = "User"
    language: str = "en"
