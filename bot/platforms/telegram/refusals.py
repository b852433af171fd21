"""What Telegram refuses, and what that means. It sends nothing."""

import httpx
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.platforms.delivery import Unreachable, Unsteady

NOT_MODIFIED = "message is not modified"
GONE = (
    "message to edit not found",
    "message to delete not found",
    "message to react not found",
    "message_id_invalid",
    "can't be edited",
    "no text in the message",
    "no caption in the message",
)
SLACK_SECONDS = 0.2
FORMATTING = ("can't parse", "entity", "entities")
NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


def translated(error: TelegramError) -> Unreachable | Unsteady:
    """Return what is raised for a refusal: Unsteady where it may be otherwise the next time."""
    if isinstance(error, RetryAfter):
        after = error.retry_after
        return left_alone((after if isinstance(after, int) else after.total_seconds()) + SLACK_SECONDS)
    reason = error.message.rstrip(".")
    if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
        return Unsteady("Telegram did not take that: {reason}.", reason=reason)
    return Unreachable("Telegram does not let me write here: {reason}.", reason=reason)


def left_alone(seconds: float) -> Unsteady:
    """Return what is raised while Telegram wants nothing for so long."""
    return Unsteady("Telegram wants to be left alone for {seconds} s.", wait_s=seconds, seconds=round(seconds))


def is_unchanged(error: Unreachable) -> bool:
    """Tell whether a message says already what it was to say."""
    return NOT_MODIFIED in _reason(error)


def is_gone(error: Unreachable) -> bool:
    """Tell whether there is no message of the bot any more that could be changed or taken away."""
    return any(gone in _reason(error) for gone in GONE)


def is_about_formatting(error: Unreachable) -> bool:
    """Tell whether a text was refused for how it is formatted."""
    return any(word in _reason(error) for word in FORMATTING)


def has_no_drafts(error: Unreachable) -> bool:
    """Tell whether drafts are refused for good: in groups, and by an older server of somebody's own."""
    is_unknown = isinstance(error.__cause__, InvalidToken | EndPointNotFound)
    return is_unknown or "textdraft" in _reason(error)


def may_have_arrived(error: BaseException | None) -> bool:
    """Tell whether Telegram may have done what was asked for all the same: the answer got lost."""
    return isinstance(error, NetworkError) and not isinstance(error.__cause__, NEVER_LEFT)


def _reason(error: Unreachable) -> str:
    return str(error.__cause__).lower() if isinstance(error.__cause__, BadRequest) else ""
