"""Whether two cards say the same, whatever they are packed in. It knows no container."""

import hashlib
import json
from typing import cast

from characters.card import Card
from characters.formats.specs import in_spec
from characters.formats.text import parse

_LEFT_OUT = frozenset({"creation_date", "modification_date", "assets"})
"""What another program may write anew though nobody has changed the card."""


def digest_of(card: Card) -> str:
    """Return the SHA-256, in hex, of what a card says, whatever its specification, container and order of fields."""
    data = cast("dict[str, object]", parse(in_spec(card.raw, "v3"), card.name)["data"])
    said = {name: value for name, value in data.items() if name not in _LEFT_OUT}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
