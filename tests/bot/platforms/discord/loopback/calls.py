"""One request as its route sees it, and the table of routes."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.bot.platforms.discord.loopback import permissions
from tests.bot.platforms.discord.loopback.posting import Body, Upload
from tests.bot.platforms.discord.loopback.refusals import invalid, unknown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import Channel, Guild, Message, User, Webhook


@dataclass(frozen=True, slots=True)
class Call:
    """A request: where it goes, what it says, and the Discord it is for."""

    state: State
    params: dict[str, str]
    query: dict[str, str]
    json: Any
    files: dict[int, Upload] = field(default_factory=dict)

    @property
    def me(self) -> User:
        return self.state.me

    @property
    def body(self) -> Body:
        return Body(self.json or {}, self.files)

    def key(self, name: str) -> int:
        """The id in the path; what is no number is no id that exists."""
        text = self.params[name]
        return int(text) if text.isdigit() else 0

    @property
    def guild(self) -> Guild:
        guild = self.state.guilds.get(self.key("guild_id"))
        if guild is None or self.me.id not in guild.members:
            raise unknown("Guild")
        return guild

    def channel(self, *needed: str) -> Channel:
        """The channel in the path, once the bot is seen to have what is needed there."""
        channel = self.state.channels.get(self.key("channel_id"))
        if channel is None:
            raise unknown("Channel")
        permissions.require(channel, self.me, *needed)
        return channel

    def message(self, channel: Channel) -> Message:
        message = channel.messages.get(self.key("message_id"))
        if message is None:
            raise unknown("Message")
        return message

    def webhook(self) -> Webhook:
        """The webhook in the path; with a token in the path, only by its right token."""
        webhook = self.state.webhooks.get(self.key("webhook_id"))
        if webhook is None or self.params.get("webhook_token", webhook.token) != webhook.token:
            raise unknown("Webhook")
        return webhook

    def avatar(self) -> str | None:
        """Keep the picture that a body brings as a data URI, and return its hash."""
        uri = self.json.get("avatar")
        if uri is None:
            return None
        found = re.fullmatch(r"data:image/(?:png|jpeg|gif|webp|avif);base64,(.*)", uri, re.DOTALL)
        if not found:
            raise invalid("avatar", "BINARY_TYPE_INVALID", "Invalid image data.")
        return self.state.picture(base64.b64decode(found[1]))


Handler = Callable[[Call], Any]
ROUTES: list[tuple[str, str, Handler]] = []
"""Method, path as in Discord's own description, and what answers: a function of the call; None answers 204."""


def route(method: str, path: str) -> Callable[[Handler], Handler]:
    def put(handler: Handler) -> Handler:
        ROUTES.append((method, path, handler))
        return handler

    return put
