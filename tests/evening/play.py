"""An evening of 120 turns with every action in use, and what the model has read for it.

`python -m tests.evening [MODEL.gguf]` plays it with a model, else with the demo model, and prints what came of it.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import cast

from bot.core import Access, Account, Role
from bot.errors import PlayError
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.store.database import Database
from engine import Engine
from tests.evening.acts import STEPS, Evening
from tests.evening.company import AT, BOOK, KIM, MANNERS, PLACE, STATE, card
from tests.evening.watched import Cost, Watched

TURNS = 120


@dataclass(frozen=True, slots=True)
class Result:
    """What an evening came to. What was read again because of an edit is told apart."""

    turns: int
    costs: tuple[Cost, ...]
    decoded_per_candidate: float
    untouched: dict[str, list[bool]]
    done: Counter[str]
    refused: Counter[str]

    @property
    def read_again(self) -> int:
        """The tokens of the story that were read again, edits apart."""
        return sum(one.figures.read_again - one.figures.read_edit for one in self.costs)

    @property
    def reread_ratio(self) -> float:
        """What was read again over all that was read, edits apart."""
        return self.read_again / max(1, sum(one.figures.read - one.figures.read_edit for one in self.costs))


async def evening(database: Database, engine: Engine, settings: PlaySettings, *, turns: int = TURNS) -> Result:
    """Play an evening of so many turns, every action in a row and again from the first."""
    watched = Watched(engine)
    director = Director(database, cast("Engine", watched), settings, seed=7)
    await director.door.open_to(PLACE, Account("terminal:0", "Owner", Role.OWNER), Access.OPEN)
    mira = card("Mira", MANNERS[0], extensions={"troupe/state": STATE})
    await director.scenes.start(PLACE, KIM, [mira, card("Tomas", MANNERS[1])], at=AT)
    await director.lore.attach(PLACE, KIM, json.dumps(BOOK).encode(), source="pass.json")
    await director.knowledge.attach(PLACE, KIM, "road.md", b"# The old road\n\nThe old road is open from May on.\n")
    played = Evening(director, watched)
    length = 0
    for name, step in cycle(STEPS):
        watched.action = name
        try:
            await step(played)
            played.done[name] += 1
        except PlayError:
            played.refused[name] += 1
        length = sum(bool(turn.text) for turn in await director.story(PLACE))
        if length >= turns:
            break
    decoded = max((a + b for a, b in zip(watched.decoded[::2], watched.decoded[1::2], strict=True)), default=0.0)
    return Result(length, tuple(watched.costs), decoded, played.untouched, played.done, played.refused)


def told(result: Result) -> Iterator[str]:
    """Write down what an evening came to, a line for each figure."""
    read = sum(one.figures.read for one in result.costs)
    trimmed = sum(one.figures.trimmed + one.figures.trimmed_after for one in result.costs)
    yield f"{result.turns} turns, {len(result.costs)} requests, {read:,} tokens read, {trimmed:,} left the window"
    yield f"history read again, edits apart: {result.read_again:,} tokens, {result.reread_ratio:.2%} (≤ 2 %)"
    for name, found in result.untouched.items():
        yield f"{name}: the cached tokens stayed as they were {sum(found)} of {len(found)} times (all)"
    yield f"order: model: {result.decoded_per_candidate:.1f} tokens decoded for a candidate (≤ 2)"
    for action in dict.fromkeys(one.action for one in result.costs):
        costs = [one.figures for one in result.costs if one.action == action]
        parts = {name: sum(getattr(cost, f"read_{name}") for cost in costs) for name in CAUSES}
        yield f"  {action}: " + ", ".join(f"{name} {tokens}" for name, tokens in parts.items() if tokens)
    if result.refused:
        yield f"refused: {dict(result.refused)}"


CAUSES = ("head", "turn", "tail", "commit", "trim", "edit", "rebuild", "heal")
