"""What a Discord is made of: plain records that know neither the wire nor anybody's clicks."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

TEXT, DM, THREAD, PRIVATE_THREAD, FORUM = 0, 1, 11, 12, 15
"""Kinds of channels, by Discord's numbers."""

EPHEMERAL, SUPPRESS_EMBEDS, COMPONENTS_V2, LOADING = 1 << 6, 1 << 2, 1 << 15, 1 << 7
"""Flags of a message."""


@dataclass(slots=True, eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    avatar: str | None = None
    display: str | None = None
    locale: str = "en-US"


@dataclass(slots=True, eq=False)
class Role:
    id: int
    name: str
    permissions: int
    mentionable: bool = False
    position: int = 1


@dataclass(slots=True, eq=False)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True, eq=False)
class Guild:
    id: int
    name: str
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    locale: str = "en-US"


@dataclass(slots=True, eq=False)
class Overwrite:
    """What a channel allows and denies to one role (kind 0) or one member (kind 1)."""

    kind: int
    allow: int = 0
    deny: int = 0


@dataclass(slots=True, eq=False)
class Attachment:
    id: int
    filename: str
    data: bytes
    content_type: str
    url: str
    description: str | None = None


@dataclass(slots=True, eq=False)
class Message:
    """One post, with its name and face as they were when it was posted.

    `pinged` is whom any version of it pinged, `edits` what it said before each edit.
    """

    id: int
    channel: "Channel"
    author: User
    name: str
    avatar: str | None
    sent: datetime
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    reactions: dict[str, list[User]] = field(default_factory=dict)
    flags: int = 0
    kind: int = 0
    nonce: str | int | None = None
    edited: datetime | None = None
    edits: list[str] = field(default_factory=list)
    edits_when_old: int = 0
    webhook: "Webhook | None" = None
    interaction: "Interaction | None" = None
    reply_to: "Message | None" = None
    private_to: User | None = None
    everyone: bool = False
    mentioned: list[User] = field(default_factory=list)
    mentioned_roles: list[Role] = field(default_factory=list)
    pinged: set[str] = field(default_factory=set)
    thread: "Channel | None" = None
    deleted: bool = False

    @property
    def previews(self) -> list[str]:
        """The links that Discord would show a preview of: none where embeds are suppressed, or in angle brackets."""
        if self.flags & SUPPRESS_EMBEDS:
            return []
        return re.findall(r"(?<![<\w])https?://[^\s<>]+", re.sub(r"```.*?```|`[^`\n]*`", "", self.content, flags=re.S))


@dataclass(slots=True, eq=False)
class Channel:
    id: int
    name: str
    kind: int = TEXT
    guild: Guild | None = None
    parent: "Channel | None" = None
    owner: User | None = None
    nsfw: bool = False
    topic: str | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    messages: dict[int, Message] = field(default_factory=dict)
    private: list[Message] = field(default_factory=list)
    recipients: list[User] = field(default_factory=list)
    members: list[User] = field(default_factory=list)
    typing: list[tuple[datetime, User]] = field(default_factory=list)
    archived: bool = False
    locked: bool = False

    @property
    def home(self) -> "Channel":
        """The channel that permissions, webhooks and the age restriction belong to: a thread's parent, or itself."""
        return self.parent or self

    @property
    def is_thread(self) -> bool:
        return self.kind in (THREAD, PRIVATE_THREAD)


@dataclass(slots=True, eq=False)
class Webhook:
    id: int
    token: str
    name: str
    channel: Channel
    creator: User
    avatar: str | None = None
    application: int | None = None


@dataclass(slots=True, eq=False)
class Command:
    """One application command as it was registered; `guild` is None for a global one."""

    id: int
    guild: int | None
    body: dict[str, Any]

    @property
    def name(self) -> str:
        return self.body["name"]

    @property
    def kind(self) -> int:
        return self.body.get("type", 1)


@dataclass(slots=True, eq=False)
class Interaction:
    """One click, command or form of a person, and what the application answered."""

    id: int
    token: str
    kind: int
    user: User
    channel: Channel
    data: dict[str, Any]
    at: datetime
    message: Message | None = None
    answered: int | None = None
    reply: Message | None = None
    followups: list[Message] = field(default_factory=list)
    modal: dict[str, Any] | None = None
    choices: list[dict[str, Any]] | None = None
