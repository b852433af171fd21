"""Lorebooks (world info): read and written in every dialect, matched against a story. It knows no model and no chat."""

from characters.errors import LorebookError
from characters.lore.book import Book, Entry
from characters.lore.check import problems
from characters.lore.matching import match
from characters.lore.moment import Cause, Effects, Fired, Missed, Moment, Outcome
from characters.lore.reading import read_book, read_card_book
from characters.lore.rules import Defaults
from characters.lore.shelf import Shelf
from characters.lore.writing import book_object, write_book

__all__ = [
    "Book",
    "Cause",
    "Defaults",
    "Effects",
    "Entry",
    "Fired",
    "LorebookError",
    "Missed",
    "Moment",
    "Outcome",
    "Shelf",
    "book_object",
    "match",
    "problems",
    "read_book",
    "read_card_book",
    "write_book",
]
