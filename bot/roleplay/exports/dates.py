"""The ways in which chats write a time. It knows no chat. Pure."""

import re
from datetime import UTC, datetime

LEAST_MILLISECONDS = 100_000_000_000
"""A smaller number counts seconds: it would be a time before 1973, or one after 5138."""
WRITTEN = ("%B %d, %Y %I:%M%p", "%B %d, %Y %I:%M %p")
HUMANIZED = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2}) ?@ ?(\d{1,2})h ?(\d{1,2})m ?(?:(\d{1,2})s ?)?(?:(\d{1,3})ms)?", re.ASCII
)


def read_date(value: object) -> datetime | None:
    """Read a time: Unix milliseconds or seconds, ISO 8601, `June 19, 2023 4:13pm`, `2023-6-19 @4h 13m 22s 412ms`.

    Without a zone it is taken as UTC. None where it is nothing of that kind.
    """
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value >= LEAST_MILLISECONDS else value, UTC)
        if isinstance(value, str):
            return _read(value.strip())
    except (OSError, OverflowError, ValueError):
        pass
    return None


def write_date(at: datetime) -> str:
    """Write a time as ISO 8601 in UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _read(text: str) -> datetime | None:
    if text.isdecimal():
        return read_date(int(text))
    if parts := HUMANIZED.fullmatch(text):
        year, month, day, hour, minute, second, thousandth = (int(part or 0) for part in parts.groups())
        return datetime(year, month, day, hour, minute, second, thousandth * 1000, UTC)
    for form in WRITTEN:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
    at = datetime.fromisoformat(text)
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
