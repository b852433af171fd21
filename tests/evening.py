"""An evening of 120 turns with every action in use, and what the model has read for it.

`python -m tests.evening [MODEL.gguf]` plays it with a model, else with the demo model, and prints what came of it.
"""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any, cast

from bot.core import Access, Account, Answering, Incoming, Order, Place, Role
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.config import PlaySettings
from bot.roleplay.director import Director
from bot.roleplay.house import House
from bot.roleplay.performance import Performance
from bot.roleplay.stories import Format
from bot.roleplay.typed import Overrides
from bot.store.database import Database, migrate
from characters import CardFile, read_card
from engine import Engine, EngineSettings, Figures, Prompt, Scores, Stream, convert, demo_model

TURNS = 120
PLACE = Place("terminal:evening", "the inn", "terminal:server")
KIM = Account("terminal:1", "Kim", Role.MODERATOR)
ADA = Account("terminal:2", "Ada", Role.MODERATOR)
AT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
LINES = (
    "Good evening. Is there a room left, and something warm to eat?",
    "Mira, who was the man that left when I came in?",
    "*sits down by the fire and counts the coins that are left*",
    "Tomas, you know the old road over the pass. Is it open already?",
    "I have heard that the bridge is watched at night.",
    "Somebody has followed me since the ferry, I am sure of it.",
    "What does the bell mean that rings behind the wood?",
    "*looks out of the window; the rain has not stopped since noon*",
)
MANNERS = (
    "speaks little, listens well, and forgets no face that has ever come through the door; laughs only with the eyes.",
    "carries letters over the pass in every weather, boasts of it, and fears nothing but the bell behind the wood.",
    "came for one night eleven years ago, and still has not unpacked; knows a story for each stone of the road.",
)
STATE = [
    {"kind": "number", "name": "day", "least": 1, "most": 9, "start": 3},
    {"kind": "choice", "name": "trust", "options": ["wary", "warm"]},
]
BOOK = {
    "spec": "lorebook_v3",
    "data": {
        "name": "The pass",
        "extensions": {},
        "entries": [
            {
                "id": 1,
                "keys": ["bridge", "pass"],
                "content": "The bridge below the pass belongs to the ferryman, who takes a coin from each stranger.",
                "enabled": True,
                "insertion_order": 100,
                "use_regex": False,
                "extensions": {},
            }
        ],
    },
}


@dataclass(frozen=True, slots=True)
class Cost:
    """What one request of an action has cost."""

    action: str
    figures: Figures


class Watched:
    """An engine whose costs are written down, action by action."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.action = ""
        self.costs: list[Cost] = []
        self.decoded: list[float] = []
        """Tokens that were decoded for each candidate of a question who speaks."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)

    @asynccontextmanager
    async def stream(self, *what: Any, **more: Any) -> AsyncGenerator[Stream]:
        action = self.action
        async with self._engine.stream(*what, **more) as stream:
            yield stream
        if stream.finished:
            self.costs.append(Cost(action, stream.finished.figures))

    async def score(self, channel: str, prompt: Prompt, candidates: Sequence[str], **more: Any) -> Scores:
        found = await self._engine.score(channel, prompt, candidates, **more)
        self.costs.append(Cost(self.action, found.figures))
        # Their first tokens alone need nothing beside the cue.
        cue = await self._engine.score(channel, prompt, candidates, **{**more, "depth": 1})
        self.decoded.append((found.figures.read_tail - cue.figures.read_tail) / len(candidates))
        return found


@dataclass
class Evening:
    """What two people do, and whether what the model had read of the story stayed as it was."""

    director: Director
    engine: Watched
    lines: Iterator[str] = field(default_factory=lambda: cycle(LINES))
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    done: Counter[str] = field(default_factory=Counter[str])
    refused: Counter[str] = field(default_factory=Counter[str])
    untouched: dict[str, list[bool]] = field(default_factory=dict[str, list[bool]])
    pinned: list[int] = field(default_factory=list[int])

    async def say(self, text: str = "", *, account: Account | None = None) -> None:
        number = next(self.numbers)
        line = Incoming(
            PLACE, account or (KIM, ADA)[number % 2], f"terminal:{number}", text or f"{next(self.lines)} {number}", AT
        )
        await self._follow(self.director.hear(line))

    async def retry(self, **more: Any) -> None:
        await self._beside("retry", lambda: self._follow(self.director.retry(PLACE, KIM, **more)), drops_last=True)

    async def narrate(self, hint: str = "") -> None:
        await self._beside("narrate", lambda: self._follow(self.director.narrate(PLACE, ADA, hint=hint)))

    async def suggest(self) -> None:
        await self._beside("suggest", lambda: self.director.suggesting.lines(PLACE, KIM))

    async def continue_(self) -> None:
        await self._follow(self.director.continue_(PLACE, KIM))

    async def next(self, name: str = "") -> None:
        await self._follow(self.director.next(PLACE, KIM, name))

    async def pin(self) -> None:
        if self.pinned:
            await self.director.memory.unpin(PLACE, KIM, self.pinned.pop())
        pinned = await self.director.memory.pin(PLACE, KIM, await self.last())
        self.pinned.append(pinned.id)

    async def last(self, back: int = 1) -> int:
        """Return one of the last turns that say something."""
        return [turn.id for turn in await self.director.story(PLACE) if turn.text][-back]

    async def ask(self) -> None:
        async with self.director.questions.ask(PLACE, KIM, "Who owns the inn?") as answer:
            async for _ in answer:
                pass

    async def edit(self) -> None:
        at = await self.last(3)
        await self.director.turns.edit(PLACE, KIM, at, "*says nothing for a while, and looks into the fire*")

    async def branch(self) -> None:
        """Try another way for one line, and come back."""
        name = f"way {next(self.numbers)}"
        await self.director.branches.make(PLACE, KIM, name, turn=await self.last(3))
        await self.say()
        await self.director.branches.jump(PLACE, KIM, "main")

    async def guest(self) -> None:
        """Let somebody else come in for two lines."""
        await self.director.cast.add(PLACE, KIM, card("Old Bettany", MANNERS[2]))
        await self.say("Bettany, do tell!")
        await self.director.cast.mute(PLACE, KIM, "Tomas")
        await self.say()
        await self.director.cast.unmute(PLACE, KIM, "Tomas")
        await self.director.cast.remove(PLACE, KIM, "Old Bettany")

    async def model_chooses(self) -> None:
        await self.director.cast.order(PLACE, KIM, Order.MODEL)
        await self.director.cast.answer(PLACE, KIM, Answering.ALWAYS)
        await self.say("Does anybody know what that was?")
        await self.say("And now?")
        await self.director.cast.order(PLACE, KIM, Order.NATURAL)

    async def afterwards(self) -> None:
        await self.director.aftermath.change(PLACE, KIM, narrate=True, suggest=2, state=True)
        await self.say()
        await self.director.aftermath.change(PLACE, KIM, narrate=False, suggest=0, state=False)

    async def pause(self) -> None:
        await self.director.pauses.pause(PLACE, ADA)
        await self.director.pauses.resume(PLACE, KIM)

    async def persona(self) -> None:
        with suppress(PlayError):
            await self.director.personas.create(PLACE, ADA, "Lark", description="A bell founder.", brackets="l: text")
        await self.say("l: I cast that bell, and I know its voice.", account=ADA)

    async def swipe(self) -> None:
        await self._follow(self.director.swipe(PLACE, KIM))
        await self.director.swipes.left(PLACE, KIM)

    async def undo(self) -> None:
        await self.director.turns.undo(PLACE, KIM, count=2)
        await self.director.turns.restore(PLACE, KIM)

    async def delete(self) -> None:
        at = await self.last(2)
        await self.director.turns.delete(PLACE, KIM, at)
        await self.director.turns.restore(PLACE, KIM, at)

    async def read_and_write(self) -> None:
        await self.director.why.of(PLACE)
        await self.director.why.tokens(PLACE)
        await self.director.stories.export(PLACE, KIM, Format.JSONL)
        await self.director.memory.search(PLACE, "bridge")

    async def _follow(self, performing: Any) -> None:
        async with performing as performance:
            async for reply in cast("Performance", performance):
                async for _ in reply:
                    pass

    async def _beside(self, name: str, act: Callable[[], Awaitable[object]], *, drops_last: bool = False) -> None:
        """Do something that leaves the story's cache alone, and look whether it did."""
        window, (prompt, before) = await self._window(), await self._cached(drops_last=drops_last)
        await act()
        if await self._window() != window:
            return  # the oldest turns have left, as they may after any reply
        _, after = await self._cached(prompt)
        has_read = after.figures.read - after.figures.read_tail
        self.untouched.setdefault(name, []).append(has_read == 0 and after.candidates == before.candidates)

    async def _window(self) -> int | None:
        scene = await self.director.scene(PLACE)
        return scene.window_from if scene else None

    async def _cached(self, prompt: Prompt | None = None, *, drops_last: bool = False) -> tuple[Prompt, Scores]:
        """Return what the model makes of the story as it has read it, to the last bit, and what had to be read."""
        scene = await self.director.scene(PLACE)
        assert scene
        if prompt is None:
            house = cast("House", self.director._house)
            read = script._before_last(scene) if drops_last else scene
            prompt = script.question(read, "Kim", "What now?", await house.template())
            await self.engine._engine.score(scene.channel, prompt, [" Yes", " No"], depth=1)
        return prompt, await self.engine._engine.score(scene.channel, prompt, [" Yes", " No"], depth=1)


Step = tuple[str, Callable[[Evening], Awaitable[object]]]
STEPS: tuple[Step, ...] = (
    ("say", Evening.say),
    ("retry", Evening.retry),
    ("say", Evening.say),
    ("note", lambda one: one.director.memory.set_note(PLACE, KIM, "It is dark, and wet.", frequency=2)),
    ("narrate", Evening.narrate),
    ("say", Evening.say),
    ("suggest", Evening.suggest),
    ("lore", lambda one: one.director.lore.add(PLACE, KIM, ["bell"], "The bell rings by itself before a flood.")),
    ("say", Evening.say),
    ("continue", Evening.continue_),
    ("edit", Evening.edit),
    ("say", Evening.say),
    ("order: model", Evening.model_chooses),
    ("pin", Evening.pin),
    ("roll", lambda one: one.director.turns.roll(PLACE, ADA, "2d6+1")),
    ("say", Evening.say),
    ("swipe", Evening.swipe),
    ("say as", lambda one: one.director.turns.say_as(PLACE, KIM, "Mira", "We close at midnight.")),
    ("persona", Evening.persona),
    ("state", lambda one: one.director.state.change(PLACE, KIM, "trust", "warm")),
    ("after each reply", Evening.afterwards),
    ("say", Evening.say),
    ("undo", Evening.undo),
    ("ask", Evening.ask),
    ("say", Evening.say),
    ("delete", Evening.delete),
    ("retry with a hint", lambda one: one.retry(hint="Be brief.", overrides=Overrides((("temperature", 1.2),)))),
    ("branch", Evening.branch),
    ("next", Evening.next),
    ("remember", lambda one: one.director.memory.remember(PLACE, KIM, "The ring opens the door of the mill.")),
    ("guest", Evening.guest),
    ("say", Evening.say),
    ("why, search, export", Evening.read_and_write),
    ("summary", lambda one: one.director.chronicle.summarise(PLACE, KIM)),
    ("say", Evening.say),
    ("recap", lambda one: one.director.chronicle.recap(PLACE, ADA)),
    ("settings", lambda one: one.director.preferences.use(PLACE, KIM, "Precise")),
    ("among themselves", lambda one: one.director.cast.let_talk(PLACE, KIM, 1)),
    ("say", Evening.say),
    ("pause", Evening.pause),
    ("alone again", lambda one: one.director.cast.let_talk(PLACE, KIM, 0)),
)


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


def card(name: str, manner: str, **more: Any) -> CardFile:
    """Make a character of this evening."""
    data = {"name": name, "description": f"{name} {manner}", "first_mes": f"{name} nods at {{{{user}}}}."} | more
    written = json.dumps({"spec": "chara_card_v2", "spec_version": "2.0", "data": data}).encode()
    return CardFile(f"{name}.json", written, read_card(written, source=f"{name}.json"))


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


async def _measured(model: Path) -> Result:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        await asyncio.to_thread(migrate, data)
        if model == demo_model():
            await asyncio.to_thread(convert, model, data / "model.gguf")
            model = data / "model.gguf"
        settings = EngineSettings(model=model, window=4096, parallel=4)
        async with Database.open(data) as database, Engine.open(settings) as engine:
            return await evening(database, engine, PlaySettings(reply_tokens=100))


def main(arguments: Sequence[str]) -> int:
    """Play the evening and print what came of it; 1 where a bound is missed."""
    model = Path(arguments[0]) if arguments else demo_model()
    if model is None:
        sys.stderr.write("There is no demo model here: name a GGUF file.\n")
        return 2
    result = asyncio.run(_measured(model))
    sys.stdout.writelines(f"{line}\n" for line in told(result))
    kept = all(all(found) for found in result.untouched.values()) and result.decoded_per_candidate <= 2
    return 0 if kept and result.reread_ratio <= 0.02 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
