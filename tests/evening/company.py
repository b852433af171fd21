"""Who plays this evening, where, and what they say and bring."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.core import Account, Place, Role
from characters import CardFile, read_card

PLACE = Place("terminal:evening", "the inn", "terminal:server")
KIM = Account("terminal:1", "Kim", Role.MODERATOR)
ADA = Account("terminal:2", "Ada", Role.MODERATOR)
AT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
LINES = (
    "Good evening. Is there a room left, and something warm to eat?",
    "Mira, who was the man that left when I came in?",
    "*sits down by the fire and counts the coins that are left*",
    "Tomas, you know the old road over the pass. Is it open already?",
    "I have heard that the bridge is watched at night.",
    "Somebody has followed me since the ferry, I am sure of it.",
    "What does the bell mean that rings behind the wood?",
    "*looks out of the window; the rain has not stopped since noon*",
)
MANNERS = (
    "speaks little, listens well, and forgets no face that has ever come through the door; laughs only with the eyes.",
    "carries letters over the pass in every weather, boasts of it, and fears nothing but the bell behind the wood.",
    "came for one night eleven years ago, and still has not unpacked; knows a story for each stone of the road.",
)
STATE = [
    {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3},
    {"kind": "choice", "name": "trust", "options": ["wary", "warm"]},
]
BOOK = {
    "spec": "lorebook_v3",
    "data": {
        "name": "The pass",
        "extensions": {},
        "entries": [
            {
                "id": 1,
                "keys": ["bridge", "pass"],
                "content": "The bridge below the pass belongs to the ferryman, who takes a coin from each stranger.",
                "enabled": True,
                "insertion_order": 100,
                "use_regex": False,
                "extensions": {},
            }
        ],
    },
}


def card(name: str, manner: str, **more: Any) -> CardFile:
    """Make a character of this evening."""
    data = {"name": name, "description": f"{name} {manner}", "first_mes": f"{name} nods at {{{{user}}}}."} | more
    written = json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode()
    return CardFile(f"{name}.json", written, read_card(written, source=f"{name}.json"))
