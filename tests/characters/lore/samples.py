"""Lorebooks for tests: one of each dialect with every field that it has, and short ones made in code."""

import json
from random import Random
from typing import Any

from characters.lore import Book, Cause, Defaults, Effects, Entry, Moment, Outcome, Shelf, match, read_book

SILLYTAVERN_EXTENSIONS: dict[str, Any] = {
    "selectiveLogic": 3,
    "case_sensitive": True,
    "match_whole_words": True,
    "scan_depth": 7,
    "position": 4,
    "depth": 2,
    "role": 1,
    "probability": 40,
    "useProbability": True,
    "sticky": 3,
    "cooldown": 4,
    "delay": 5,
    "exclude_recursion": True,
    "prevent_recursion": True,
    "delay_until_recursion": 2,
    "group": "weather, mood",
    "group_override": True,
    "group_weight": 30,
    "use_group_scoring": True,
    "ignore_budget": True,
    "triggers": ["normal", "swipe"],
    "character_filter": {"names": ["Mira"], "tags": ["sailor"], "isExclude": True},
    "match_persona_description": True,
    "match_character_description": True,
    "match_character_personality": True,
    "match_character_depth_prompt": True,
    "match_scenario": True,
    "match_creator_notes": True,
    "display_index": 9,
    "vectorized": False,
    "automation_id": "x",
    "outlet_name": "y",
    "other/thing": {"kept": [1, None, "\ud800"]},
}
CARD_ENTRY: dict[str, Any] = {
    "keys": ["dragon", "/drakes?/i"],
    "content": "@@depth 3\nDragons sleep.",
    "extensions": SILLYTAVERN_EXTENSIONS,
    "enabled": True,
    "insertion_order": 12,
    "case_sensitive": True,
    "use_regex": True,
    "constant": False,
    "name": "Dragons",
    "priority": 5,
    "id": 42,
    "comment": "of the north",
    "selective": True,
    "secondary_keys": ["north"],
    "position": "after_char",
    "later": "unknown",
}
CARD_BOOK: dict[str, Any] = {
    "name": "North",
    "description": "About the north.",
    "scan_depth": 6,
    "token_budget": 300,
    "recursive_scanning": False,
    "extensions": {"a/b": 1},
    "entries": [CARD_ENTRY],
    "future": True,
}
WORLD_ENTRY: dict[str, Any] = {
    "uid": 42,
    "key": ["dragon", "/drakes?/i"],
    "keysecondary": ["north"],
    "comment": "of the north",
    "content": "@@depth 3\nDragons sleep.",
    "constant": False,
    "selective": True,
    "order": 12,
    "disable": False,
    "selectiveLogic": 3,
    "caseSensitive": True,
    "matchWholeWords": True,
    "scanDepth": 7,
    "position": 4,
    "depth": 2,
    "role": 1,
    "probability": 40,
    "useProbability": True,
    "sticky": 3,
    "cooldown": 4,
    "delay": 5,
    "excludeRecursion": True,
    "preventRecursion": True,
    "delayUntilRecursion": 2,
    "group": "weather, mood",
    "groupOverride": True,
    "groupWeight": 30,
    "useGroupScoring": True,
    "ignoreBudget": True,
    "triggers": ["normal", "swipe"],
    "characterFilter": {"names": ["Mira"], "tags": ["sailor"], "isExclude": True},
    "matchPersonaDescription": True,
    "matchCharacterDescription": True,
    "matchCharacterPersonality": True,
    "matchCharacterDepthPrompt": True,
    "matchScenario": True,
    "matchCreatorNotes": True,
    "displayIndex": 9,
    "vectorized": False,
    "automationId": "x",
    "outletName": "y",
    "addMemo": True,
    "later": "unknown",
}
WORLD: dict[str, Any] = {"entries": {"42": WORLD_ENTRY}, "originalData": {"name": "old"}, "name": "North"}
AGNAI: dict[str, Any] = {
    "kind": "memory",
    "name": "North",
    "description": "About the north.",
    "scanDepth": 6,
    "tokenBudget": 300,
    "recursiveScanning": True,
    "extra": 1,
    "entries": [
        {
            "name": "Dragons",
            "entry": "Dragons sleep.",
            "keywords": ["dragon", "drake"],
            "priority": 5,
            "weight": 12,
            "enabled": False,
            "later": "unknown",
        }
    ],
}
NOVELAI: dict[str, Any] = {
    "lorebookVersion": 5,
    "settings": {"orderByKeyLocations": False},
    "categories": [],
    "entries": [
        {
            "id": "4f-3a",
            "displayName": "Dragons",
            "text": "Dragons sleep.",
            "keys": ["dragon", "/drakes?/i"],
            "contextConfig": {"prefix": "", "suffix": "\n", "budgetPriority": 400, "tokenBudget": 1},
            "searchRange": 1000,
            "enabled": True,
            "forceActivation": True,
        }
    ],
}
RISU: dict[str, Any] = {
    "type": "risu",
    "ver": 1,
    "data": [
        {
            "key": "dragon, drake",
            "secondkey": "north,  south",
            "comment": "Dragons",
            "content": "Dragons sleep.",
            "insertorder": 12,
            "mode": "normal",
            "alwaysActive": True,
            "selective": True,
            "activationPercent": 40,
            "useRegex": False,
        },
        {"key": "/a{1,2}b/i", "comment": "", "content": "x", "useRegex": True, "insertorder": 1},
    ],
}
ALL: dict[str, Any] = {
    "character_book": CARD_BOOK,
    "lorebook_v3": {"spec": "lorebook_v3", "data": CARD_BOOK, "beside": 1},
    "sillytavern": WORLD,
    "agnai": AGNAI,
    "novelai": NOVELAI,
    "risu": RISU,
}


def written(value: object) -> bytes:
    return json.dumps(value).encode()


def read(value: object) -> Book:
    return read_book(written(value), source="a.json")


def entry(*keys: str, uid: str = "", content: str = "", **fields: Any) -> Entry:
    uid = uid or (keys[0] if keys else "none")
    return Entry(uid=uid, keys=keys, content=content or f"About {uid}.", **fields)


def book(*entries: Entry, **fields: Any) -> Book:
    return Book("character_book", entries, **fields)


def told(
    *entries: Entry,
    say: str | tuple[str, ...] = (),
    defaults: Defaults | None = None,
    effects: Effects | None = None,
    budget: int = 10_000,
    seed: int = 0,
    of: dict[str, Any] | None = None,
    **moment: Any,
) -> Outcome:
    """Match the entries of one book against what was said, each word a token."""
    messages = (say,) if isinstance(say, str) else say
    shelf = Shelf({"b": book(*entries, **(of or {}))}, defaults=defaults)
    return match(
        shelf,
        Moment(messages, **{"count": len(messages), **moment}),
        effects or Effects(),
        budget=budget,
        count=words,
        rng=Random(seed),
    )


def words(text: str) -> int:
    return len(text.split())


def uids(outcome: Outcome) -> list[str]:
    return [fired.entry.uid for fired in outcome.fired]


def left_out(outcome: Outcome) -> dict[str, str]:
    return {missed.entry.uid: missed.reason for missed in outcome.missed}


def causes(outcome: Outcome) -> dict[str, Cause]:
    return {fired.entry.uid: fired.cause for fired in outcome.fired}
