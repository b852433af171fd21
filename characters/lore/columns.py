"""How each dialect calls what an entry and a book say, and how it writes the values. It knows no whole file.

A column ties an attribute to the place that holds it; where two columns hold one attribute, the later one counts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from characters.formats.fields import Fields, number
from characters.lore.book import Dialect
from characters.lore.patterns import is_regex

LOGICS = ("any", "not_all", "none", "all")
ROLES = ("system", "user", "assistant")
POSITIONS = (
    "before_char",
    "after_char",
    "before_note",
    "after_note",
    "at_depth",
    "before_examples",
    "after_examples",
    "outlet",
)


@dataclass(frozen=True, slots=True)
class Codec:
    """One way to write a value; `read` gives None where the value is missing, null or unknown."""

    read: Callable[[Fields, str], object]
    write: Callable[[object], object] = lambda value: value


@dataclass(frozen=True, slots=True)
class Column:
    """One attribute of an entry or a book, and its place, as in `extensions.depth`."""

    attribute: str
    place: str
    codec: Codec

    def read(self, fields: Fields) -> object:
        """Read the value, None where there is none. Raises `CardError` for one of another type."""
        part, _, rest = self.place.partition(".")
        if part not in fields.values:
            return None
        return (
            Column(self.attribute, rest, self.codec).read(fields.part(part)) if rest else self.codec.read(fields, part)
        )


def _keys(fields: Fields, name: str) -> tuple[str, ...] | None:
    value = fields.values[name]
    if isinstance(value, str) and not is_regex(value):
        return tuple(key.strip() for key in fields.text(name).split(",") if key.strip())
    return None if value is None else fields.texts(name)


def _risu_keys(fields: Fields, name: str) -> tuple[str, ...] | None:
    return fields.texts(name) if fields.flag("useRegex") else _keys(fields, name)


def _level(fields: Fields, name: str) -> int | None:
    value = fields.values[name]
    return int(value) if isinstance(value, bool) else fields.whole(name)


def _not(fields: Fields, name: str) -> bool | None:
    value = fields.flag(name)
    return None if value is None else not value


def _choice(options: tuple[str, ...]) -> Codec:
    def read(fields: Fields, name: str) -> str | None:
        value = fields.values[name]
        if value in options:
            return fields.text(name)
        place = number(value) if isinstance(value, str) else fields.number(name)
        return options[int(place)] if place is not None and place in range(len(options)) else None

    return Codec(read, lambda value: options.index(str(value)) if value in options else 0)


TEXT = Codec(Fields.text)
LINE = Codec(Fields.version)
NUMBER = Codec(Fields.number)
WHOLE = Codec(Fields.whole)
FLAG = Codec(Fields.flag)
NOT = Codec(_not, lambda value: not value)
KEYS = Codec(_keys, lambda value: list(cast("tuple[str, ...]", value)))
TEXTS = Codec(Fields.texts, KEYS.write)
LEVEL = Codec(_level, lambda value: value or False)
POSITION = _choice(POSITIONS)
SIDE = Codec(POSITION.read, lambda value: "before_char" if value == "before_char" else "after_char")

# The attribute, SillyTavern's own name of it, and its name among the extensions of an entry in a card.
_SILLYTAVERN_ONLY = (
    ("logic", "selectiveLogic", "selectiveLogic", _choice(LOGICS)),
    ("case_sensitive", "caseSensitive", "case_sensitive", FLAG),
    ("whole_words", "matchWholeWords", "match_whole_words", FLAG),
    ("scan_depth", "scanDepth", "scan_depth", WHOLE),
    ("position", "position", "position", POSITION),
    ("depth", "depth", "depth", WHOLE),
    ("role", "role", "role", _choice(ROLES)),
    ("probability", "probability", "probability", NUMBER),
    ("use_probability", "useProbability", "useProbability", FLAG),
    ("sticky", "sticky", "sticky", WHOLE),
    ("cooldown", "cooldown", "cooldown", WHOLE),
    ("delay", "delay", "delay", WHOLE),
    ("exclude_recursion", "excludeRecursion", "exclude_recursion", FLAG),
    ("prevent_recursion", "preventRecursion", "prevent_recursion", FLAG),
    ("delay_until_recursion", "delayUntilRecursion", "delay_until_recursion", LEVEL),
    ("group", "group", "group", TEXT),
    ("group_override", "groupOverride", "group_override", FLAG),
    ("group_weight", "groupWeight", "group_weight", NUMBER),
    ("group_scoring", "useGroupScoring", "use_group_scoring", FLAG),
    ("ignore_budget", "ignoreBudget", "ignore_budget", FLAG),
    ("triggers", "triggers", "triggers", TEXTS),
    ("filter_names", "characterFilter.names", "character_filter.names", TEXTS),
    ("filter_tags", "characterFilter.tags", "character_filter.tags", TEXTS),
    ("filter_excludes", "characterFilter.isExclude", "character_filter.isExclude", FLAG),
    ("match_persona_description", "matchPersonaDescription", "match_persona_description", FLAG),
    ("match_character_description", "matchCharacterDescription", "match_character_description", FLAG),
    ("match_character_personality", "matchCharacterPersonality", "match_character_personality", FLAG),
    ("match_character_depth_prompt", "matchCharacterDepthPrompt", "match_character_depth_prompt", FLAG),
    ("match_scenario", "matchScenario", "match_scenario", FLAG),
    ("match_creator_notes", "matchCreatorNotes", "match_creator_notes", FLAG),
)

# What means nothing here, but has two names too.
RENAMED = {
    "displayIndex": "display_index",
    "vectorized": "vectorized",
    "automationId": "automation_id",
    "outletName": "outlet_name",
    "addMemo": "addMemo",
}

_CARD = (
    Column("uid", "id", LINE),
    Column("keys", "keys", KEYS),
    Column("content", "content", TEXT),
    Column("enabled", "enabled", FLAG),
    Column("insertion_order", "insertion_order", NUMBER),
    Column("case_sensitive", "case_sensitive", FLAG),
    Column("name", "name", TEXT),
    Column("priority", "priority", NUMBER),
    Column("comment", "comment", TEXT),
    Column("selective", "selective", FLAG),
    Column("secondary_keys", "secondary_keys", KEYS),
    Column("constant", "constant", FLAG),
    Column("position", "position", SIDE),
    *(Column(attribute, f"extensions.{name}", codec) for attribute, _, name, codec in _SILLYTAVERN_ONLY),
)
_SILLYTAVERN = (
    Column("uid", "uid", LINE),
    Column("keys", "key", KEYS),
    Column("secondary_keys", "keysecondary", KEYS),
    Column("content", "content", TEXT),
    Column("name", "name", TEXT),
    Column("comment", "comment", TEXT),
    Column("constant", "constant", FLAG),
    Column("selective", "selective", FLAG),
    Column("insertion_order", "order", NUMBER),
    Column("priority", "priority", NUMBER),
    Column("enabled", "disable", NOT),
    *(Column(attribute, name, codec) for attribute, name, _, codec in _SILLYTAVERN_ONLY),
)
_AGNAI = (
    Column("uid", "id", LINE),
    Column("keys", "keywords", KEYS),
    Column("secondary_keys", "secondaryKeys", KEYS),
    Column("content", "entry", TEXT),
    Column("name", "name", TEXT),
    Column("comment", "comment", TEXT),
    Column("enabled", "enabled", FLAG),
    Column("priority", "priority", NUMBER),
    Column("insertion_order", "weight", NUMBER),
    Column("selective", "selective", FLAG),
    Column("constant", "constant", FLAG),
    Column("position", "position", SIDE),
)
_NOVELAI = (
    Column("uid", "id", LINE),
    Column("keys", "keys", KEYS),
    Column("content", "text", TEXT),
    Column("name", "displayName", TEXT),
    Column("enabled", "enabled", FLAG),
    Column("constant", "forceActivation", FLAG),
    Column("insertion_order", "contextConfig.budgetPriority", NUMBER),
)
_RISU = (
    Column("uid", "id", LINE),
    Column("keys", "key", Codec(_risu_keys)),
    Column("secondary_keys", "secondkey", KEYS),
    Column("content", "content", TEXT),
    Column("comment", "comment", TEXT),
    Column("constant", "alwaysActive", FLAG),
    Column("selective", "selective", FLAG),
    Column("insertion_order", "insertorder", NUMBER),
    Column("probability", "activationPercent", NUMBER),
)
ENTRY_COLUMNS: dict[Dialect, tuple[Column, ...]] = {
    "character_book": _CARD,
    "lorebook_v3": _CARD,
    "sillytavern": _SILLYTAVERN,
    "agnai": _AGNAI,
    "novelai": _NOVELAI,
    "risu": _RISU,
}

_BOOK = (
    Column("name", "name", TEXT),
    Column("description", "description", TEXT),
    Column("scan_depth", "scan_depth", WHOLE),
    Column("token_budget", "token_budget", WHOLE),
    Column("recursive_scanning", "recursive_scanning", FLAG),
)
_AGNAI_BOOK = (
    *_BOOK[:2],
    Column("scan_depth", "scanDepth", WHOLE),
    Column("token_budget", "tokenBudget", WHOLE),
    Column("recursive_scanning", "recursiveScanning", FLAG),
)
BOOK_COLUMNS: dict[Dialect, tuple[Column, ...]] = {
    "character_book": _BOOK,
    "lorebook_v3": _BOOK,
    "sillytavern": _BOOK,
    "agnai": _AGNAI_BOOK,
    "novelai": (),
    "risu": (),
}
