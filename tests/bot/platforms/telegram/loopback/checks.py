"""Each request against the machine-readable description of the Bot API, where there is one beside the checkout."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.bot.platforms.telegram.loopback.state import Json

SPEC = Path(__file__).parents[6] / "shared" / "specs" / "telegram-api.json"

SCALARS = {
    "Integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "Float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "String": lambda value: isinstance(value, str),
    "Boolean": lambda value: isinstance(value, bool),
    "True": lambda value: value is True,
    "InputFile": lambda value: isinstance(value, str | bytes),
}


@cache
def spec() -> Json | None:
    """Read the description; None where it is absent."""
    return json.loads(SPEC.read_text(encoding="utf-8")) if SPEC.is_file() else None


def violations(method: str, values: dict[str, Any]) -> list[str]:
    """Say what is wrong with a request: unknown method or parameter, something missing, another type."""
    described = spec()
    if described is None:
        return []
    if method not in described["methods"]:
        return [f"{method} is no method of the {described['version']}"]
    fields = described["methods"][method].get("fields", [])
    decoded = {name: _decoded(fields, name, value) for name, value in values.items()}
    return [f"{method}: {problem}" for problem in _object(fields, decoded)]


def _decoded(fields: list[Json], name: str, value: Any) -> Any:
    """Read a parameter of a form: all but strings and files are JSON in there."""
    types = next((field["types"] for field in fields if field["name"] == name), ["String"])
    if not isinstance(value, str) or types == ["String"]:
        return value
    try:
        read = json.loads(value)
    except ValueError:
        return value
    return read if any(_fits(kind, read) for kind in types) else value


def _object(fields: list[Json], value: Json) -> list[str]:
    known = {field["name"]: field for field in fields}
    missing = [name for name, field in known.items() if field["required"] and name not in value]
    wrong = [name for name in known.keys() & value.keys() if not _fits_any(known[name]["types"], value[name])]
    return [
        *(f"{name} is missing" for name in missing),
        *(f"{name} is unknown" for name in value if name not in known),
        *(f"{name} should be {' or '.join(known[name]['types'])}" for name in sorted(wrong)),
    ]


def _fits_any(types: list[str], value: Any) -> bool:
    return any(_fits(kind, value) for kind in types)


def _fits(kind: str, value: Any) -> bool:
    if kind.startswith("Array of "):
        return isinstance(value, list) and all(_fits(kind.removeprefix("Array of "), item) for item in value)
    if kind in SCALARS:
        return SCALARS[kind](value)
    described = (spec() or {"types": {}})["types"].get(kind)
    if described is None or not isinstance(value, dict):
        return False
    if "subtypes" in described:
        return _fits_any(described["subtypes"], value)
    return not _object(described.get("fields", []), value)
