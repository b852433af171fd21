"""What two people do this evening, one act after the other."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count, cycle
from typing import Any, cast

from bot.core import Account, Answering, Incoming, Order
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.director import Director
from bot.roleplay.house import House
from bot.roleplay.performance import Performance
from bot.roleplay.stories import Format
from bot.roleplay.typed import Overrides
from engine import Prompt, Scores
from tests.evening.company import ADA, AT, KIM, LINES, MANNERS, PLACE, card
from tests.evening.watched import Watched


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
        await self.director.why.tokens(PLACE, KIM)
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
