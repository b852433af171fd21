"""Which lore is told: some for one reply, matched over the story; what always holds, in the scene's head."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from bot.core import Scene, Turn
from bot.roleplay.house import House
from bot.roleplay.shelves import Ready, expander, macros_of
from bot.roleplay.tail import beginning, tokens_of
from bot.store import reasons, tree
from characters import Card, CardError
from characters.lore import Book, Cause, Effects, Entry, Moment, Outcome, Shelf, match, read_card_book
from characters.lore.decorators import Decorators, split_decorators

PART_OF_WINDOW = 4
"""Lore has room for one part in so many of the window, and in a tail for less."""

MOST_MISSED = 20
TRIES, AWHILE = 16, timedelta(days=1, minutes=1)
"""What comes out the same so often, at so many times, holds no macro that depends on chance or on the clock."""

TRIGGERS = {"retry": "swipe", "continue": "continue"}
"""What lorebooks call the reasons for which somebody speaks."""


@dataclass(frozen=True, slots=True)
class Told:
    """Lore for one reply, in the order in which it is told. `why` has a record for each text, then for what is not."""

    texts: tuple[str, ...] = ()
    why: tuple[dict[str, Any], ...] = ()
    slow_keys: tuple[str, ...] = ()
    effects: dict[str, Any] = field(default_factory=dict[str, Any])

    def reasons(self, kept: int) -> dict[str, Any]:
        """Return what is kept of it with the reply, of whose tail the first `kept` texts have become a part."""
        cut = range(kept, len(self.texts))
        why = [{**one, "came": "tail"} if place in cut else one for place, one in enumerate(self.why)]
        found = {"lore": why, "slow_keys": list(self.slow_keys)}
        return {name: facts for name, facts in found.items() if facts}


async def lore_for(house: House, scene: Scene, turn: Turn, *, why: str, room: int) -> Told:
    """Return the lore for the reply that `turn` was opened for; `why` says why it is spoken, `room` is in tokens."""
    ready = await house.shelves.ready(house.database, scene, turn.name)
    if not ready.shelf.rules:
        return Told()
    moment, effects = await _moment(house, scene, turn, ready, why)
    random = house.random(f"lore {turn.id}")
    budget = min(room, house.engine.info.window // PART_OF_WINDOW)
    outcome = await asyncio.to_thread(
        match,
        ready.shelf,
        moment,
        effects,
        budget=budget,
        count=_counter(scene.lore, budget),
        rng=random,
        expand=macros_of(scene, turn.name, ready.chars, rng=random, now=house.now()),
    )
    return _told(outcome, ready, scene.lore, most=budget)


async def head_lore(
    cards: Sequence[tuple[int, Card]], *, user: str, now: datetime, window: int, persona: str = ""
) -> str:
    """Return the lore of these cards (each with its id) that holds whatever is said, for a scene that `user` opens.

    A lorebook that cannot be read holds nothing.
    """
    return await asyncio.to_thread(_head_lore, cards, user, persona, now, window // PART_OF_WINDOW)


def _counter(head: str, most: int) -> Callable[[str], int]:
    """Return how much of a text is told, in tokens: at most so many, nothing where it stands in the head already."""
    return lambda text: 0 if text in head else min(most, tokens_of(text))


async def _moment(house: House, scene: Scene, turn: Turn, ready: Ready, why: str) -> tuple[Moment, Effects]:
    depth = ready.shelf.scan_depth
    before = [one for one in scene.turns if one.id < turn.id]
    async with house.database.reading() as session:
        if scene.window_from is not None and len(before) < depth:
            before = list(await tree.path(session, turn.parent, last=depth))
        count, replies = await tree.counts(session, turn.parent)
        kept = await reasons.effects(session, turn.parent)
    messages = [f"{one.name}: {one.text}" for one in (*before, turn) if one.text]
    moment = Moment(
        messages=tuple(messages[-depth:]) if depth else (),
        count=count,
        replies=replies,
        speaker=turn.name,
        tags=ready.tags,
        trigger=TRIGGERS.get(why, "normal"),
        extras=ready.extras,
    )
    return moment, Effects(kept.get("began", {}))


def _told(outcome: Outcome, ready: Ready, head: str, *, most: int) -> Told:
    titles = {rule.ref: rule.entry.title for rule in ready.shelf.rules}
    record = partial(_record, ready=ready, titles=titles)
    told = [one for one in outcome.fired if one.content not in head and one.position != "outlet"]
    left = [one for one in outcome.fired if one not in told]
    whole = [tokens_of(one.content) <= most for one in told]
    why = [
        record(one.ref, one.entry, one.cause, "told" if is_whole else "begun", tokens=one.tokens)
        for one, is_whole in zip(told, whole, strict=True)
    ]
    why += [record(one.ref, one.entry, one.cause, "head" if one.content in head else "outlet") for one in left]
    why += [record(one.ref, one.entry, one.cause, one.reason) for one in outcome.missed[:MOST_MISSED]]
    return Told(
        texts=tuple(
            one.content if is_whole else beginning(one.content, most) for one, is_whole in zip(told, whole, strict=True)
        ),
        why=tuple(why),
        slow_keys=outcome.slow_keys,
        effects={"began": dict(outcome.effects.began)} if outcome.effects.began else {},
    )


def _record(
    ref: str, entry: Entry, cause: Cause, came: str, *, ready: Ready, titles: dict[str, str], tokens: int = 0
) -> dict[str, Any]:
    """Write down why an entry came in, or why it did not (`came`), for whoever asks later."""
    facts = {
        "entry": entry.title,
        "book": ready.titles[ref.partition("/")[0]],
        "came": came,
        "kind": cause.kind,
        "key": cause.key,
        "secondary": list(cause.secondary),
        "depth": cause.depth,
        "by": titles.get(cause.entry, "") if cause.entry else "",
        "extra": cause.extra,
        "tokens": tokens,
    }
    return {name: fact for name, fact in facts.items() if fact not in ("", [], None)}


def _head_lore(cards: Sequence[tuple[int, Card]], user: str, persona: str, now: datetime, budget: int) -> str:
    chars = {f"card {id}": card.spoken_name for id, card in cards}
    macros = partial(expander, chars, char="", user=user, persona=persona)
    several = [
        macros(rng=Random(one), now=now + one * AWHILE, said=str(one), idle=one * AWHILE) for one in range(TRIES)
    ]
    held: dict[str, Book] = {}
    for id, card in cards:
        try:
            book = read_card_book(card, source=card.spoken_name)
        except CardError:
            continue
        if book:
            name = f"card {id}"
            lasting = [one for one in book.entries if one.enabled and _holds(one)]
            kept = [one for one in lasting if len({expand(name, one.content) for expand in several}) == 1]
            held[name] = replace(book, entries=tuple(kept))
    outcome = match(
        Shelf(held), Moment((), 0), Effects(), budget=budget, count=tokens_of, rng=Random(0), expand=several[0]
    )
    return "\n\n".join(one.content for one in outcome.fired)


def _holds(entry: Entry) -> bool:
    """Tell whether an entry is told whatever happens, to whoever speaks."""
    decorators, _ = split_decorators(entry.content)
    depends = (
        entry.filter_names,
        entry.filter_tags,
        entry.triggers,
        entry.groups,
        entry.delay > 0,
        entry.cooldown > 0,
        entry.delay_until_recursion > 0,
        entry.use_probability and entry.probability < 100,
    )
    return entry.constant and not any(depends) and not _asks(decorators)


def _asks(decorators: Decorators) -> bool:
    """Tell whether decorators ask for more than a place."""
    waits = (decorators.activate_only_after, decorators.activate_only_every, decorators.is_greeting)
    lasts = (decorators.dont_activate, decorators.keep_activate_after_match, decorators.dont_activate_after_match)
    return any(lasts) or decorators.is_user_icon is not None or any(one is not None for one in waits)
