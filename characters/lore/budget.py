"""The room that there is for lore, and what finds none. It knows no text and no tokenizer."""

from collections.abc import Mapping

from characters.lore.book import Book
from characters.lore.groups import Match
from characters.lore.moment import Reason


def without_room(tokens: Mapping[Match, int], books: Mapping[str, Book], budget: int) -> dict[Match, Reason]:
    """Find the matches that their own book has no room for, then those that the whole has none for.

    A book's budget of 0 is none, and some entries ignore it; the whole budget holds for all.
    """
    cut: dict[Match, Reason] = {}
    for name, book in books.items():
        if book.token_budget and book.token_budget > 0:
            of_book = {match: size for match, size in tokens.items() if match.rule.book == name}
            bound = {match: size for match, size in of_book.items() if not match.rule.entry.ignore_budget}
            cut |= dict.fromkeys(over_budget(bound, book.token_budget), "book_budget")
    left = {match: size for match, size in tokens.items() if match not in cut}
    cut |= dict.fromkeys(over_budget(left, budget), "budget")
    return cut


def over_budget(tokens: Mapping[Match, int], budget: int) -> set[Match]:
    """Find the matches that do not fit: those too long for the whole budget, then the least important."""
    kept = [match for match, size in tokens.items() if size <= budget]
    kept.sort(key=lambda match: (match.rule.importance, match.step, match.rule.rank))
    total = sum(tokens[match] for match in kept)
    while total > budget:
        total -= tokens[kept.pop()]
    return tokens.keys() - kept
