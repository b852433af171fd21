"""Why an entry matches, if it does. It knows nothing of groups, chance and room."""

from characters.lore.effects import has_matched, is_cooling, is_sticky
from characters.lore.filters import is_its_time, is_meant
from characters.lore.moment import Cause, Effects, Moment
from characters.lore.rules import Condition, Rule
from characters.lore.scanning import Scan


def cause_of(rule: Rule, scan: Scan, moment: Moment, effects: Effects, *, level: int) -> Cause | None:
    """Find why an entry matches, None where it does not. `level` is the delay of recursion that has been reached."""
    decorators = rule.decorators
    sticky = rule.is_remembered and is_sticky(rule, effects, moment.count)
    is_resting = rule.is_remembered and is_cooling(rule, effects, moment.count)
    is_early = rule.entry.delay_until_recursion > level and not sticky
    if is_early or is_resting or not is_meant(rule, moment):
        return None
    if decorators.activate:
        return Cause("activate")
    matched_before = rule.is_remembered and has_matched(rule, effects, moment.count)
    if decorators.dont_activate or (decorators.dont_activate_after_match and matched_before):
        return None
    if decorators.keep_activate_after_match and matched_before:
        return Cause("keep_activate_after_match")
    if not sticky and not is_its_time(rule, moment):
        return None
    if rule.entry.constant:
        return Cause("constant")
    return Cause("sticky") if sticky else _found(rule, scan)


def score_of(rule: Rule, scan: Scan) -> int:
    """Count the keys of an entry that are found, the secondary ones only where they are asked for."""
    score = sum(scan.find(key, rule) is not None for key in rule.keys)
    if rule.keys and rule.secondary and rule.secondary.logic in ("any", "all"):
        found = len(_found_keys(rule.secondary, rule, scan))
        score += found if rule.secondary.logic == "any" or found == len(rule.secondary.keys) else 0
    return score


def _found(rule: Rule, scan: Scan) -> Cause | None:
    for key in rule.keys:
        passage = scan.find(key, rule)
        if passage is None:
            continue
        if not all(_holds(condition, rule, scan) for condition in rule.conditions):
            return None
        secondary = tuple(found for condition in rule.conditions for found in _found_keys(condition, rule, scan))
        return Cause("key", key.text, secondary, passage.depth, passage.entry, passage.extra)
    return None


def _holds(condition: Condition, rule: Rule, scan: Scan) -> bool:
    found = len(_found_keys(condition, rule, scan))
    match condition.logic:
        case _ if condition.is_broken:
            return False
        case "any":
            return found > 0
        case "none":
            return found == 0
        case "all":
            return found == len(condition.keys)
        case _:
            return found < len(condition.keys)


def _found_keys(condition: Condition, rule: Rule, scan: Scan) -> list[str]:
    return [key.text for key in condition.keys if scan.find(key, rule) is not None]
