"""When an entry may come in at all, whatever its keys: for whom, for what, how far into the story."""

from characters.lore.moment import Moment
from characters.lore.rules import Rule


def is_meant(rule: Rule, moment: Moment) -> bool:
    """Tell whether an entry is for the character that replies, for this kind of reply, and not delayed."""
    entry = rule.entry
    if entry.delay > moment.count or (entry.triggers and moment.trigger not in entry.triggers):
        return False
    if not entry.filter_names and not entry.filter_tags:
        return True
    names = {name.casefold() for name in entry.filter_names}
    if names and (moment.speaker.casefold() in names) == entry.filter_excludes:
        return False
    tags = {tag.casefold() for tag in entry.filter_tags}
    return not tags or any(tag.casefold() in tags for tag in moment.tags) != entry.filter_excludes


def is_its_time(rule: Rule, moment: Moment) -> bool:
    """Tell whether the decorators that wait for something let an entry in; what nobody knows is no hindrance."""
    decorators = rule.decorators
    after, every = decorators.activate_only_after, decorators.activate_only_every
    if (after and moment.replies < after) or (every and moment.replies % every):
        return False
    if None not in (decorators.is_greeting, moment.greeting) and decorators.is_greeting != moment.greeting:
        return False
    return None in (decorators.is_user_icon, moment.user_icon) or decorators.is_user_icon == moment.user_icon
