"""What sticky and cooling entries remember from turn to turn. It knows no text."""

from collections.abc import Iterable

from characters.lore.moment import Effects
from characters.lore.rules import Rule


def is_sticky(rule: Rule, effects: Effects, count: int) -> bool:
    """Tell whether an entry stays because it came in fewer than `sticky` messages ago."""
    age = _age(rule, effects, count)
    return age is not None and age < rule.entry.sticky


def is_cooling(rule: Rule, effects: Effects, count: int) -> bool:
    """Tell whether an entry rests: for `cooldown` messages since it came in, or since it ceased to be sticky."""
    age = _age(rule, effects, count)
    sticky = max(rule.entry.sticky, 0)
    return age is not None and sticky <= age < sticky + rule.entry.cooldown


def has_matched(rule: Rule, effects: Effects, count: int) -> bool:
    """Tell whether an entry has come in before."""
    return _age(rule, effects, count) is not None


def remembered(effects: Effects, rules: Iterable[Rule], count: int) -> Effects:
    """Add the entries that came in now; what is sticky keeps the time when it first did."""
    began = {ref: start for ref, start in effects.began.items() if start < count}
    for rule in rules:
        if rule.is_remembered and not is_sticky(rule, effects, count):
            began[rule.ref] = count
    return Effects(began)


def _age(rule: Rule, effects: Effects, count: int) -> int | None:
    start = effects.began.get(rule.ref)
    return count - start if start is not None and start < count else None
