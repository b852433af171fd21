"""Limits for each person: what counts, who has none, and what is said."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core import Role
from bot.errors import PlayError, TooManyReplies, TooManyTokens
from bot.roleplay.config import PlaySettings
from bot.roleplay.limits import Limits, tokens_of
from engine import Figures

NOW = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
TWO = PlaySettings(replies_per_minute=2, tokens_per_day=1000)


def ask(limits: Limits, after: float, *, person: int = 1, role: Role = Role.PLAYER, tokens: int = 0) -> None:
    limits.ask(person, role, TWO, tokens=tokens, now=NOW + timedelta(seconds=after))


def test_replies_within_a_minute_are_limited_and_it_is_said_when_it_goes_on() -> None:
    limits = Limits()
    ask(limits, 0)
    ask(limits, 20)
    with pytest.raises(TooManyReplies, match="it goes on for you in 30 s"):
        ask(limits, 30)
    ask(limits, 30, person=2)
    ask(limits, 60)
    with pytest.raises(TooManyReplies, match="in 20 s"):
        ask(limits, 60)
    ask(limits, 80)


def test_tokens_in_a_day_are_limited_and_it_is_said_when_it_goes_on() -> None:
    ask(Limits(), 0, tokens=999)
    with pytest.raises(TooManyTokens, match="at midnight UTC, in 2 h 30 min"):
        ask(Limits(), 0, tokens=1000)


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.OWNER])
def test_moderators_have_no_limits(role: Role) -> None:
    limits = Limits()
    for _ in range(5):
        ask(limits, 0, role=role, tokens=9999)


def test_nought_is_no_limit() -> None:
    limits = Limits()
    for _ in range(99):
        limits.ask(1, Role.PLAYER, PlaySettings(replies_per_minute=0, tokens_per_day=0), tokens=9**9, now=NOW)


def test_what_is_read_again_is_not_charged() -> None:
    figures = Figures(held=500, read_head=1, read_turn=20, read_tail=300, written=4000, read_trim=7, read_rebuild=7)
    assert tokens_of(figures) == 4321


def test_a_limit_is_a_sentence_for_players() -> None:
    assert isinstance(TooManyReplies(timedelta(seconds=0.1)), PlayError)
    assert str(TooManyReplies(timedelta(seconds=0.1))).endswith("in 1 s.")
