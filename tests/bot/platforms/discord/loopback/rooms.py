"""A channel as a test speaks of it: what is shown in it, and what befalls it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tests.bot.platforms.discord.loopback import permissions, shown
from tests.bot.platforms.discord.loopback.shown import WITHIN_S, Found, Shown
from tests.bot.platforms.discord.loopback.state import State
from tests.bot.platforms.discord.loopback.things import THREAD, Channel, Message, Role, User, Webhook


class Somebody(Protocol):
    @property
    def user(self) -> User: ...


@dataclass(slots=True)
class Room:
    """A channel, thread, forum or direct conversation."""

    state: State
    record: Channel

    @property
    def id(self) -> int:
        return self.record.id

    @property
    def shown(self) -> list[Shown]:
        """What everybody sees, the oldest first; for private answers ask a person: `anna.sees(room)`."""
        return shown.seen(self.state, self.record, None)

    @property
    def last(self) -> Shown:
        return self.shown[-1]

    @property
    def webhooks(self) -> list[Webhook]:
        return [one for one in self.state.webhooks.values() if one.channel is self.record.home]

    @property
    def typed(self) -> list[str]:
        """Who has been typing here, in the order of it, once for each time it was said."""
        return [user.name for _, user in self.record.typing]

    async def until(self, holds: Callable[[list[Shown]], Found], within_s: float = WITHIN_S) -> Found:
        """Wait until something holds of what is shown, and return it; a failure prints what was shown."""
        return await shown.until(self.state, lambda: holds(self.shown), lambda: shown.transcript(self.shown), within_s)

    async def post(self, *words: str, within_s: float = WITHIN_S) -> Message:
        """Wait for a post whose author or text has all these words, and return the newest such message."""

        def found(seen: list[Shown]) -> Message | None:
            fits = [one.record for one in seen if all(word in f"{one.author}: {one.text}" for word in words)]
            return fits[-1] if fits else None

        message = await self.until(found, within_s)
        assert message
        return message

    def thread(self, name: str, kind: int = THREAD) -> "Room":
        """A thread that the server's owner has started here."""
        assert self.record.guild
        return Room(self.state, self.state.thread(self.record, name, self.record.guild.owner, kind))

    def vanishes(self) -> None:
        self.state.remove_channel(self.record)

    def denies(self, who: Somebody | Role | User, *names: str) -> None:
        """Take permissions away in this channel, named as discord.py names them."""
        self.state.overwrite(self.record.home, _target(who), deny=permissions.named(*names))

    def allows(self, who: Somebody | Role | User, *names: str) -> None:
        self.state.overwrite(self.record.home, _target(who), allow=permissions.named(*names))

    def loses_webhook(self, webhook: Webhook | None = None) -> None:
        """Somebody deletes a webhook in the settings: the one given, or the first."""
        self.state.remove_webhook(webhook or self.webhooks[0])


def _target(who: Somebody | Role | User) -> Role | User:
    return who if isinstance(who, Role | User) else who.user
