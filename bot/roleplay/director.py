"""Everything a player can do, whatever the platform: it knows no vendor, no SQL and no llama.

One performance at a time plays at a place. What people say meanwhile is recorded at once, and answered by it.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.core import Account, Author, Incoming, Place, Scene, Turn
from bot.errors import NothingPlayed, ScenePaused
from bot.roleplay import parts, players, script
from bot.roleplay.aftermath import Aftermath
from bot.roleplay.branches import Branches
from bot.roleplay.cast import Cast
from bot.roleplay.choosing import Choosing
from bot.roleplay.chronicle import Chronicle
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.door import Door
from bot.roleplay.filters import Filters, check_said
from bot.roleplay.house import House
from bot.roleplay.idle import Idle
from bot.roleplay.knowledge import Knowledge
from bot.roleplay.library import Library
from bot.roleplay.lore import Lore
from bot.roleplay.memory import Memory
from bot.roleplay.messages import Messages
from bot.roleplay.notebook import WRITING, Notebook
from bot.roleplay.path import last_said
from bot.roleplay.pauses import Paused, Pauses
from bot.roleplay.performance import Performance, spoken
from bot.roleplay.permissions import Action, Standing, check
from bot.roleplay.personas import Personas
from bot.roleplay.preferences import Preferences
from bot.roleplay.questions import Questions
from bot.roleplay.quiet import Clock, Quiet
from bot.roleplay.scenes import Scenes
from bot.roleplay.speaking import Part, Speaking
from bot.roleplay.stages import Stages
from bot.roleplay.statekeeping import StateKeeping
from bot.roleplay.stories import Stories
from bot.roleplay.swipes import Swipes
from bot.roleplay.turns import Turns
from bot.roleplay.typed import MAX_LINE_CHARACTERS as MAX_LINE_CHARACTERS
from bot.roleplay.typed import Continue, Line, Overrides, Retry, check_length, read_line
from bot.roleplay.why import Why
from bot.store import scenes, turns
from bot.store.database import Database
from characters import CardFile
from engine import Engine, Finished, Priority

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

    def __init__(
        self,
        database: Database,
        engine: Engine,
        settings: PlaySettings,
        *,
        seed: int | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._house = House(database, engine, settings, Formats(settings.template), seed)
        self._choosing = Choosing(self._house)
        self.memory = Memory(self._house)
        self.chronicle = Chronicle(self._house)
        self.knowledge = Knowledge(self._house)
        self.idle = Idle(self.chronicle.keep_up)
        self.filters = Filters(self._house)
        self._quiet = Quiet(self._house, clock or Clock())
        self.lore = Lore(self._house)
        self.state = StateKeeping(self._house)
        self.why = Why(self._house)
        self.aftermath = Aftermath(self._house, self.state, suggest=self.suggest, narrator=parts.narration())
        self._stages = Stages(
            Speaking(self._house, self.filters),
            answer=self._answer,
            go_on=self._choosing.go_on,
            follow=self.aftermath.follow,
            quiet=self._quiet,
            idle=self.idle,
        )
        self._pauses = Pauses(self._house, self._stages)
        self.preferences = Preferences(self._house)
        self.notebook = Notebook(self._house, self._stages)
        self.questions = Questions(self._house)
        self.stories = Stories(self._house, self._stages)
        self._overrides: dict[int, Overrides] = {}
        self.cast = Cast(self._house, self._stages)
        self.scenes = Scenes(self._house, self._stages)
        self.turns = Turns(self._house, self._stages)
        self.messages = Messages(self._house)
        self.swipes = Swipes(self._house, self._stages)
        self.branches = Branches(self._house, self._stages)
        self.personas = Personas(self._house)
        self.library = Library(self._house)
        self.door = Door(self._house)

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

        Raises PlayError where there is no character, or two of one name; NotAllowed, StillSpeaking.
        """
        return await self.scenes.start(place, account, cards, at=at)

    @asynccontextmanager
    async def hear(self, incoming: Incoming) -> AsyncGenerator[Performance]:
        """Record a person's line and let the characters answer, once it is quiet. Out-of-character lines are dropped.

        A line that is only `+` or `+++` is a retry, or lets the last reply go on. Numbers such as `-temp=1.2` count for
        what answers the line. What was heard before, by its event, changes nothing.
        Raises NothingPlayed, LineTooLong, LineFiltered, NotAllowed, and InvalidSampling.
        """
        place, account = incoming.place, incoming.account
        match read_line(incoming.text):
            case Retry() | Continue() if not await self.messages.is_new(incoming.event):
                performing = self._stages.hear(place, account, None)
            case Retry(overrides):
                performing = self.retry(place, account, overrides=overrides)
            case Continue(overrides):
                performing = self.continue_(place, account, overrides=overrides)
            case Line() as typed if typed.text:
                performing = self._stages.hear(
                    place, account, await self._record(incoming, typed), patience=incoming.patience
                )
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
        last = await self._last(place, account, Action.RETRY)
        part = parts.retry(last, overrides=overrides, hint=hint)
        heard = [last] if last and not part else []
        async with self._stages.perform(place, account, *([part] if part else []), heard=heard) as performance:
            self._overrides |= {line.id: overrides for line in heard}
            self._choosing.insist(heard)
            yield performance

    @asynccontextmanager
    async def continue_(
        self, place: Place, account: Account, *, overrides: Overrides = Overrides()
    ) -> AsyncGenerator[Performance]:
        """Let the last reply go on where it stopped; `overrides` count for this alone.

        Raises PlayError where the last line is no reply; StillSpeaking.
        """
        last = await self._last(place, account, Action.CONTINUE)
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
        """Let a narrator tell what happens; `hint` says what about. Raises NothingPlayed, NotAllowed, StillSpeaking."""
        await self._house.allow(Action.NARRATE, account, await self._house.scene(place))
        async with self._stages.perform(place, account, parts.narration(hint)) as performance:
            yield performance

    @asynccontextmanager
    async def next(self, place: Place, account: Account, name: str = "") -> AsyncGenerator[Performance]:
        """Let a character speak now: whoever is called so, or whoever the story asks for.

        Raises PlayError where there is nobody; NothingPlayed, NotAllowed, StillSpeaking.
        """
        await self._house.allow(Action.CALL, account, await self._house.scene(place))
        self._stages.check_free(place)
        part = await self._choosing.next(place, account, name)
        async with self._stages.perform(place, account, part) as performance:
            yield performance

    @asynccontextmanager
    async def write(self, place: Place, account: Account, *, text: str = "") -> AsyncGenerator[Performance]:
        """Let the model go on with a notebook's text, behind `text`, which is added to it first.

        A notebook opens where nothing is played. Raises PlayError where a cast plays; NotAllowed,
        StillSpeaking, LineTooLong.
        """
        check_length(text)
        async with self.notebook.write(place, account, text) as performance:
            yield performance

    async def suggest(self, place: Place, account: Account, *, count: int = 3) -> tuple[str, ...]:
        """Write different lines that the player could say next, all in one batch. They leave no trace in the story.

        There are fewer than `count` where the model had no more ideas. Raises NothingPlayed, NotAllowed.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.SUGGEST, account, scene)
        if scene.is_paused:
            raise ScenePaused
        await self._house.ask(account)
        name = players.name_of(scene, account, await self._house.person(account))
        prompt = script.suggestion(scene, name, await self._house.template())
        finished: list[Finished] = []

        async def one(number: int) -> str:
            sampling = self._house.settings.sampling(
                seed=self._house.drawn(f"{scene.leaf} {number}"), tokens=SUGGESTION_TOKENS
            )
            async with self._house.engine.stream(
                scene.channel, prompt, sampling, priority=Priority.SUGGESTION, user=account.id
            ) as stream:
                said = "".join([chunk async for chunk in spoken(stream, name, script.names(scene))])
                finished.extend([stream.finished] if stream.finished else [])
            return said.partition("\n")[0]

        lines = await _together([one(number) for number in range(count)])
        async with self._house.database.writing() as session:
            for one in finished:
                await self._house.keep_window(session, scene, one)
            await self._house.count(session, account, *(one.figures for one in finished), replies=len(finished))
        return await self.filters.allowed(place, tuple(dict.fromkeys(filter(None, lines))))

    def stop(self, place: Place, account: Account) -> bool:
        """Stop the reply that is being spoken, and those to come; False where there is none. What was said stays.

        Raises NotAllowed where somebody only looks on; the rest is not asked, for this has to work at once.
        """
        check(Action.STOP, Standing(account.role))
        return self._stages.stop(place)

    def typing(self, place: Place, account: Account) -> None:
        """Note that somebody shows to be typing: an answer waits for them a little."""
        self._quiet.typing(place, account)

    async def pause(self, place: Place, account: Account) -> Paused:
        """Stop whoever speaks, fold the last passage away, and let nobody speak until the scene is resumed.

        Anybody present may, without a reason. Raises ScenePaused where it is paused already; NothingPlayed.
        """
        return await self._pauses.pause(place, account)

    async def resume(self, place: Place, account: Account) -> Scene:
        """Let a paused scene go on. Raises PlayError, NothingPlayed."""
        return await self._pauses.resume(place, account)

    def status(self, scene: Scene | None) -> Status:
        """Tell how busy the model is, and how much of a scene it holds."""
        engine = self._house.engine
        held = engine.occupancy.held.get(scene.channel, 0) if scene else 0
        return Status(engine.info.name, held, engine.info.window, engine.running, engine.waiting)

    async def _last(self, place: Place, account: Account, action: Action) -> Turn | None:
        """Return the last turn that says something, for who may do that with it, while nobody speaks.

        Raises NothingPlayed, NotAllowed, StillSpeaking.
        """
        scene = await self._house.scene(place)
        await self._house.allow(action, account, scene)
        self._stages.check_free(place)
        return last_said(scene.turns)

    async def _record(self, incoming: Incoming, typed: Line) -> Turn | None:
        """Store a line; None where its event was recorded before."""
        await self._house.allow(Action.SPEAK, incoming.account, incoming.place)
        await check_said(self._house, incoming.place, typed.text)
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, incoming.place.id)
            if scene is None:
                raise NothingPlayed
            if await turns.by_event(session, incoming.event):
                return None
            speaker = await players.speaker_of(session, scene, incoming.account, typed.text)
            if speaker is None:
                return None
            await check_said(self._house, incoming.place, speaker.name, speaker.about)
            turn = await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=speaker.name,
                text=speaker.text,
                at=incoming.at,
                event=incoming.event,
                person=speaker.person,
            )
        await self._choosing.note(scene.id, turn, incoming)
        if overrides := (*typed.overrides.values, *speaker.overrides.values):
            self._overrides[turn.id] = Overrides(overrides)
        return turn

    async def _answer(self, place: Place, account: Account, lines: Sequence[Turn]) -> list[Part]:
        """Say who answers some lines."""
        if (await self._house.scene(place)).is_notebook:
            return [replace(WRITING, overrides=self._overrides_of(lines))]
        overrides = self._overrides_of(lines)
        return [replace(part, overrides=overrides) for part in await self._choosing.answer(place, account, lines)]

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
