"""One performance at a time at each place: its replies are opened, spoken and closed here.

It knows neither what an action means nor what a prompt says: an action comes as parts to be spoken.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Coroutine, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.core import Account, Author, Place, Scene, Turn, TurnState
from bot.errors import NothingPlayed, StillSpeaking
from bot.roleplay import script
from bot.roleplay.detection import Formats
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.templates import Template
from bot.store import scenes, turns
from bot.store.database import Database
from engine import Engine, Priority, Prompt, Sampling


@dataclass(frozen=True, slots=True)
class Part:
    """A turn to be spoken: whose, and what the model reads for it once the scene is known.

    It comes next in the story, or stands beside `instead_of` where the story stands at that.
    """

    author: Author
    name: str
    prompt: Callable[[Scene, Template], Prompt]
    character: int | None = None
    instead_of: Turn | None = None
    priority: Priority = Priority.INTERACTIVE


@dataclass(slots=True)
class Stage:
    """What is under way at a place, for whom: the reply being spoken, and the lines that nobody has answered yet."""

    account: Account
    speaking: Reply | None = None
    heard: list[Turn] = field(default_factory=list[Turn])
    is_stopped: bool = False


class Stages:
    """All that is under way. `answer` says who answers some lines in a scene, `sample` how a turn is drawn."""

    def __init__(
        self,
        database: Database,
        engine: Engine,
        *,
        formats: Formats,
        answer: Callable[[Scene, Sequence[Turn]], Sequence[Part]],
        sample: Callable[[Turn], Sampling],
    ) -> None:
        self._database = database
        self._engine = engine
        self._formats = formats
        self._answer = answer
        self._sample = sample
        self._stages: dict[str, Stage] = {}

    def check_free(self, place: Place) -> None:
        """Raise StillSpeaking while something is under way at a place."""
        if place.id in self._stages:
            raise StillSpeaking

    def stop(self, place: Place) -> bool:
        """Stop what is under way, and what was to follow; False where that is nothing.

        What is heard from now on is answered.
        """
        stage = self._stages.get(place.id)
        if stage is None:
            return False
        stage.is_stopped = True
        stage.heard.clear()
        if stage.speaking:
            stage.speaking.stop()
        return True

    @asynccontextmanager
    async def hear(self, place: Place, account: Account, line: Turn | None) -> AsyncGenerator[Performance]:
        """Answer a recorded line, or leave it to the performance under way; None is answered by nobody."""
        stage = self._stages.get(place.id)
        if line and not stage:
            async with self.perform(place, account, heard=[line]) as performance:
                yield performance
            return
        if line and stage:
            stage.heard.append(line)
        yield Performance(_silence())

    @asynccontextmanager
    async def perform(
        self, place: Place, account: Account, *parts: Part, heard: Sequence[Turn] = ()
    ) -> AsyncGenerator[Performance]:
        """Speak these parts for whoever asks, then answer what is heard until then. Raises StillSpeaking."""
        self.check_free(place)
        stage = self._stages[place.id] = Stage(account, heard=list(heard))
        try:
            async with aclosing(self._replies(place, stage, parts)) as replies:
                yield Performance(replies)
        finally:
            self._leave(place, stage)

    async def _replies(self, place: Place, stage: Stage, parts: Sequence[Part]) -> AsyncGenerator[Reply]:
        while parts or stage.heard:
            for part in parts:
                if stage.is_stopped:
                    break
                async with self._speak(place, stage, part) as reply:
                    yield reply
            stage.is_stopped = False
            parts = await self._answers(place, stage)
        self._leave(place, stage)

    def _leave(self, place: Place, stage: Stage) -> None:
        if self._stages.get(place.id) is stage:
            del self._stages[place.id]

    async def _answers(self, place: Place, stage: Stage) -> Sequence[Part]:
        lines, stage.heard = stage.heard, []
        if not lines:
            return ()
        async with self._database.reading() as session:
            scene = await scenes.current(session, place.id)
        return self._answer(scene, lines) if scene else ()

    @asynccontextmanager
    async def _speak(self, place: Place, stage: Stage, part: Part) -> AsyncGenerator[Reply]:
        """Open a turn, let the model speak it, and close it with what was said, however it ends."""
        scene, turn, before = await self._open(place, part)
        stage.heard = [line for line in stage.heard if line not in scene.turns]
        reply: Reply | None = None
        try:
            prompt = part.prompt(scene, await self._formats.of(self._engine.info))
            async with self._engine.stream(
                scene.channel, prompt, self._sample(turn), priority=part.priority, user=stage.account.id
            ) as stream:
                reply = stage.speaking = Reply(part.name, stream, script.names(scene))
                if stage.is_stopped:
                    reply.stop()
                yield reply
        finally:
            stage.speaking = None
            await _whole(self._close(place, turn, reply, before=before))

    async def _open(self, place: Place, part: Part) -> tuple[Scene, Turn, int | None]:
        """Open a part's turn; return it, the scene with it, and the turn that the story stood at before."""
        async with self._database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            former = part.instead_of
            # Where the story has gone on meanwhile, a turn beside the former one would hide what was said since.
            is_beside = former is not None and former.id == scene.leaf
            turn = await turns.open_reply(
                session,
                scene.id,
                parent=former.parent if former and is_beside else scene.leaf,
                author=part.author,
                name=part.name,
                character=part.character,
                at=datetime.now(UTC),
            )
            return await scenes.current(session, place.id) or scene, turn, scene.leaf

    async def _close(self, place: Place, turn: Turn, reply: Reply | None, *, before: int | None) -> None:
        """Store what was said. A reply that says nothing leaves the story where it was."""
        text = reply.text if reply else ""
        state = TurnState.DONE if reply and reply.is_whole else TurnState.CUT
        async with self._database.writing() as session:
            await turns.close(session, turn.id, text=text, state=state)
            scene = await scenes.current(session, place.id)
            if scene is None:
                return
            if not text and scene.leaf == turn.id:
                await scenes.set_leaf(session, scene.id, before)
            oldest = script.turn_of(reply.window_from) if reply else None
            if oldest and oldest != scene.turns[0].id:
                await scenes.set_window(session, scene.id, oldest)


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    """Do some work to its end, even where whoever waits for it is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise


async def _silence() -> AsyncGenerator[Reply]:
    return
    yield
