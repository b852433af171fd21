"""Everything a player can do, whatever the platform: it knows no vendor, no SQL and no llama.

One performance at a time plays at a place. What people say meanwhile is recorded at once, and answered by it.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.core import Account, Author, Incoming, Place, Scene, Turn
from bot.errors import NothingPlayed
from bot.roleplay import parts, script
from bot.roleplay.branches import Branches
from bot.roleplay.casting import Heard, answerers
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.house import House
from bot.roleplay.opening import opening
from bot.roleplay.path import last_said
from bot.roleplay.performance import Performance, spoken
from bot.roleplay.speaking import Part, Speaking
from bot.roleplay.stages import Stages
from bot.roleplay.swipes import Swipes
from bot.roleplay.turns import Turns
from bot.roleplay.typed import MAX_LINE_CHARACTERS as MAX_LINE_CHARACTERS
from bot.roleplay.typed import Continue, Line, Overrides, Retry, read_line
from bot.store import cards as library
from bot.store import cast, people, scenes, turns
from bot.store.database import Database
from characters import CardFile
from engine import Engine, Priority

SUGGESTION_TOKENS = 60


@dataclass(frozen=True, slots=True)
class Status:
    """What the model is doing: tokens held for a scene, of a window of so many, and how many requests run or wait."""

    model: str
    held: int
    window: int
    running: int
    waiting: int


class Director:
    """The play. With a `seed` the same actions, from the start, give the same story."""

    def __init__(self, database: Database, engine: Engine, settings: PlaySettings, *, seed: int | None = None) -> None:
        self._house = House(database, engine, settings, Formats(settings.template), seed)
        self._stages = Stages(Speaking(self._house), answer=self._answer)
        self._overrides: dict[int, Overrides] = {}
        self.turns = Turns(self._house, self._stages)
        self.swipes = Swipes(self._house, self._stages)
        self.branches = Branches(self._house, self._stages)

    async def clear_up(self) -> int:
        """Learn the chat format and cut, at start, the replies that a run was killed in. Return how many those were."""
        await self._house.template()
        async with self._house.database.writing() as session:
            return await turns.cut_open(session)

    async def scene(self, place: Place) -> Scene | None:
        """Return the scene that runs at a place."""
        async with self._house.database.reading() as session:
            return await scenes.current(session, place.id)

    async def story(self, place: Place, *, last: int | None = None) -> tuple[Turn, ...]:
        """Return the story at a place from its beginning, or its last turns; empty where nothing is played."""
        async with self._house.database.reading() as session:
            scene = await scenes.current(session, place.id)
            return await scenes.story(session, scene.id, last=last) if scene else ()

    async def open_scene(self, place: Place, account: Account, cards: Sequence[CardFile], *, at: datetime) -> Scene:
        """Open a scene with these characters, end the one before, and let the first of them greet.

        Raises PlayError where there is no character, or two of one name; StillSpeaking.
        """
        ids = await self._store(cards)
        known = [(id, file.card) for id, file in zip(ids, cards, strict=True)]
        opened = opening(known, user=account.name, rng=self._house.random(place.id), now=at)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            person = await people.person_of(session, account)
            if former := await scenes.current(session, place.id):
                await scenes.end(session, former.id, at=at)
            beginning = scenes.Beginning(opened.title, account.name, person, opened.scenario, at)
            scene = await scenes.open_scene(session, place, beginning)
            for member in opened.members:
                await cast.add_member(session, scene, member)
            await cast.add_player(session, scene, person=person, name=account.name, persona=None, block="", after=None)
            if opened.greeting:
                await turns.record(
                    session,
                    scene,
                    parent=None,
                    author=Author.CHARACTER,
                    name=opened.members[0].name,
                    text=opened.greeting,
                    at=at,
                    character=opened.members[0].character,
                )
        return await self._house.scene(place)

    @asynccontextmanager
    async def hear(self, incoming: Incoming) -> AsyncGenerator[Performance]:
        """Record a person's line and let the characters answer. Out-of-character lines are dropped.

        A line that is only `+` or `+++` is a retry, or lets the last reply go on. Numbers such as `-temp=1.2` count for
        what answers the line. Raises NothingPlayed, LineTooLong, and InvalidSampling.
        """
        place, account = incoming.place, incoming.account
        match read_line(incoming.text):
            case Retry(overrides):
                performing = self.retry(place, account, overrides=overrides)
            case Continue(overrides):
                performing = self.continue_(place, account, overrides=overrides)
            case Line() as typed if typed.text:
                performing = self._stages.hear(place, account, await self._record(incoming, typed))
            case _:
                performing = self._stages.hear(place, account, None)
        async with performing as performance:
            yield performance

    @asynccontextmanager
    async def retry(
        self, place: Place, account: Account, *, overrides: Overrides = Overrides(), hint: str = ""
    ) -> AsyncGenerator[Performance]:
        """Let the last reply be spoken anew, the former one stays beside it; or let somebody answer the last line.

        `overrides` count for this reply alone, and so does `hint`, which the model is told.
        Raises PlayError where nobody has said anything to answer; StillSpeaking.
        """
        last = await self._last(place)
        part = parts.retry(last, overrides=overrides, hint=hint)
        heard = [last] if last and not part else []
        async with self._stages.perform(place, account, *([part] if part else []), heard=heard) as performance:
            self._overrides |= {line.id: overrides for line in heard}
            yield performance

    @asynccontextmanager
    async def continue_(
        self, place: Place, account: Account, *, overrides: Overrides = Overrides()
    ) -> AsyncGenerator[Performance]:
        """Let the last reply go on where it stopped; `overrides` count for this alone.

        Raises PlayError where the last line is no reply; StillSpeaking.
        """
        last = await self._last(place)
        part = parts.continuation(last, overrides=overrides)
        async with self._stages.perform(place, account, part) as performance:
            yield performance

    @asynccontextmanager
    async def swipe(self, place: Place, account: Account) -> AsyncGenerator[Performance]:
        """Show the next alternative of the last reply, or behind the newest let another one be spoken.

        Raises PlayError where the last line is no reply; StillSpeaking.
        """
        if await self.swipes.right(place, account):
            yield Performance.silent()
        else:
            async with self.retry(place, account) as performance:
                yield performance

    @asynccontextmanager
    async def narrate(self, place: Place, account: Account, *, hint: str = "") -> AsyncGenerator[Performance]:
        """Let a narrator tell what happens; `hint` says what about. Raises NothingPlayed, StillSpeaking."""
        await self._house.scene(place)
        async with self._stages.perform(place, account, parts.narration(hint)) as performance:
            yield performance

    async def suggest(self, place: Place, account: Account, *, count: int = 3) -> tuple[str, ...]:
        """Write different lines that the player could say next, all in one batch. They leave no trace in the story.

        There are fewer than `count` where the model had no more ideas. Raises NothingPlayed.
        """
        scene = await self._house.scene(place)
        prompt = script.suggestion(scene, account.name, await self._house.template())

        async def one(number: int) -> str:
            sampling = self._house.settings.sampling(
                seed=self._house.drawn(f"{scene.leaf} {number}"), tokens=SUGGESTION_TOKENS
            )
            async with self._house.engine.stream(
                scene.channel, prompt, sampling, priority=Priority.SUGGESTION, user=account.id
            ) as stream:
                said = "".join([chunk async for chunk in spoken(stream, account.name, script.names(scene))])
            return said.partition("\n")[0]

        lines = await _together([one(number) for number in range(count)])
        return tuple(dict.fromkeys(filter(None, lines)))

    def stop(self, place: Place) -> bool:
        """Stop the reply that is being spoken, and those to come; False where there is none. What was said stays."""
        return self._stages.stop(place)

    def status(self, scene: Scene | None) -> Status:
        """Tell how busy the model is, and how much of a scene it holds."""
        engine = self._house.engine
        held = engine.occupancy.held.get(scene.channel, 0) if scene else 0
        return Status(engine.info.name, held, engine.info.window, engine.running, engine.waiting)

    async def _last(self, place: Place) -> Turn | None:
        """Return the last turn that says something, while nobody speaks. Raises NothingPlayed, StillSpeaking."""
        scene = await self._house.scene(place)
        self._stages.check_free(place)
        return last_said(scene.turns)

    async def _record(self, incoming: Incoming, typed: Line) -> Turn | None:
        """Store a line; None where its event was recorded before."""
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, incoming.place.id)
            if scene is None:
                raise NothingPlayed
            if await turns.by_event(session, incoming.event):
                return None
            turn = await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=incoming.account.name,
                text=typed.text,
                at=incoming.at,
                event=incoming.event,
                person=await people.person_of(session, incoming.account),
            )
        if typed.overrides.values:
            self._overrides[turn.id] = typed.overrides
        return turn

    async def _store(self, files: Sequence[CardFile]) -> list[int]:
        async with self._house.database.writing() as session:
            return [
                await library.add(
                    session,
                    digest=hashlib.sha256(file.data).hexdigest(),
                    name=file.card.name,
                    source=file.source,
                    original=file.data,
                    picture=file.picture,
                    fields={name: value for name, value in asdict(file.card).items() if name != "raw"},
                )
                for file in files
            ]

    async def _answer(self, place: Place, account: Account, lines: Sequence[Turn]) -> list[Part]:
        """Say who answers some lines."""
        scene = await self._house.scene(place)
        now = {turn.id: turn for turn in scene.turns}
        lines = [now.get(line.id, line) for line in lines]
        heard = Heard.in_story(scene.turns, lines)
        speakers = answerers(scene.present, heard, scene.rules, self._house.random(f"cast {lines[-1].id}"))
        overrides = self._overrides_of(lines)
        return [Part(Author.CHARACTER, one.name, one.character, overrides=overrides) for one in speakers]

    def _overrides_of(self, lines: Sequence[Turn]) -> Overrides:
        """Take the numbers that count for what answers some lines; the later ones win."""
        values = [value for line in lines for value in self._overrides.pop(line.id, Overrides()).values]
        return Overrides(tuple(dict(values).items()))


async def _together(work: Sequence[Coroutine[Any, Any, str]]) -> list[str]:
    """Wait for all of it, or for the first that fails: a task group would wrap its error."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
