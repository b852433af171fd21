"""Character cards and what is written in them. It knows no model, no chat and no database."""

from characters.card import Card, CardFile, Container, DepthPrompt
from characters.critic import check_card
from characters.digest import digest_of
from characters.editing import edit_card
from characters.errors import CardError, CardRefused
from characters.exporting import export_card
from characters.files import CARD_SUFFIXES, bundled_cards, load_card, open_card, read_card
from characters.macros import expand
from characters.safety import is_for_adults

__all__ = [
    "CARD_SUFFIXES",
    "Card",
    "CardError",
    "CardFile",
    "CardRefused",
    "Container",
    "DepthPrompt",
    "bundled_cards",
    "check_card",
    "digest_of",
    "edit_card",
    "expand",
    "export_card",
    "is_for_adults",
    "load_card",
    "open_card",
    "read_card",
]
