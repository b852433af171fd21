"""Pictures of a character's moods that lie beside a card, packed into it. It knows no file system."""

import re
from collections.abc import Iterator, Mapping

from characters.assets import assets_of, is_picture
from characters.card import CardFile
from characters.exporting import export_card
from characters.faces import ending_of
from characters.files import open_card
from characters.formats import charx
from characters.formats.parts import Parts, items_of, list_of, object_of, written
from characters.formats.specs import changed, in_spec

_UNSAFE = re.compile(r"[^a-z0-9_-]")


def with_moods(file: CardFile, moods: Mapping[str, bytes]) -> CardFile:
    """Return a card as CHARX with pictures of its moods (such as joy) as its assets; a mood that it has stays as it is.

    All else is as it was, and the same pictures give the same bytes. Raises `CardError` where it gets too large.
    """
    known = {asset.name for asset in assets_of(file.card) if asset.type == "emotion"}
    new = {name: picture for name, picture in moods.items() if name not in known and is_picture(picture)}
    if not new:
        return file
    packed = open_card(export_card(file, "charx"), source=file.source)
    keys = {name: f"assets/emotion/{place}_{_plain(name)}.{ending_of(new[name])}" for place, name in enumerate(new)}

    def add(data: Parts) -> Parts:
        listed = data.get("assets", "[]")
        before = items_of(listed) if listed.startswith("[") else []
        return data | {"assets": list_of([*before, *_assets(keys)])}

    raw = changed(in_spec(packed.card.raw, "v3"), add)
    files = charx.files(packed.data, file.source)
    pictures = {keys[name]: picture for name, picture in new.items()}
    return open_card(charx.write_charx(files | {charx.CARD: raw.encode()} | pictures), source=file.source)


def _assets(keys: Mapping[str, str]) -> Iterator[str]:
    for name, key in keys.items():
        values = {"type": "emotion", "name": name, "ext": key.rpartition(".")[2], "uri": f"embeded://{key}"}
        yield object_of({field: written(value) for field, value in values.items()})


def _plain(name: str) -> str:
    return _UNSAFE.sub("", name.lower())[:40] or "mood"
