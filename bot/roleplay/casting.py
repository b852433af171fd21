"""Who answers: pure. The rule is SillyTavern's natural order."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from random import Random

from bot.core import Member

STOP_WORDS = frozenset(
    "a an the of and or in on at to from with for by "
    "le la les l de du des d et el los las y der die das den dem von und zu il lo gli di e da o os as van het een "
    "и в во на с со из от до по к у о об за над под при для".split()
)
"""Words inside a name, "Captain of the Guard", that name nobody."""

JOINTS = "'-"


def choose_speakers(
    members: Sequence[Member], text: str, rng: Random, *, last_speaker: int | None = None
) -> tuple[Member, ...]:
    """Choose who answers a line, in order.

    Whoever is named answers, in the order of naming. Where nobody is, each one present may, with the probability of
    its talkativeness, in shuffled order, and the first who does is the one; where nobody does, one of those above 0.
    `last_speaker` is the character whose own line this is, and who therefore stays silent; None for a person's line.
    """
    present = [member for member in members if not member.muted and member.character != last_speaker]
    if named := _mentioned(present, text):
        return tuple(named)
    shuffled = rng.sample(present, len(present))
    willing = [member for member in shuffled if rng.random() < member.talkativeness]
    possible = [member for member in shuffled if member.talkativeness > 0]
    return tuple((willing or possible)[:1])


def _mentioned(members: Sequence[Member], text: str) -> list[Member]:
    words = list(_words(text))
    first: list[tuple[int, Member]] = []
    for member in members:
        own = set(_words(member.name))
        names = own - STOP_WORDS or own
        places = [place for place, word in enumerate(words) if word in names]
        if places:
            first.append((places[0], member))
    return [member for _, member in sorted(first, key=lambda entry: entry[0])]


def _words(text: str) -> Iterator[str]:
    """Split into words without their possessive; of one like "Mira-chan" or "d'Anna" the longer parts follow it."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("’", "'")
    spaced = "".join(char if char in JOINTS or unicodedata.category(char)[0] in "LMN" else " " for char in folded)
    for joined in spaced.split():
        word = joined.strip(JOINTS).removesuffix("'s")
        if word:
            yield word
            yield from (part for part in re.split(f"[{JOINTS}]", word) if 1 < len(part) < len(word))
