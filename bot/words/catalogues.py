"""Brings the catalogues up to what the code says: `make words`. For whoever changes sentences or translates them.

It reads source files, so it runs in a checkout and not in the bot.
"""

import ast
import errno
import os
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

FOLDER = Path(__file__).parent
LINE_CHARACTERS = 120
PLACE = re.compile(r"{[^{}]*}")

HEADER = r"""msgid ""
msgstr ""
"Language: {language}\n"
"Plural-Forms: {plural_forms}\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"

"""

FIRST = (0,)
SAID: dict[str, tuple[int, ...]] = {
    **dict.fromkeys(("sentence", "answer", "note", "__init__", "PlayError", "TroupeError", "StoreError"), FIRST),
    **dict.fromkeys(("clause", "EngineError", "GrammarError", "PatternError"), FIRST),
    **dict.fromkeys(("Command", "Option", "problem"), (1,)),
    **dict.fromkeys(("counted", "answer_counted"), (0, 1)),
}
"""Whose arguments are sentences: by their names, at which places; at two places it is one for 1 and one for others."""

LAYERS = ("bot", "engine", "characters")
REFUSALS = (
    errno.ENOENT,
    errno.EACCES,
    errno.EPERM,
    errno.EISDIR,
    errno.ENOTDIR,
    errno.EEXIST,
    errno.ENOSPC,
    errno.EDQUOT,
    errno.EROFS,
    errno.EIO,
    errno.ENAMETOOLONG,
    errno.EMFILE,
    errno.ELOOP,
    errno.EBUSY,
    errno.ENXIO,
)
OF_OTHERS = (
    *map(os.strerror, REFUSALS),
    "Expecting value",
    "Expecting property name enclosed in double quotes",
    "Expecting ':' delimiter",
    "Expecting ',' delimiter",
    "Extra data",
    "Unterminated string starting at",
    "Invalid control character at",
    "Invalid \\escape",
    "Invalid \\uXXXX escape",
)
"""What the operating system and Python say, always in English: of files, and of JSON."""


def extracted() -> Catalog:
    """Return all that the code says, without translations."""
    catalogue = Catalog()
    for layer in LAYERS:
        for file in sorted((FOLDER.parent.parent / layer).rglob("*.py")):
            for message in _said(file):
                if any(char.isalpha() for char in PLACE.sub("", message[0])):
                    catalogue.add(message[0] if len(message) == 1 else message)
    for text in OF_OTHERS:
        catalogue.add(text)
    return catalogue


def files() -> list[Path]:
    """List the catalogues."""
    return sorted(FOLDER.glob("*.po"))


def read(file: Path) -> Catalog:
    """Read a catalogue."""
    with file.open("rb") as opened:
        return read_po(opened, locale=file.stem)


def missing(catalogue: Catalog) -> Iterator[str]:
    """Yield what the code says and a catalogue does not, or not wholly."""
    for message in extracted():
        known = catalogue.get(message.id)
        if message.id and not (known and _is_whole(known)):
            yield texts(message.id)[0]


def update(file: Path) -> None:
    """Add what is new to a catalogue, and take out what is said no more."""
    catalogue = read(file)
    catalogue.update(extracted(), no_fuzzy_matching=True, update_header_comment=False)
    catalogue.obsolete.clear()
    with file.open("wb") as opened:
        # Babel's own header would change with each day.
        opened.write(HEADER.format(language=file.stem, plural_forms=catalogue.plural_forms).encode())
        write_po(opened, catalogue, width=LINE_CHARACTERS, no_location=True, omit_header=True, sort_output=True)


def texts(kept: str | list[str] | tuple[str, ...] | None) -> tuple[str, ...]:
    """Return what a catalogue has at one place: a text, or one for each plural."""
    return (kept or "",) if isinstance(kept, str | None) else tuple(kept)


def _said(file: Path) -> Iterator[tuple[str, ...]]:
    """Yield the texts in one source file that are said: Babel's own reader would miss calls inside of calls."""
    for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        arguments = [call.args[place] for place in SAID.get(name, ()) if place < len(call.args)]
        found = [one.value for one in arguments if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        if found and len(found) == len(SAID[name]):
            yield tuple(found)


def _is_whole(message: Message) -> bool:
    return all(texts(message.string))


if __name__ == "__main__":
    for one in files():
        update(one)
