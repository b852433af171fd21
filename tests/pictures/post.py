"""What a picture shows of a chat: posts as they stood there at one moment. It knows no platform."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Button:
    label: str
    is_primary: bool = False


@dataclass(frozen=True, slots=True)
class Post:
    """One post. `html` is its text; `command` is what it answers, and `whose` that was; `picture` stands above."""

    name: str
    html: str
    at: datetime
    face: bytes | None = None
    is_bot: bool = False
    is_private: bool = False
    is_edited: bool = False
    picture: bytes | None = None
    command: str = ""
    whose: str = ""
    buttons: tuple[tuple[Button, ...], ...] = ()
