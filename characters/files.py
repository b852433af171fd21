"""Card files: found, opened, and read in the format that their content shows. It knows no chat and no database."""

from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from characters.card import Card, CardFile
from characters.errors import CardError, clause, refused
from characters.formats import png, text
from characters.formats.objects import read_object


def read_card(data: bytes, *, source: str) -> Card:
    """Read a V1, V2 or V3 card from JSON or from a PNG, whatever its file is called. Raises `CardError`.

    `source` is what the file is called in messages.
    """
    if data.startswith(png.SIGNATURE):
        return png.read_png(data, source)
    if data.removeprefix(text.BYTE_ORDER_MARK).lstrip().startswith(b"{"):
        return read_object(data, source)
    raise CardError(source, clause("it is neither a PNG picture nor a JSON object"))


def load_card(path: Path | Traversable) -> CardFile:
    """Read a card file of at most 20 MiB from disk or from the package, bytes and all. Raises `CardError`."""
    try:
        with path.open("rb") as file:
            data = file.read(png.LIMIT_BYTES + 1)
    except OSError as error:
        raise CardError(str(path), clause("the file cannot be opened ({reason})", reason=refused(error))) from error
    except ValueError as error:
        raise CardError(str(path), clause("that is no name of a file")) from error
    return open_card(data, source=path.name)


def open_card(data: bytes, *, source: str) -> CardFile:
    """Read a card from the bytes of its file, and keep them with it. Raises `CardError`."""
    picture = data if data.startswith(png.SIGNATURE) else None
    return CardFile(source=source, data=data, card=read_card(data, source=source), picture=picture)


def bundled_cards() -> dict[str, Traversable]:
    """List the cards that come with Troupe, by their short ids, as files for `load_card`."""
    folder = files("characters").joinpath("cards")
    found = sorted(folder.iterdir(), key=lambda file: file.name)
    return {file.name.removesuffix(".json"): file for file in found if file.name.endswith(".json")}
