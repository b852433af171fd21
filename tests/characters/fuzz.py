"""Feeds the parsers of cards what coverage finds: `python -m tests.characters.fuzz NAME [options of libFuzzer]`.

Whatever is no `CardError` is a fault, and so is what takes seconds. Such files go to tests/characters/corpus/NAME, and
the tests read them again; what only reaches new code stays in the folder for temporary files.
"""

import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from characters import CardError, check_card, digest_of, export_card, faces, open_card
from characters.ages import ages_in
from characters.formats import charx, png, prompts, webui
from characters.formats.objects import read_object
from characters.lore import problems, read_book, write_book
from tests.characters import pictures

CORPUS = Path(__file__).parent / "corpus"
LONGEST_BYTES = 4_096


def read_whole_card(data: bytes) -> None:
    """Do all that is ever done with a card, with what a file holds."""
    file = open_card(data, source="fuzz")
    digest_of(file.card)
    check_card(file.card, lambda texts: [*map(len, texts)])
    faces.sprites(file)
    for container in ("json", "png", "charx"):
        again = open_card(export_card(file, container), source="fuzz")
        assert again.card.name == file.card.name
        assert digest_of(again.card) == digest_of(file.card)


def read_whole_book(data: bytes) -> None:
    """Do all that is done with a lorebook before a story begins."""
    book = read_book(data, source="fuzz")
    problems(book)
    for dialect in ("character_book", "lorebook_v3", "sillytavern"):
        read_book(write_book(book, dialect), source="fuzz")


def read_chunk(data: bytes) -> None:
    """Read a card from a chunk of a PNG that is whole but for what stands in it; the first byte tells its kind."""
    kind = (b"tEXt", b"zTXt", b"iTXt")[data[0] % 3] if data else b"tEXt"
    png.read_png(pictures.png((kind, data[1:])), "fuzz")


TARGETS: dict[str, Callable[[bytes], object]] = {
    "card": read_whole_card,
    "json": lambda data: read_object(data, "fuzz"),
    "png": lambda data: png.read_png(data, "fuzz"),
    "chunk": read_chunk,
    "charx": lambda data: charx.read_charx(data, "fuzz"),
    "yaml": lambda data: webui.read_yaml(data.decode(errors="replace"), "fuzz"),
    "prompt": lambda data: prompts.read_prompt(data.decode(errors="replace")),
    "ages": lambda data: list(ages_in(data.decode(errors="replace"))),
    "book": read_whole_book,
    "face": lambda data: faces.resized(data, 8, 8),
}


def run(target: str, data: bytes) -> None:
    """Give a target some bytes; whatever it may refuse them with is no fault."""
    with suppress(CardError):
        TARGETS[target](data)


def main() -> None:
    """Fuzz one target until it fails, or as long as -max_total_time says."""
    import atheris

    target = sys.argv.pop(1)
    folder, grown = CORPUS / target, Path(tempfile.gettempdir(), "troupe-fuzz", target)
    for one in (folder, grown):
        one.mkdir(parents=True, exist_ok=True)
    atheris.instrument_all()  # pyright: ignore[reportAttributeAccessIssue]
    options = [f"-max_len={LONGEST_BYTES}", "-timeout=5", f"-artifact_prefix={folder}/"]
    atheris.Setup([*sys.argv, *options, str(grown), str(folder)], lambda data: run(target, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main()
