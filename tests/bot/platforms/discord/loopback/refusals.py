"""How Discord says no: statuses, codes and sentences of its API, as exceptions that become answers."""

from typing import Any

UNKNOWN = {
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "User": 10013,
    "Emoji": 10014,
    "Webhook": 10015,
    "Interaction": 10062,
    "application command": 10063,
}


class Refusal(Exception):
    """A request that Discord refuses, with its HTTP status, its JSON error code and its sentence."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def unknown(what: str) -> Refusal:
    return Refusal(404, UNKNOWN[what], f"Unknown {what}")


def lacks_permissions() -> Refusal:
    return Refusal(403, 50013, "Missing Permissions")


def lacks_access() -> Refusal:
    return Refusal(403, 50001, "Missing Access")


def invalid(path: str, code: str, message: str) -> Refusal:
    """A form that does not validate (50035); `path` is dotted, as in `data.components.0`."""
    errors: dict[str, Any] = {"_errors": [{"code": code, "message": message}]}
    for part in reversed(path.split(".")):
        errors = {part: errors}
    return Refusal(400, 50035, "Invalid Form Body", errors)


def check_length(path: str, value: str, least: int, most: int) -> None:
    """Raise a refusal where a text is shorter or longer, in characters, than Discord takes."""
    if not least <= len(value) <= most:
        raise invalid(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
