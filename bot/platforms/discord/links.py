"""Links that show no preview, where Discord cannot be told so beside the text: in answers that were deferred. Pure."""

import re

LINK = re.compile(
    r"(?<=\]\()(?P<masked>https?://[^\s<>)]+)|(?<![<\w])(?P<bare>https?://[^\s<>]+?)(?=[.,;:!?\"'*_]*(?:[\s<>]|$))"
)
HELD = re.compile(r"<(https?://[^\s<>]+)>")


def held(text: str) -> str:
    """Return a text whose links show no preview."""
    return LINK.sub(lambda found: f"<{found[0]}>", text)


def released(text: str) -> str:
    """Return a text as it was before its links were held."""
    return HELD.sub(r"\1", text)
