"""A folder with cards of every shape, bad ones among them; all characters are our own."""

import json
import os
import struct
import sys
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from characters import export_card, open_card
from tests.characters.pictures import (
    coded,
    compressed_international_text,
    compressed_text,
    international_text,
    png,
    text,
)

EXTENSIONS = {"talkativeness": "0.7", "other/app": {"deep": [1, 2.50, {"x": None}]}, "fav": True}
BOOK = {
    "name": "Nets",
    "extensions": {},
    "entries": [{"keys": ["net"], "content": "Nets tear.", "enabled": True, "x": 1}],
}


def jpeg() -> bytes:
    """Draw a picture of a few pixels."""
    target = BytesIO()
    Image.new("RGB", (8, 8), "red").save(target, "JPEG")
    return target.getvalue()


def v1(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "description": "Mends nets.",
        "personality": "",
        "scenario": "",
        "first_mes": "Hi.",
        "mes_example": "",
    }


def v2(name: str, **more: Any) -> dict[str, Any]:
    data = {
        **v1(name),
        "creator": "us",
        "tags": ["harbour"],
        "extensions": EXTENSIONS,
        "character_book": BOOK,
        "odd": [1],
    }
    return {"spec": "chara_card_v2", "spec_version": "2.0", "data": data | more}


def v3(name: str, **more: Any) -> dict[str, Any]:
    data = {**v2(name)["data"], "nickname": name[:3], "group_only_greetings": [], "creation_date": 1700000000}
    return {"spec": "chara_card_v3", "spec_version": "3.0", "data": data | more}


def written(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


FACE = png()
COVER = jpeg()
FRAMES = ((b"acTL", struct.pack(">II", 1, 0)), (b"fcTL", bytes(26)))
WHOLE = export_card(open_card(written(v3("Kaja")), source="k.json"), "charx")
DRAWN = {
    "assets": [
        {"type": "icon", "uri": f"data:image/png;base64,{b64encode(FACE).decode()}", "name": "main", "ext": "png"},
        {"type": "emotion", "uri": "https://a.example/joy.png", "name": "joy", "ext": "png", "odd": 1},
    ]
}
SCRIPT = """user = "User"
bot = "Ulla"
interface = ":"
init_prompt = f'''
Ulla keeps a light.

{user}{interface} Who are you?

{bot}{interface} I am Ulla.
'''
"""
GOOD: dict[str, bytes] = {
    "v1.json": written(v1("Ada One")),
    "v2.json": written(v2("Bea Two")),
    "v3.json": written(v3("Cleo Three")),
    "flat.json": written(v1("Per") | v2("Per")),
    "unmarked.json": written({"data": v2("Rolf")["data"]}),
    "drawn.json": written(v3("Siri", **DRAWN)),
    "mark.json": b"\xef\xbb\xbf" + written(v2("Tove")),
    "windows.json": written(v2("Åse")).decode().encode("utf-16"),
    "pygmalion.json": written({"char_name": "Dora", "char_persona": "Sails.", "char_greeting": "Ahoy."}),
    "rwkv.json": written({"user": "User", "bot": "Yrsa", "bot_persona": "Spins.", "greeting": "Hm.", "odd": 1}),
    "webui.json": written({"name": "Vera", "context": "Vera digs.", "greeting": "Hey.", "odd": 1}),
    "webui.yaml": b"name: Edda\ncontext: Edda keeps bees.\ngreeting: Good day.\n",
    "prompt.txt": b"User: Who are you?\n\nFinn: I am Finn, I carve spoons.\n\n",
    "script.txt": SCRIPT.encode(),
    "text.png": png(text(b"chara", coded(v2("Gus")))),
    "first.png": png(text(b"chara", coded(v1("Wim")))),
    "zipped.png": png(compressed_text(b"Chara", coded(v2("Hana")))),
    "unicode.png": png(international_text(b"ccv3", coded(v3("Ivo")))),
    "packed.png": png(compressed_international_text(b"ccv3", coded(v3("Xenia")))),
    "both.png": png(text(b"chara", coded(v2("Jan"))), text(b"ccv3", coded(v3("Jan")))),
    "moving.apng": png(*FRAMES, text(b"chara", coded(v2("Zoe")))),
    "whole.charx": WHOLE,
    "hidden.jpg": COVER + export_card(open_card(written(v3("Quin")), source="q.json"), "charx"),
    "beside.json": written(v2("Lene")),
}
BAD: dict[str, tuple[bytes, str]] = {
    "cut.png": (png(text(b"chara", coded(v2("Mo"))))[:60], "cut.png cannot be read"),
    "empty.json": (b"", "empty.json cannot be read"),
    "list.json": (b"[]", "list.json cannot be read"),
    "nameless.json": (written(v2("")), "nameless.json cannot be read"),
    "typed.json": (written(v2("Nora", first_mes=7)), 'field "data.first_mes" is a number'),
    "nan.json": (written(v2("Olaf")).replace(b"2.5", b"NaN"), "NaN is no JSON number"),
    "zip.charx": (b"PK\x03\x04" + b"?" * 40, "zip.charx cannot be read"),
    "base64.png": (png(text(b"chara", b"?*!")), "base64.png cannot be read"),
}


def build(folder: Path) -> Path:
    """Write the folder, some of it in folders of its own, and return it."""
    for name, data in {**GOOD, "beside.png": FACE, **{name: data for name, (data, _) in BAD.items()}}.items():
        path = place(folder, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    if sys.platform != "win32":
        os.mkfifo(folder / "pipe.json")
    (folder / "notes.md").write_text("no card")
    (folder / ".hidden.json").write_text("{")
    return folder


def place(folder: Path, name: str) -> Path:
    """Return where a card of the folder lies: pictures in one inside of it."""
    return folder / "pictures" / name if name.endswith((".png", ".apng")) and name != "beside.png" else folder / name
