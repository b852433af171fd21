"""A user folder as SillyTavern leaves it, with characters of our own."""

import json
from pathlib import Path
from typing import Any

from tests.characters.pictures import SIGNATURE, coded, png, text

PIXEL = png()
SEND = "2026-03-05T21:14:00.000Z"
WORLD = {
    "entries": {
        "0": {"uid": 0, "key": ["lantern"], "keysecondary": [], "content": "The lantern is never put out.", "order": 1}
    }
}
GROUP_CHAT = "2026-03-06@20h00m00s"


def card(name: str, **fields: Any) -> bytes:
    """Build a card in a picture."""
    data = {"name": name, "description": f"{name} works at the harbour.", "first_mes": f"{name} nods.", **fields}
    value = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"extensions": {"fav": True}, **data}}
    return png(text(b"chara", coded(value)))


def said(name: str, mes: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "is_user": name == "Ann", "is_system": False, "send_date": SEND, "mes": mes, **more}


def chat(*messages: dict[str, Any], **header: Any) -> str:
    lines = ({"user_name": "Ann", "character_name": "Mira", "create_date": SEND, **header}, *messages)
    return "\n".join(map(json.dumps, lines))


def settings(**user: Any) -> str:
    return json.dumps({"username": "Ann", "power_user": user, "textgenerationwebui_settings": {}})


MIRA_CHAT = chat(
    said("Mira", "Last boat.", swipes=["Go home.", "Last boat."], swipe_id=1, extra={"api": "x", "token_count": 3}),
    said("Ann", "How much?", force_avatar="User Avatars/ann.png"),
    said("Mira", "Three.", swipe_info=[], extra={}),
    chat_metadata={
        "world_info": "Harbour",
        "note_prompt": "It rains.",
        "note_interval": 2,
        "note_depth": 3,
        "integrity": "x",
    },
)


def build(root: Path) -> Path:
    """Write the folder and return it."""
    files: dict[str, str | bytes] = {
        "characters/Mira.png": card("Mira", creator="us"),
        "characters/Mira/joy.png": PIXEL,
        "characters/Mira/anger.png": PIXEL + b"x",
        "characters/Tolly.png": card("Tolly"),
        "characters/Tolly1.png": card("Re: Tolly"),
        "characters/broken.png": SIGNATURE + b"?",
        "worlds/Harbour.json": json.dumps(WORLD),
        "worlds/broken.json": "{",
        "chats/Mira/Mira - 2026-03-05.jsonl": MIRA_CHAT,
        "chats/Mira/again.jsonl": chat(
            said("Old Mira", "Fog."), said("Ann", "I see.", send_date="2026-03-09T08:00:00Z")
        ),
        "chats/Mira/broken.jsonl": '{"user_name": "Ann"}\n{"mes": ',
        "chats/Gone/alone.jsonl": chat(said("Gone", "Nobody knows me."), said("Ann", "I do.")),
        "groups/1.json": json.dumps(
            {
                "id": "1",
                "name": "The crew",
                "members": ["Tolly1.png", "Tolly.png", "Mira.png", "Missing.png"],
                "disabled_members": ["Tolly.png"],
                "activation_strategy": 1,
                "chat_id": GROUP_CHAT,
                "chats": [GROUP_CHAT],
            }
        ),
        f"group chats/{GROUP_CHAT}.jsonl": "\n".join(
            json.dumps(one)
            for one in (said("Mira", "Cast off."), said("Re: Tolly", "Aye.", x={"y": 1}), said("Ann", "Wait!"))
        ),
        "User Avatars/ann.png": PIXEL,
        "User Avatars/kim.png": PIXEL,
        "settings.json": settings(
            personas={"ann.png": "Ann", "kim.png": "Kim", "long.png": "Long"},
            persona_descriptions={
                "ann.png": {"description": "Ann is a baker; {{char}} knows her.", "position": 0},
                "kim.png": {"description": ""},
                "long.png": {"description": "x" * 3_000},
            },
        ),
        "TextGen Settings/Calm.json": json.dumps({"temp": 0.6, "min_p": 0.05, "tfs": 0.9, "rep_pen": 1.1}),
        "TextGen Settings/broken.json": "[]",
        "KoboldAI Settings/Calm.json": json.dumps({"temp": 0.7, "typical": 0.9}),
        "OpenAI Settings/Balanced.json": json.dumps({"temperature": 0.8, "top_p": 0.9, "prompts": [{}]}),
        "themes/dark.json": "{}",
        "secrets.json": "{}",
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return root
