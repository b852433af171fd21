"""Every request held against Discord's own description of its API, where that lies beside the checkout."""

import functools
import json
import logging
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

logger = logging.getLogger(__name__)
ROOT = Path(__file__).parents[5]
PLACES = (ROOT / "shared", ROOT.parent / "shared")
METHODS = ("get", "put", "post", "patch", "delete")
UNDESCRIBED = {("GET", "/oauth2/applications/@me")}
"""Paths in use that the description leaves out or names differently."""


@functools.cache
def description() -> dict[str, Any] | None:
    """Read the description; None, said once in the log, where it is absent."""
    for place in PLACES:
        file = place / "specs" / "discord-openapi.json"
        if file.exists():
            spec = json.loads(file.read_text(encoding="utf-8"))
            spec["components"]["schemas"]["SnowflakeType"] = {
                "type": ["string", "integer"],
                "pattern": r"^(0|[1-9]\d*)$",
            }
            return spec
    logger.warning("discord-openapi.json is not beside this checkout: requests are not held against it.")
    return None


@functools.cache
def _validator(method: str, path: str) -> Draft202012Validator | None:
    spec = description()
    assert spec
    content = spec["paths"][path][method].get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return Draft202012Validator({**schema, "components": spec["components"]}) if schema else None


def violations(method: str, path: str, body: Any) -> list[str]:
    """Say what about a request the description does not allow: its path, its method, or its body."""
    spec = description()
    if spec is None or (method, path) in UNDESCRIBED:
        return []
    if method.lower() not in spec["paths"].get(path, {}):
        return [f"{method} {path} is not in the description."]
    validator = _validator(method.lower(), path)
    if validator is None:
        return [] if body is None else [f"{method} {path} takes no body."]
    if body is None and not spec["paths"][path][method.lower()]["requestBody"].get("required"):
        return []
    return [f"{method} {path}: {error.json_path} {_inner(error)}" for error in validator.iter_errors(body)]


def _inner(error: Any) -> str:
    """What is wrong in a few words; of alternatives, what is wrong with the nearest."""
    while error.context:
        error = max(error.context, key=lambda inner: len(inner.absolute_path))
    return f"{'.'.join(map(str, error.absolute_path))}: {error.message[:200]}"
