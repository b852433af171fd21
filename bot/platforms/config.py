"""What may be set about each platform. It knows none of their protocols."""

from dataclasses import dataclass, field
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80, pattern=r"^[^\p{Cc}]+$")]


@dataclass(frozen=True, slots=True)
class DiscordSettings:
    """Discord is played where a bot's token is set."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    token: SecretStr = field(default_factory=lambda: SecretStr(""))


@dataclass(frozen=True, slots=True)
class TelegramSettings:
    """Telegram is played where a bot's token is set.

    The addresses are those of the Bot API, or of a server of one's own; `proxy` is that of HTTP or SOCKS. Updates are
    asked for, unless there is a `webhook_url` (https) where Telegram brings them: then the bot listens at
    `webhook_host` and `webhook_port`. In groups replies are shown whole, unless they `stream_in_groups`, by edits.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    token: SecretStr = field(default_factory=lambda: SecretStr(""))
    base_url: str = "https://api.telegram.org/bot"
    base_file_url: str = "https://api.telegram.org/file/bot"
    proxy: SecretStr = field(default_factory=lambda: SecretStr(""))
    webhook_url: str = ""
    webhook_host: str = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=1, le=65535)] = 8443
    stream_in_groups: bool = False


@dataclass(frozen=True, slots=True)
class TerminalSettings:
    """`name` is what the player at the terminal is called, `language` what the bot speaks there: en, ja, ru or zh."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: Name = "User"
    language: str = "en"
