"""A folder with cards of every shape, bad ones among them; all characters are our own."""

import json
from pathlib import Path
from typing import Any

from characters import export_card, open_card
from tests.characters.pictures import coded, compressed_text, international_text, png, text

EXTENSIONS = {"talkativeness": "0.7", "other/app": {"deep": [1, 2.50, {"x": None}]}, "fav": True}
BOOK = {
    "name": "Nets",
    "extensions": {},
    "entries": [{"keys": ["net"], "content": "Nets tear.", "enabled": True, "x": 1}],
}


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


GOOD: dict[str, bytes] = {
    "v1.json": written(v1("Ada One")),
    "v2.json": written(v2("Bea Two")),
    "v3.json": written(v3("Cleo Three")),
    "pygmalion.json": written({"char_name": "Dora", "char_persona": "Sails.", "char_greeting": "Ahoy."}),
    "webui.yaml": b"name: Edda\ncontext: Edda keeps bees.\ngreeting: Good day.\n",
    "prompt.txt": b"User: Who are you?\n\nFinn: I am Finn, I carve spoons.\n\n",
    "text.png": png(text(b"chara", coded(v2("Gus")))),
    "zipped.png": png(compressed_text(b"Chara", coded(v2("Hana")))),
    "unicode.png": png(international_text(b"ccv3", coded(v3("Ivo")))),
    "both.png": png(text(b"chara", coded(v2("Jan"))), text(b"ccv3", coded(v3("Jan")))),
    "whole.charx": export_card(open_card(written(v3("Kaja")), source="k.json"), "charx"),
    "beside.json": written(v2("Lene")),
}
FACE = png()
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
    """Write the folder and return it."""
    folder.mkdir()
    for name, data in {**GOOD, "beside.png": FACE, **{name: data for name, (data, _) in BAD.items()}}.items():
        (folder / name).write_bytes(data)
    return folder
