"""One performance at a time at each place: its replies are spoken in a row, and what is heard meanwhile is kept.

It knows neither what an action means nor what a prompt says: an action comes as parts to be spoken.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from bot.core import Account, Place, Turn
from bot.errors import StillSpeaking
from bot.roleplay.following import Following
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.speaking import Part, Speaking

Answer = Callable[[Place, Account, Sequence[Turn]], Awaitable[Sequence[Part]]]
Follow = Callable[[Place, Account, Turn, Following], Awaitable[Sequence[Part]]]


@dataclass(slots=True)
class Stage:
    """What is under way at a place, for whom: the reply being spoken, and the lines that nobody has answered yet."""

    account: Account
    speaking: Reply | None = None
    heard: list[Turn] = field(default_factory=list[Turn])
    is_stopped: bool = False
    following: Following = field(default_factory=Following)


class Stages:
    """All that is under way. `answer` says who answers some lines at a place, `follow` begins what comes after all."""

    def __init__(self, speaking: Speaking, *, answer: Answer, follow: Follow) -> None:
        self._speaking = speaking
        self._answer = answer
        self._follow = follow
        self._stages: dict[str, Stage] = {}
        self._following: dict[str, Following] = {}

    def check_free(self, place: Place) -> None:
        """Raise StillSpeaking while something is under way at a place."""
        if place.id in self._stages:
            raise StillSpeaking

    def stop(self, place: Place) -> bool:
        """Stop what is under way, and what was to follow; False where that is nothing.

        What is heard from now on is answered.
        """
        stage = self._stages.get(place.id)
        following = self._following.get(place.id)
        was_following = following is not None and following.stop()
        if stage is None:
            return was_following
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
            stage.following.drop()
        yield Performance(_silence())

    @asynccontextmanager
    async def perform(
        self, place: Place, account: Account, *parts: Part, heard: Sequence[Turn] = ()
    ) -> AsyncGenerator[Performance]:
        """Speak these parts for whoever asks, then answer what is heard until then. Raises StillSpeaking."""
        self.check_free(place)
        stage = self._stages[place.id] = Stage(account, heard=list(heard))
        if before := self._following.get(place.id):
            before.drop()
        self._following[place.id] = stage.following
        try:
            async with aclosing(self._replies(place, stage, parts)) as replies:
                yield Performance(replies, stage.following)
            # The stage is free by now: what is made beside the story keeps nobody from going on with it.
            self._leave(place, stage)
            await stage.following.wait()
        finally:
            self._leave(place, stage)
            await stage.following.close()
            if self._following.get(place.id) is stage.following:
                del self._following[place.id]

    async def _replies(self, place: Place, stage: Stage, parts: Sequence[Part]) -> AsyncGenerator[Reply]:
        last: Reply | None = None
        while parts or stage.heard:
            for part in parts:
                if stage.is_stopped:
                    break
                async with self._on_stage(place, stage, part) as reply:
                    yield reply
                last = reply
            was_stopped, stage.is_stopped = stage.is_stopped, False
            parts = await self._answers(place, stage)
            if last and last.text and last.is_whole and not (parts or was_stopped):
                parts, last = await self._follow(place, stage.account, last.turn, stage.following), None
        self._leave(place, stage)

    def _leave(self, place: Place, stage: Stage) -> None:
        if self._stages.get(place.id) is stage:
            del self._stages[place.id]

    async def _answers(self, place: Place, stage: Stage) -> Sequence[Part]:
        lines, stage.heard = stage.heard, []
        return await self._answer(place, stage.account, lines) if lines else ()

    @asynccontextmanager
    async def _on_stage(self, place: Place, stage: Stage, part: Part) -> AsyncGenerator[Reply]:
        try:
            async with self._speaking.speak(place, stage.account, part) as reply:
                # What the reply has read needs no answer of its own; what came in meanwhile does.
                stage.heard = [line for line in stage.heard if line not in reply.scene.turns]
                stage.speaking = reply
                if stage.is_stopped:
                    reply.stop()
                yield reply
        finally:
            stage.speaking = None


async def _silence() -> AsyncGenerator[Reply]:
    return
    yield
