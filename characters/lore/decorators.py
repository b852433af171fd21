"""The decorators of card format V3: lines `@@name value` at the start of an entry's content. It knows no story."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from characters.lore.book import Position, Role

LIMIT_KEYS_CHARS = 4_096

_POSITIONS: dict[str, Position] = {
    "before_desc": "before_char",
    "after_desc": "after_char",
    "personality": "personality",
    "scenario": "scenario",
}
_ROLES: dict[str, Role] = {"system": "system", "user": "user", "assistant": "assistant"}


@dataclass(frozen=True, slots=True)
class Decorators:
    """What the decorators of one entry ask for; `unknown` are the names of those that nothing came of."""

    activate: bool = False
    dont_activate: bool = False
    activate_only_after: int | None = None
    activate_only_every: int | None = None
    keep_activate_after_match: bool = False
    dont_activate_after_match: bool = False
    depth: int | None = None
    reverse_depth: int | None = None
    role: Role | None = None
    scan_depth: int | None = None
    is_greeting: int | None = None
    position: Position | None = None
    ignore_on_max_context: bool = False
    additional_keys: tuple[str, ...] = ()
    exclude_keys: tuple[str, ...] = ()
    is_user_icon: str | None = None
    disable_ui_prompt: str | None = None
    unknown: tuple[str, ...] = ()


def split_decorators(content: str) -> tuple[Decorators, str]:
    """Split a content into its decorators and the text below them.

    A fallback `@@@name value` counts where nothing came of the lines above it; of two with one name, the first counts.
    """
    found: dict[str, Any] = {}
    unknown: list[str] = []
    chain = 0
    is_settled = True
    lines = content.split("\n")
    end = next((place for place, line in enumerate(lines) if line.strip() and not line.startswith("@@")), len(lines))
    decorators = [line.strip() for line in lines[:end] if line.startswith("@@")]
    for line in decorators:
        if line.startswith("@@@") and is_settled:
            continue
        chain = chain if line.startswith("@@@") else len(unknown)
        name, _, value = line.lstrip("@").partition(" ")
        read = _READ[name](value.strip()) if name in _READ else None
        is_settled = read is not None
        if is_settled:
            found.setdefault(name, read)
            del unknown[chain:]
        else:
            unknown.append(name)
    text = "\n".join(lines[end:]) if decorators else content
    return Decorators(**found, unknown=tuple(unknown)), text


def _mark(value: str) -> bool | None:
    return None if value.lower() == "false" else True


def _count(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _keys(value: str) -> tuple[str, ...] | None:
    if len(value) > LIMIT_KEYS_CHARS:
        return None
    return tuple(key.strip() for key in value.split(",") if key.strip()) or None


def _text(value: str) -> str | None:
    return value or None


_READ: dict[str, Callable[[str], object]] = {
    "activate": _mark,
    "dont_activate": _mark,
    "activate_only_after": _count,
    "activate_only_every": _count,
    "keep_activate_after_match": _mark,
    "dont_activate_after_match": _mark,
    "depth": _count,
    "reverse_depth": _count,
    "role": _ROLES.get,
    "scan_depth": _count,
    "is_greeting": _count,
    "position": _POSITIONS.get,
    "ignore_on_max_context": _mark,
    "additional_keys": _keys,
    "exclude_keys": _keys,
    "is_user_icon": _text,
    "disable_ui_prompt": _text,
}
