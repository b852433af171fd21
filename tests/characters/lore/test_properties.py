"""What holds for any books, any story, any seed."""

from dataclasses import replace
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from characters.lore import Book, Defaults, Effects, Entry, Moment, Outcome, Shelf, match
from characters.lore.telling import ORDER
from tests.characters.lore.samples import book, words

WORDS = ["sea", "seal", "ship", "Ship", "sea ship", "猫", "/s[eh]/", "/(/", ""]
FEW = st.lists(st.sampled_from(WORDS), max_size=3).map(tuple)
TEXT = st.lists(st.sampled_from([*WORDS, "and", "seaside", "x\ny"]), max_size=8).map(" ".join)
SMALL = st.integers(-1, 4)
PLAIN: dict[str, Any] = {
    "keys": FEW,
    "secondary_keys": FEW,
    "logic": st.sampled_from(["any", "not_all", "none", "all"]),
    "case_sensitive": st.none() | st.booleans(),
    "scan_depth": st.none() | SMALL,
    "constant": st.booleans(),
    "enabled": st.booleans(),
    "content": TEXT,
}
EVERYTHING: dict[str, Any] = PLAIN | {
    "content": st.builds(
        lambda lines, text: "\n".join([*lines, text]),
        st.lists(
            st.sampled_from(
                [
                    "@@activate",
                    "@@depth 2",
                    "@@keep_activate_after_match",
                    "@@dont_activate_after_match",
                    "@@exclude_keys sea",
                ]
            ),
            max_size=2,
        ),
        TEXT,
    ),
    "whole_words": st.none() | st.booleans(),
    "insertion_order": SMALL,
    "priority": st.none() | SMALL,
    "position": st.sampled_from(ORDER),
    "depth": SMALL,
    "probability": st.sampled_from([0, 50, 100]),
    "sticky": SMALL,
    "cooldown": SMALL,
    "delay": SMALL,
    "exclude_recursion": st.booleans(),
    "prevent_recursion": st.booleans(),
    "delay_until_recursion": SMALL,
    "group": st.sampled_from(["", "", "g", "h", "g, h"]),
    "group_override": st.booleans(),
    "group_weight": SMALL,
    "group_scoring": st.none() | st.booleans(),
    "ignore_budget": st.booleans(),
}


def books(fields: dict[str, Any]) -> st.SearchStrategy[Book]:
    entries = st.lists(st.fixed_dictionaries({}, optional=fields), max_size=6)
    budgets = st.none() | st.integers(0, 12)
    return st.builds(
        lambda found, budget: book(*(Entry(uid=str(n), **entry) for n, entry in enumerate(found)), token_budget=budget),
        entries,
        budgets,
    )


STORIES = st.lists(TEXT, max_size=5).map(tuple)


def evaluate(shelf: Shelf, messages: tuple[str, ...], effects: Effects, *, budget: int, seed: int) -> Outcome:
    return match(shelf, Moment(messages, len(messages)), effects, budget=budget, count=words, rng=Random(seed))


@given(books(EVERYTHING), books(EVERYTHING), STORIES, st.integers(0, 30), st.integers(0, 3))
def test_every_outcome_keeps_the_rules(one: Book, two: Book, story: tuple[str, ...], budget: int, seed: int) -> None:
    effects = Effects()
    for length in range(len(story) + 1):
        shelf = Shelf({"one": one, "two": two})
        outcome = evaluate(shelf, story[:length], effects, budget=budget, seed=seed)
        assert outcome == evaluate(shelf, story[:length], effects, budget=budget, seed=seed)
        fired = outcome.fired
        assert sum(words(told.content) for told in fired) <= budget
        for name, read in shelf.books.items():
            bound = [told for told in fired if told.book == name and not told.entry.ignore_budget]
            assert not read.token_budget or sum(told.tokens for told in bound) <= read.token_budget
        places = [(ORDER.index(told.position), -told.depth if told.position == "at_depth" else 0) for told in fired]
        orders = [told.entry.insertion_order for told in fired]
        assert list(zip(places, orders, strict=True)) == sorted(zip(places, orders, strict=True))
        refs = [told.ref for told in fired] + [missed.ref for missed in outcome.missed]
        assert len(refs) == len(set(refs))
        assert all(told.entry.enabled and told.content.strip() for told in fired)
        for group in ("g", "h"):
            chosen = [told for told in fired if group in told.entry.groups and told.cause.kind != "sticky"]
            assert len(chosen) <= 1
        assert all(start <= length for start in outcome.effects.began.values())
        effects = outcome.effects


@given(books(PLAIN), STORIES)
def test_plain_entries_match_as_looking_for_each_key_would(read: Book, story: tuple[str, ...]) -> None:
    read = replace(read, token_budget=None)
    shelf = Shelf({"b": read}, defaults=Defaults(recursive_scanning=False))
    outcome = evaluate(shelf, story, Effects(), budget=10_000, seed=0)
    expected = {entry.uid for entry in read.entries if entry.enabled and entry.content.strip() and is_due(entry, story)}
    assert {told.entry.uid for told in outcome.fired} == expected


def is_due(entry: Entry, story: tuple[str, ...]) -> bool:
    depth = 2 if entry.scan_depth is None else max(entry.scan_depth, 0)
    seen = story[::-1][:depth]

    def is_said(key: str) -> bool:
        if key == "/s[eh]/":
            return any("se" in text or "sh" in text for text in seen)
        if key in ("/(/", ""):
            return False
        return any(key in text if entry.case_sensitive else key.lower() in text.lower() for text in seen)

    found = [is_said(key) for key in entry.secondary_keys if key]
    holds = {"any": any(found), "all": all(found), "none": not any(found), "not_all": not all(found)}[entry.logic]
    if entry.constant or not found:
        holds = True
    elif "/(/" in entry.secondary_keys:
        holds = False
    return holds and (entry.constant or any(is_said(key) for key in entry.keys))
