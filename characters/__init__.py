"""Character cards and what is written in them. It knows no model, no chat and no database."""

from characters.card import Card, CardFile
from characters.errors import CardError
from characters.files import bundled_cards, load_card, open_card, read_card
from characters.macros import expand

__all__ = ["Card", "CardError", "CardFile", "bundled_cards", "expand", "load_card", "open_card", "read_card"]
