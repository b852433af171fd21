"""Card files: found, opened, and read in the format that their content shows. It knows no chat and no database."""

import os
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from characters.assets import icon_of, is_picture
from characters.card import Card, CardFile, Container
from characters.errors import CardError, clause, refused
from characters.formats import charx, png, text
from characters.formats.objects import read_text
from characters.formats.prompts import read_prompt
from characters.formats.webui import LIMIT_BYTES as LIMIT_PLAIN_BYTES
from characters.formats.webui import is_yaml, read_yaml
from characters.safety import refuse_minors

CARD_SUFFIXES = (".png", ".apng", ".json", ".yaml", ".yml", ".charx", ".jpg", ".jpeg", ".txt")
"""How files end in which a card may be; what is in them decides."""

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".gif")


def read_card(data: bytes, *, source: str) -> Card:
    """Read a card of any kind from the bytes of its file, whatever that is called. Raises `CardError`.

    `source` is what the file is called in messages.
    """
    match container_of(data):
        case "png":
            card = png.read_png(data, source)
        case "charx":
            card = charx.read_charx(data, source)
        case "json":
            card = _read_text(data, source)
    refuse_minors(card, source)
    return card


def container_of(data: bytes) -> Container:
    """Tell by how a file begins what a card in it is packed in; whatever is text counts as JSON."""
    if data.startswith(png.SIGNATURE):
        return "png"
    return "charx" if charx.is_charx(data) else "json"


def load_card(path: Path | Traversable) -> CardFile:
    """Read a card file of at most 64 MiB from disk or from the package, bytes and all. Raises `CardError`.

    A picture that lies beside a text, such as `NAME.png` beside `NAME.json`, is its face.
    """
    data = _bytes_of(path)
    beside = picture_beside(path) if isinstance(path, Path) and container_of(data) == "json" else None
    return open_card(data, source=path.name, beside=beside)


def open_card(data: bytes, *, source: str, beside: bytes | None = None) -> CardFile:
    """Read a card from the bytes of its file, and keep them with it. Raises `CardError`.

    `beside` is a picture that lay beside it: its face where it has none of its own.
    """
    card = read_card(data, source=source)
    file = CardFile(source=source, data=data, card=card, container=container_of(data))
    try:
        picture = icon_of(file)
    except CardError as error:
        doubts = (*card.warnings, clause("Its face was left out, because {problem}.", problem=error.problem))
        file, picture = replace(file, card=replace(card, warnings=doubts)), None
    if picture is None and file.container == "png":
        picture = data
    elif picture is None:
        picture = charx.cover(data) or (beside if beside and is_picture(beside) else None)
    return replace(file, picture=picture)


def picture_beside(path: Path) -> bytes | None:
    """Read the picture that lies beside a card in words, such as `NAME.png` beside `NAME.json`; None where none does.

    Raises `CardError` where it cannot be opened.
    """
    for suffix in PICTURE_SUFFIXES:
        picture = path.with_suffix(suffix)
        if os.path.isfile(picture):
            data = _bytes_of(picture)
            return data if len(data) <= png.LIMIT_BYTES else None
    return None


def bundled_cards() -> dict[str, Traversable]:
    """List the cards that come with Troupe, by their short ids, as files for `load_card`."""
    folder = files("characters").joinpath("cards")
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): file for file in found if file.name.endswith(".json")}


def _read_text(data: bytes, source: str) -> Card:
    written = "" if is_picture(data) else text.decode(data, source)
    if written.lstrip().startswith("{"):
        return read_text(written, source)
    if len(data) > LIMIT_PLAIN_BYTES:
        written = ""
    if is_yaml(written):
        return read_text(read_yaml(written, source), source)
    prompt = read_prompt(written)
    if prompt is None:
        raise CardError(source, clause("it is neither a PNG picture, an archive, a JSON or YAML object nor a prompt"))
    return read_text(prompt, source)


def _bytes_of(path: Path | Traversable) -> bytes:
    """Read a file, of pictures and texts no more than what tells that they are too large. Raises `CardError`."""
    try:
        with path.open("rb") as file:
            data = file.read(png.LIMIT_BYTES + 1)
            return data + file.read(charx.LIMIT_BYTES - png.LIMIT_BYTES) if charx.is_charx(data) else data
    except OSError as error:
        raise CardError(str(path), clause("the file cannot be opened ({reason})", reason=refused(error))) from error
    except ValueError as error:
        raise CardError(str(path), clause("that is no name of a file")) from error
