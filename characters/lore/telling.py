"""Where the entries that came in are told, and in which order. It knows no prompt."""

from typing import get_args

from characters.lore.book import Position
from characters.lore.groups import Match
from characters.lore.moment import Fired, Moment

ORDER: tuple[Position, ...] = get_args(Position)


def fired_of(match: Match, content: str, tokens: int, moment: Moment) -> Fired:
    """Make of a match what is told; a decorator's place counts before the entry's own."""
    rule, entry, decorators = match.rule, match.rule.entry, match.rule.decorators
    position, depth = decorators.position or entry.position, max(entry.depth, 0)
    if not decorators.position and decorators.depth is not None:
        position, depth = "at_depth", decorators.depth
    elif not decorators.position and decorators.reverse_depth is not None:
        position, depth = "at_depth", max(moment.count - decorators.reverse_depth, 0)
    role = decorators.role or entry.role
    disables = decorators.disable_ui_prompt
    return Fired(rule.ref, rule.book, entry, match.cause, content, tokens, position, depth, role, disables)


def in_order(fired: dict[Match, Fired]) -> tuple[Fired, ...]:
    """Order what is told: by position, the deepest first at depths, then by ascending insertion order."""

    def key(match: Match) -> tuple[int, int, float, int]:
        told = fired[match]
        depth = -told.depth if told.position == "at_depth" else 0
        return ORDER.index(told.position), depth, match.rule.entry.insertion_order, match.rule.place

    return tuple(fired[match] for match in sorted(fired, key=key))
