"""Everything a player can do, whatever the platform: it knows no vendor, no SQL and no llama.

One performance at a time plays at a place. What people say meanwhile is recorded at once, and answered by it.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from bot.core import Account, Author, Incoming, Place, Scene, Turn
from bot.errors import LineTooLong, NothingPlayed, PlayError
from bot.roleplay import script
from bot.roleplay.aftermath import Aftermath
from bot.roleplay.casting import Heard, answerers
from bot.roleplay.config import PlaySettings
from bot.roleplay.detection import Formats
from bot.roleplay.house import House
from bot.roleplay.lore import Lore
from bot.roleplay.opening import opening
from bot.roleplay.performance import Performance, spoken
from bot.roleplay.speaking import Part, Speaking
from bot.roleplay.stages import Stages
from bot.roleplay.statekeeping import StateKeeping, opening_state
from bot.roleplay.telling import head_lore
from bot.roleplay.typed import Overrides, is_out_of_character
from bot.roleplay.why import Why
from bot.store import cards as library
from bot.store import cast, people, scenes, turns
from bot.store.database import Database
from characters import CardFile
from engine import Engine, Priority

MAX_LINE_CHARACTERS = 8_000
"""Twice what Telegram or Discord let a person send at once, and about half of the default window."""

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
        self.lore = Lore(self._house)
        self.state = StateKeeping(self._house)
        self.why = Why(self._house)
        self.aftermath = Aftermath(self._house, self.state, suggest=self.suggest, narrator=self._narrator())
        self._stages = Stages(Speaking(self._house), answer=self._answer, follow=self.aftermath.follow)

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
        state = opening_state(file.card for file in cards)
        lore = await head_lore(known, user=account.name, now=at, window=self._house.engine.info.window)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            person = await people.person_of(session, account)
            if former := await scenes.current(session, place.id):
                await scenes.end(session, former.id, at=at)
            beginning = scenes.Beginning(
                opened.title, account.name, person, opened.scenario, at, lore=lore, state=state
            )
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

        Raises NothingPlayed, and LineTooLong.
        """
        line = None if is_out_of_character(incoming.text) else await self._record(incoming)
        async with self._stages.hear(incoming.place, incoming.account, line) as performance:
            yield performance

    @asynccontextmanager
    async def retry(
        self, place: Place, account: Account, *, overrides: Overrides = Overrides(), hint: str = ""
    ) -> AsyncGenerator[Performance]:
        """Let the last reply be spoken anew, the former one stays beside it; or let somebody answer the last line.

        `overrides` count for this reply alone, and so does `hint`, which the model is told.
        Raises PlayError where nobody has said anything to answer; StillSpeaking.
        """
        scene = await self._house.scene(place)
        last = scene.turns[-1] if scene.turns else None
        parts: list[Part] = []
        if last and last.author is Author.NARRATOR:
            parts = [replace(self._narrator(hint), instead_of=last)]
        elif last and last.author is Author.CHARACTER and last.parent is not None:
            parts = [replace(self._character(last.name, last.character), instead_of=last, order=hint)]
        elif last is None or last.author is Author.CHARACTER:
            raise PlayError("There is nothing to retry: nobody has said anything that could be answered.")
        parts = [replace(part, priority=Priority.RETRY, overrides=overrides, why="retry") for part in parts]
        async with self._stages.perform(place, account, *parts, heard=[] if parts else [last]) as performance:
            yield performance

    @asynccontextmanager
    async def narrate(self, place: Place, account: Account, *, hint: str = "") -> AsyncGenerator[Performance]:
        """Let a narrator tell what happens; `hint` says what about. Raises NothingPlayed, StillSpeaking."""
        await self._house.scene(place)
        async with self._stages.perform(place, account, self._narrator(hint)) as performance:
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

    async def undo(self, place: Place, *, count: int = 1) -> tuple[Turn, ...]:
        """Take the last turns back and return them, oldest first. They stay stored. Raises PlayError, StillSpeaking."""
        scene = await self._house.scene(place)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            gone = await scenes.story(session, scene.id, last=count)
            if not gone:
                raise PlayError("There is nothing to undo: the story has not begun.")
            await scenes.set_leaf(session, scene.id, gone[0].parent)
        return gone

    def stop(self, place: Place) -> bool:
        """Stop the reply that is being spoken, and those to come; False where there is none. What was said stays."""
        return self._stages.stop(place)

    def status(self, scene: Scene | None) -> Status:
        """Tell how busy the model is, and how much of a scene it holds."""
        engine = self._house.engine
        held = engine.occupancy.held.get(scene.channel, 0) if scene else 0
        return Status(engine.info.name, held, engine.info.window, engine.running, engine.waiting)

    async def _record(self, incoming: Incoming) -> Turn | None:
        """Store a line; None where its event was recorded before."""
        if len(incoming.text) > MAX_LINE_CHARACTERS:
            raise LineTooLong(len(incoming.text), MAX_LINE_CHARACTERS)
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, incoming.place.id)
            if scene is None:
                raise NothingPlayed
            if await turns.by_event(session, incoming.event):
                return None
            return await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=incoming.account.name,
                text=incoming.text,
                at=incoming.at,
                event=incoming.event,
                person=await people.person_of(session, incoming.account),
            )

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
        heard = Heard.in_story(scene.turns, lines)
        speakers = answerers(scene.present, heard, scene.rules, self._house.random(f"cast {lines[-1].id}"))
        return [self._character(member.name, member.character) for member in speakers]

    def _character(self, name: str, character: int | None) -> Part:
        return Part(Author.CHARACTER, name, character)

    def _narrator(self, hint: str = "") -> Part:
        order = script.narration(hint)
        return Part(Author.NARRATOR, script.NARRATOR, priority=Priority.NARRATION, order=order, why="narrate")


async def _together(work: Sequence[Coroutine[Any, Any, str]]) -> list[str]:
    """Wait for all of it, or for the first that fails: a task group would wrap its error."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
