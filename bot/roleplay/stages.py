"""One performance at a time at each place: its replies are spoken in a row, and what is heard meanwhile is kept.

It knows neither what an action means nor what a prompt says: an action comes as parts to be spoken.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from bot.core import Account, Place, Turn
from bot.errors import StillSpeaking
from bot.roleplay.idle import Idle
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.speaking import Part, Speaking

Answer = Callable[[Place, Account, Sequence[Turn]], Awaitable[Sequence[Part]]]
GoOn = Callable[[Place, Account, Sequence[Part]], Awaitable[Sequence[Part]]]


@dataclass(slots=True)
class Stage:
    """What is under way at a place, for whom: the reply being spoken, and the lines that nobody has answered yet.

    `spoken` are the parts since the last of those that somebody has; `answering` are the lines that these answer.
    """

    account: Account
    speaking: Reply | None = None
    heard: list[Turn] = field(default_factory=list[Turn])
    spoken: list[Part] = field(default_factory=list[Part])
    answering: list[Turn] = field(default_factory=list[Turn])
    is_stopped: bool = False


class Stages:
    """All that is under way. `answer` says who answers some lines at a place, `go_on` who speaks by itself then.

    `idle` works where nothing is under way.
    """

    def __init__(self, speaking: Speaking, *, answer: Answer, go_on: GoOn, idle: Idle) -> None:
        self._idle = idle
        self._speaking = speaking
        self._answer = answer
        self._go_on = go_on
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
        stage.heard.clear()
        _break_off(stage)
        return True

    def take_over(self, turn: int) -> None:
        """Stop the reply that is being spoken as a turn: somebody has said by hand what that is to be."""
        for stage in self._stages.values():
            if stage.speaking and stage.speaking.turn.id == turn:
                stage.speaking.stop()

    def forget(self, turn: int) -> None:
        """Let nobody answer a turn that was deleted: stop what is spoken as it, and all that comes of it alone."""
        self.take_over(turn)
        for stage in self._stages.values():
            stage.heard = [line for line in stage.heard if line.id != turn]
            answered = [line for line in stage.answering if line.id != turn]
            is_alone = not answered and bool(stage.answering)
            stage.answering = answered
            if is_alone or (stage.speaking and stage.speaking.turn.parent == turn):
                _break_off(stage)

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
        yield Performance.silent()

    @asynccontextmanager
    async def perform(
        self, place: Place, account: Account, *parts: Part, heard: Sequence[Turn] = ()
    ) -> AsyncGenerator[Performance]:
        """Speak these parts for whoever asks, then answer what is heard until then. Raises StillSpeaking."""
        self.check_free(place)
        stage = self._stages[place.id] = Stage(account, heard=list(heard))
        self._idle.give_up(place)
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
                stage.spoken.append(part)
                async with self._on_stage(place, stage, part) as reply:
                    yield reply
            parts = await self._answers(place, stage)
        self._leave(place, stage)

    def _leave(self, place: Place, stage: Stage) -> None:
        if self._stages.get(place.id) is stage:
            del self._stages[place.id]
            self._idle.begin(place)

    async def _answers(self, place: Place, stage: Stage) -> Sequence[Part]:
        """Say who speaks next: where nothing was heard, and nobody was stopped, whoever goes on by itself."""
        was_stopped, stage.is_stopped = stage.is_stopped, False
        lines, stage.heard = stage.heard, []
        if lines:
            stage.spoken, stage.answering = [], lines
            return await self._answer(place, stage.account, lines)
        return await self._go_on(place, stage.account, stage.spoken) if stage.spoken and not was_stopped else ()

    @asynccontextmanager
    async def _on_stage(self, place: Place, stage: Stage, part: Part) -> AsyncGenerator[Reply]:
        try:
            async with self._speaking.speak(place, stage.account, part) as reply:
                # What the reply has read needs no answer of its own; what came in meanwhile does.
                read = {turn.id for turn in reply.scene.turns}
                stage.answering += [line for line in stage.heard if line.id in read]
                stage.heard = [line for line in stage.heard if line.id not in read]
                stage.speaking = reply
                if stage.is_stopped:
                    reply.stop()
                yield reply
        finally:
            stage.speaking = None


def _break_off(stage: Stage) -> None:
    stage.is_stopped = True
    if stage.speaking:
        stage.speaking.stop()
