"""Inclusion groups: of the entries that match in one group, one is told. It knows no text."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from random import Random

from characters.lore.moment import Cause
from characters.lore.rules import Rule

LIMIT_WEIGHT = 1e9


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """An entry that matched, in which step of the recursion, and why."""

    rule: Rule
    cause: Cause
    step: int


def winners(
    matches: Sequence[Match], *, taken: Collection[str], score: Callable[[Rule], int], rng: Random
) -> list[Match]:
    """Choose among the matches of one step; those in no group stay, and the groups that are `taken` are closed.

    Who is in several groups has to win in each. In a group, sticky ones stay; else, where entries are scored, those
    with fewer keys found go; then the first with an override is told, or one by weighted chance. `matches` come in the
    order in which they are considered.
    """
    groups: dict[str, list[Match]] = {}
    for match in matches:
        for group in match.rule.groups:
            groups.setdefault(group, []).append(match)
    alive = dict.fromkeys(matches)
    for group, members in groups.items():
        rivals = [match for match in members if match in alive]
        chosen = _chosen(rivals, is_taken=group in taken, score=score, rng=rng)
        for match in rivals:
            if match not in chosen:
                del alive[match]
    return list(alive)


def _chosen(rivals: list[Match], *, is_taken: bool, score: Callable[[Rule], int], rng: Random) -> set[Match]:
    sticky = {match for match in rivals if match.cause.kind == "sticky"}
    if sticky or is_taken or len(rivals) < 2:
        return sticky or (set() if is_taken else set(rivals))
    if any(match.rule.has_scoring for match in rivals):
        scores = {match: score(match.rule) for match in rivals}
        best = max(scores.values())
        rivals = [match for match in rivals if scores[match] == best or not match.rule.has_scoring]
    first = next((match for match in rivals if match.rule.entry.group_override), None)
    return {first or _drawn(rivals, rng)}


def _drawn(rivals: list[Match], rng: Random) -> Match:
    weights = [min(max(match.rule.entry.group_weight, 0), LIMIT_WEIGHT) for match in rivals]
    return rng.choices(rivals, weights if any(weights) else None)[0]
