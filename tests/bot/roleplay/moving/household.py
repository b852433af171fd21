"""A user folder as SillyTavern leaves it, with characters of our own."""

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.characters.pictures import SIGNATURE, coded, compressed_text, png, text

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
    worn = [{"name": "Tolly1", "path": "Storm/coat"}, {"name": "Mira"}, 7]
    return json.dumps({"username": "Ann", "power_user": user, "extension_settings": {"expressionOverrides": worn}})


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


OLD_GROUP_CHAT = "2023-6-19 @4h 13m 22s 412ms"
"""From before groups' chats had a header: what they know stood in the group's file."""

LONG = "Long tells stories. " * 250


def characters() -> dict[str, str | bytes]:
    """Cards of all versions in all chunks, one that is none, and pictures of moods in folders beside them."""
    v1 = {"name": "Tolly", "description": "Tolly mends nets.", "first_mes": "Hm."}
    v3 = {"spec": "chara_card_v3", "spec_version": "3.0", "data": {"name": "Re: Tolly", "group_only_greetings": []}}
    return {
        "Mira.png": card("Mira", creator="us"),
        "Tolly.png": png(text(b"Chara", coded(v1))),
        "Tolly1.png": png(text(b"chara", coded(v3)), compressed_text(b"ccv3", coded(v3))),
        "default_Wren.png": card("Wren"),
        "broken.png": SIGNATURE + b"?",
        "Mira/joy.png": PIXEL,
        "Mira/anger.png": PIXEL + b"x",
        "Mira/bust/joy.png": PIXEL,
        "Wren/neutral.png": PIXEL,
        "Storm/coat/neutral.webp": b"RIFF\0\0\0\0WEBP",
        "Storm/coat/fear.png": PIXEL,
        "Nobody/joy.png": PIXEL,
        ".DS_Store": b"\0",
        "Thumbs.db": b"\0",
    }


def chats() -> dict[str, str | bytes]:
    """Chats of characters that there are, and of one that is gone; one that never began, and one cut short."""
    return {
        "Mira/Mira - 2026-03-05.jsonl": MIRA_CHAT,
        "Mira/again.jsonl": chat(said("Old Mira", "Fog."), said("Ann", "I see.", send_date="2026-03-09T08:00:00Z")),
        "Mira/begun.jsonl": chat(),
        "Mira/broken.jsonl": '{"user_name": "Ann"}\n{"mes": ',
        "Mira/.DS_Store": b"\0",
        "Gone/alone.jsonl": chat(said("Gone", "Nobody knows me."), said("Ann", "I do.")),
    }


def group(number: int, title: str, *members: str, **more: Any) -> dict[str, str | bytes]:
    """Build a group's file."""
    values = {"id": f"{number}", "name": title, "members": [f"{member}.png" for member in members], **more}
    return {f"groups/{number}.json": json.dumps({"allow_self_responses": False, "fav": True, **values})}


def lines(*messages: dict[str, Any]) -> str:
    return "\n".join(map(json.dumps, messages))


def groups() -> dict[str, str | bytes]:
    """Groups with their chats, one of them of an older version, and a group that never spoke."""
    crew = group(
        1,
        "The crew",
        *("Tolly1", "Tolly", "Mira", "Missing"),
        disabled_members=["Tolly.png"],
        activation_strategy=1,
        chat_id=GROUP_CHAT,
        chats=[GROUP_CHAT],
    )
    notes = {"note_prompt": "The sea is calm.", "note_interval": 1, "world_info": "Harbour"}
    pair = group(2, "The pair", "Mira", "default_Wren", chats=[OLD_GROUP_CHAT], past_metadata={OLD_GROUP_CHAT: notes})
    header = {"chat_metadata": {"integrity": "y"}, "user_name": "unused", "character_name": "unused"}
    told = (said("Mira", "Cast off."), said("Re: Tolly", "Aye.", x={"y": 1}), said("Ann", "Wait!"))
    swiped = said("Wren", "Tea?", swipes=["Tea?", "Rum?"], swipe_id=0, original_avatar="default_Wren.png")
    old = {"send_date": "June 19, 2023 4:13pm"}
    return {
        **(crew | pair | group(3, "The silent", "Mira", "Tolly", chat_id="none")),
        f"group chats/{GROUP_CHAT}.jsonl": lines(header, *told),
        f"group chats/{OLD_GROUP_CHAT}.jsonl": lines(swiped | old, said("Mira", "Tea.") | old),
    }


def people() -> dict[str, str | bytes]:
    """Personas with their pictures, and one picture that nobody has."""
    return {
        **{f"User Avatars/{name}.png": PIXEL for name in ("ann", "kim", "user-default")},
        "settings.json": settings(
            personas={"ann.png": "Ann", "kim.png": "Kim", "long.png": "Long"},
            persona_descriptions={
                "ann.png": {"description": "Ann is a baker; {{char}} knows her.", "position": 0},
                "kim.png": {"description": ""},
                "long.png": {"description": LONG},
            },
            default_persona="ann.png",
        ),
    }


def presets() -> dict[str, str | bytes]:
    return {
        "TextGen Settings/Calm.json": json.dumps({"temp": 0.6, "min_p": 0.05, "tfs": 0.9, "rep_pen": 1.1}),
        "TextGen Settings/broken.json": "[]",
        "KoboldAI Settings/Calm.json": json.dumps({"temp": 0.7, "typical": 0.9}),
        "OpenAI Settings/Balanced.json": json.dumps({"temperature": 0.8, "top_p": 0.9, "prompts": [{}]}),
        "NovelAI Settings/Calm.json": json.dumps({"temperature": 0.8}),
    }


def rest() -> dict[str, str | bytes]:
    """What the program keeps beside all that, and what systems leave behind."""
    return {
        "backups/chat_mira_20260305-211400.jsonl": MIRA_CHAT,
        "backups/settings_default-user_20260305-211400.json": "{}",
        "thumbnails/avatar/Mira.png": PIXEL,
        "thumbnails/bg/sea.jpg": b"\xff\xd8\xff",
        "backgrounds/sea.jpg": b"\xff\xd8\xff",
        "user/images/Mira/1.png": PIXEL,
        "vectors/transformers/x/index.json": "{}",
        "extensions/third-party/x/manifest.json": "{}",
        "themes/dark.json": "{}",
        "secrets.json": "{}",
        "content.log": "a",
        ".DS_Store": b"\0",
    }


LEFT = {
    "characters": 1,
    "groups": 1,
    "User Avatars": 1,
    "NovelAI Settings": 1,
    "backups": 2,
    "thumbnails": 2,
    "backgrounds": 1,
    "user": 1,
    "vectors": 1,
    "extensions": 1,
    "themes": 1,
    "default-user": 2,
}
"""What of it stays behind, beside the pictures that no card wears."""


def build(root: Path) -> Path:
    """Write the folder and return it."""
    files = {
        **{f"characters/{name}": content for name, content in characters().items()},
        **{f"chats/{name}": content for name, content in chats().items()},
        "worlds/Harbour.json": json.dumps(WORLD),
        "worlds/broken.json": "{",
        **(groups() | people() | presets() | rest()),
    }
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    if sys.platform != "win32":
        os.mkfifo(root / "characters" / "pipe.png")
        (root / "worlds" / "lost.json").symlink_to(root / "gone.json")
    return root
