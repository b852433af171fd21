"""Which cards a player means by what was typed: a file, or one that comes with Troupe."""

import os
from collections.abc import Sequence

from bot.platforms.terminal.files import at_home
from characters import CardError, CardFile, bundled_cards, load_card
from characters.errors import clause

MADE_TO_PLAY_TOGETHER = ("mira", "tolly")


def find_cards(names: Sequence[str]) -> tuple[CardFile, ...]:
    """Read cards by path, or by the short id or the name of one that comes with Troupe. Raises CardError.

    Without names it is the two that were made to play together.
    """
    return tuple(_find(name) for name in names or MADE_TO_PLAY_TOGETHER)


def _find(name: str) -> CardFile:
    bundled = bundled_cards()
    if name.casefold() in bundled:
        return load_card(bundled[name.casefold()])
    path = at_home(name)
    if os.path.exists(path):  # which answers where pathlib raises: for names that are too long
        return load_card(path)
    cards = {short: load_card(file) for short, file in bundled.items()}
    for card in cards.values():
        if name.casefold() in (card.card.name.casefold(), card.card.spoken_name.casefold()):
            return card
    known = ", ".join(cards)
    raise CardError(name, clause("there is no such file, and the cards that come with Troupe are {known}", known=known))
