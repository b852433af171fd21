"""Sprites that lie in a folder beside a card: pictures of its character's moods. That blocks."""

from collections.abc import Sequence
from pathlib import Path

from bot.words import Sentence, counted, sentence
from characters import CardError, CardFile
from characters.moods import with_moods

LIMIT_BYTES = 8 * 1024 * 1024
"""Of one picture."""


def with_sprites(card: CardFile, pictures: Sequence[Path]) -> tuple[CardFile, tuple[Sentence, ...]]:
    """Return a card with the pictures of a folder, each called after its file, and what is to be told of that."""
    moods, lost = dict[str, bytes](), 0
    for path in pictures:
        data = _read(path)
        if data is None:
            lost += 1
        else:
            moods.setdefault(path.stem, data)
    try:
        packed = with_moods(card, moods)
    except CardError as error:
        return card, (sentence("Its sprites are left out: {problem}.", problem=error.problem),)
    told = [counted("With one sprite.", "With {count:,} sprites.", count=len(moods))] if moods else []
    if lost:
        told.append(counted("One picture cannot be read.", "{count:,} pictures cannot be read.", count=lost))
    return packed, tuple(told)


def _read(path: Path) -> bytes | None:
    try:
        data = path.read_bytes() if path.stat().st_size <= LIMIT_BYTES else None
    except OSError:
        return None
    return data or None
