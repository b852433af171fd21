"""How much one person may ask of the model: so many replies within a minute, so many tokens in a day. No database."""

from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.core import Role, ServerRules
from bot.errors import TooManyReplies, TooManyTokens
from bot.roleplay.config import PlaySettings
from engine import Figures

MINUTE = timedelta(minutes=1)


class Limits:
    """Who has asked when, within the last minute. The program's end forgets that; days are counted in the database."""

    def __init__(self) -> None:
        self._asked: dict[int, deque[datetime]] = {}

    def ask(self, person: int, role: Role, settings: PlaySettings, *, tokens: int, now: datetime) -> None:
        """Note that somebody who has used so many tokens today asks for a reply; moderators have no limits.

        Raises TooManyTokens and TooManyReplies, which say when it goes on.
        """
        if role >= Role.MODERATOR:
            return
        if 0 < settings.tokens_per_day <= tokens:
            raise TooManyTokens(_midnight_after(now) - now)
        asked = self._asked.setdefault(person, deque())
        while asked and asked[0] + MINUTE <= now:
            asked.popleft()
        if 0 < settings.replies_per_minute <= len(asked):
            raise TooManyReplies(asked[-settings.replies_per_minute] + MINUTE - now)
        asked.append(now)


def limited(settings: PlaySettings, rules: ServerRules) -> PlaySettings:
    """Return settings with the limits of a server, where those are stricter."""
    return replace(
        settings,
        replies_per_minute=_stricter(settings.replies_per_minute, rules.replies_per_minute),
        tokens_per_day=_stricter(settings.tokens_per_day, rules.tokens_per_day),
    )


def _stricter(owner: int, server: int | None) -> int:
    """Return the lower of two limits; 0 is none."""
    return min((limit for limit in (owner, server) if limit), default=0)


def tokens_of(figures: Figures) -> int:
    """Return what a reply counts for: what it wrote, and what was read for the first time, not what was read again."""
    return figures.read_head + figures.read_turn + figures.read_tail + figures.written


def _midnight_after(now: datetime) -> datetime:
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time(), UTC)
