"""Everything a player can do, whatever the platform, in parts; and letting somebody speak, which needs several of them.

One performance at a time plays at a place. What people say meanwhile is recorded at once, and answered by it.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.core import Account, Incoming, Place, Scene, Turn
from bot.roleplay import parts
from bot.roleplay.accounts import Accounts
from bot.roleplay.aftermath import Aftermath
from bot.roleplay.branches import Branches
from bot.roleplay.carrying import Carrying
from bot.roleplay.cast import Cast
from bot.roleplay.choosing import Choosing
from bot.roleplay.chronicle import Chronicle
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.door import Door
from bot.roleplay.filters import Filters
from bot.roleplay.house import Health, House
from bot.roleplay.house import Status as Status
from bot.roleplay.idle import Idle
from bot.roleplay.knowledge import Knowledge
from bot.roleplay.library import Library
from bot.roleplay.lines import Lines
from bot.roleplay.lore import Lore
from bot.roleplay.memory import Memory
from bot.roleplay.messages import Messages
from bot.roleplay.notebook import WRITING, Notebook
from bot.roleplay.path import last_said
from bot.roleplay.pauses import Pauses
from bot.roleplay.performance import Performance
from bot.roleplay.permissions import Action, Standing, check
from bot.roleplay.personas import Personas
from bot.roleplay.pings import Pings
from bot.roleplay.preferences import Preferences
from bot.roleplay.questions import Questions
from bot.roleplay.quiet import Clock, Quiet, still_said
from bot.roleplay.scenes import Scenes
from bot.roleplay.servers import Servers
from bot.roleplay.speaking import Part, Speaking
from bot.roleplay.stages import Stages
from bot.roleplay.statekeeping import StateKeeping
from bot.roleplay.stories import Stories
from bot.roleplay.suggesting import Suggesting
from bot.roleplay.swipes import Swipes
from bot.roleplay.turns import Turns
from bot.roleplay.typed import MAX_LINE_CHARACTERS as MAX_LINE_CHARACTERS
from bot.roleplay.typed import Continue, Line, Overrides, Retry, read_line
from bot.roleplay.why import Why
from bot.store import scenes, turns
from bot.store.database import Database
from engine import Engine


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
        self._began = self._house.now()
        self._choosing = Choosing(self._house)
        self.memory = Memory(self._house)
        self.chronicle = Chronicle(self._house)
        self.knowledge = Knowledge(self._house)
        self.idle = Idle(self.chronicle.keep_up)
        self.filters = Filters(self._house)
        self.suggesting = Suggesting(self._house, self.filters)
        self._lines = Lines(self._house, self._choosing)
        self.quiet = Quiet(self._house, clock or Clock())
        self.lore = Lore(self._house)
        self.state = StateKeeping(self._house)
        self.why = Why(self._house)
        self.aftermath = Aftermath(self._house, self.state, suggest=self.suggesting.lines, narrator=parts.narration())
        self._stages = Stages(
            Speaking(self._house, self.filters),
            answer=self._answer,
            go_on=self._choosing.go_on,
            follow=self.aftermath.follow,
            quiet=self.quiet,
            idle=self.idle,
        )
        self.pauses = Pauses(self._house, self._stages)
        self.preferences = Preferences(self._house)
        self.notebook = Notebook(self._house, self._stages)
        self.questions = Questions(self._house)
        self.stories = Stories(self._house, self._stages)
        self.cast = Cast(self._house, self._stages)
        self.scenes = Scenes(self._house, self._stages)
        self.turns = Turns(self._house, self._stages)
        self.messages = Messages(self._house)
        self.swipes = Swipes(self._house, self._stages)
        self.branches = Branches(self._house, self._stages)
        self.personas = Personas(self._house)
        self.library = Library(self._house)
        self.door = Door(self._house)
        self.pings = Pings(self._house)
        self.accounts = Accounts(self._house)
        self.servers = Servers(self._house)
        self.carrying = Carrying(self._house)

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
            scene, _ = await scenes.stands_at(session, place.id)
            return await scenes.story(session, scene, last=last) if scene else ()

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
                    place, account, await self._lines.record(incoming, typed), patience=incoming.patience
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
            self._lines.override(heard, overrides)
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

    def stop(self, place: Place, account: Account) -> bool:
        """Stop the reply that is being spoken, and those to come; False where there is none. What was said stays.

        Raises NotAllowed where somebody only looks on; the rest is not asked, for this has to work at once.
        """
        check(Action.STOP, Standing(account.role))
        return self._stages.stop(place)

    def status(self, scene: Scene | None) -> Status:
        """Tell how busy the model is, and how much of a scene it holds."""
        engine = self._house.engine
        held = engine.occupancy.held.get(scene.channel, 0) if scene else 0
        return Status(engine.info.name, held, engine.info.window, engine.running, engine.waiting)

    @property
    def health(self) -> Health:
        """How the bot fares."""
        now, up = self._house.engine.occupancy, self._house.now() - self._began
        return Health(len(now.held), now.cells, now.cells_used, now.ram_bytes, now.disk_bytes, up)

    async def _last(self, place: Place, account: Account, action: Action) -> Turn | None:
        """Return the last turn that says something, for who may do that with it, while nobody speaks.

        Raises NothingPlayed, NotAllowed, StillSpeaking.
        """
        scene = await self._house.scene(place)
        await self._house.allow(action, account, scene)
        self._stages.check_free(place)
        return last_said(scene.turns)

    async def _answer(self, place: Place, account: Account, lines: Sequence[Turn]) -> list[Part]:
        """Say who answers some lines, as they read now."""
        scene = await self._house.scene(place)
        now = still_said(scene, lines)
        if not now:
            return []
        overrides = self._lines.take_overrides(now)
        if scene.is_notebook:
            return [replace(WRITING, overrides=overrides)]
        return [replace(part, overrides=overrides) for part in await self._choosing.answer(scene, account, now)]
