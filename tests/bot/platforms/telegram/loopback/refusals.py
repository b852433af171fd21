"""What Telegram says when it refuses. The wording is Telegram's own, as bots all over the world have logged it."""

from typing import Any

TOO_LONG = "message is too long"
CAPTION_TOO_LONG = "message caption is too long"
EMPTY = "message text is empty"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NO_THREAD = "message thread not found"
TOO_BIG_TO_LOAD = "file is too big"
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
NEW_WEBHOOK = "terminated by setWebhook request"

NAMES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Request Entity Too Large",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
}


class Refused(Exception):
    """A request that Telegram answers with `ok: false`. `parameters` are its ResponseParameters."""

    def __init__(self, code: int, reason: str = "", **parameters: int) -> None:
        self.code = code
        self.parameters = parameters
        self.description = f"{NAMES[code]}: {reason}" if reason else NAMES[code]
        super().__init__(self.description)

    def as_json(self) -> dict[str, Any]:
        """Say it as the Bot API does."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad(reason: str) -> Refused:
    """Make a 400."""
    return Refused(400, reason)


def forbidden(reason: str) -> Refused:
    """Make a 403."""
    return Refused(403, reason)


def unparsable(reason: str) -> Refused:
    """Make the 400 of markup that cannot be parsed."""
    return Refused(400, f"can't parse entities: {reason}")


def wait(seconds: int) -> Refused:
    """Make a 429."""
    return Refused(429, f"retry after {seconds}", retry_after=seconds)
