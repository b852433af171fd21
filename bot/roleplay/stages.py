"""One performance at a time at each place: its replies are spoken in a row, and what is heard meanwhile is kept.

It knows neither what an action means nor what a prompt says: an action comes as parts to be spoken.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass, field

from bot.core import Account, Patience, Place, Turn
from bot.errors import StillSpeaking
from bot.roleplay.following import Following
from bot.roleplay.idle import Idle
from bot.roleplay.performance import Performance, Reply
from bot.roleplay.quiet import Quiet, Silence
from bot.roleplay.speaking import Part, Speaking

Answer = Callable[[Place, Account, Sequence[Turn]], Awaitable[Sequence[Part]]]
GoOn = Callable[[Place, Account, Sequence[Part]], Awaitable[Sequence[Part]]]
Follow = Callable[[Place, Account, Turn, Following], Awaitable[Sequence[Part]]]


@dataclass(slots=True)
class Stage:
    """What is under way at a place, for whom: the reply being spoken, and the lines that nobody has answered yet.

    It `is_waiting` for people to have said what they want to; then it stands in nobody's way. `row` are the lines that
    those who speak now answer, `speakers` who of them has begun; both are kept where the others are sent back.
    `spoken` are the parts since the last of the lines that somebody has; `answering` are the lines that these answer,
    those too that they have read meanwhile. `following` is what comes after all of it, by itself.
    """

    account: Account
    speaking: Reply | None = None
    heard: list[Turn] = field(default_factory=list[Turn])
    spoken: list[Part] = field(default_factory=list[Part])
    answering: list[Turn] = field(default_factory=list[Turn])
    is_stopped: bool = False
    was_stopped: bool = False
    is_waiting: bool = False
    silence: Silence = field(default_factory=Silence)
    row: list[Turn] = field(default_factory=list[Turn])
    speakers: set[int | None] = field(default_factory=set[int | None])
    following: Following = field(default_factory=Following)


class Stages:
    """All that is under way. `answer` says who answers some lines at a place and `quiet` when, `go_on` who speaks by
    itself then; `follow` begins what comes after all. Where nothing is under way `idle` works.
    """

    def __init__(
        self, speaking: Speaking, *, answer: Answer, go_on: GoOn, follow: Follow, quiet: Quiet, idle: Idle
    ) -> None:
        self._idle = idle
        self._speaking = speaking
        self._answer = answer
        self._go_on = go_on
        self._follow = follow
        self._quiet = quiet
        self._stages: dict[str, Stage] = {}
        self._following: dict[str, Following] = {}

    def check_free(self, place: Place) -> None:
        """Raise StillSpeaking while something is under way at a place."""
        stage = self._stages.get(place.id)
        if stage and not stage.is_waiting:
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
        stage.heard.clear()
        stage.silence.end()
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

    def fold(self, place: Place) -> Reply | None:
        """Stop what is under way and return the reply that has said something, to be folded away once it is stored."""
        self.stop(place)
        stage = self._stages.get(place.id)
        if stage is None or stage.speaking is None:
            return None
        stage.speaking.fold()
        return stage.speaking if stage.speaking.text else None

    @asynccontextmanager
    async def hear(
        self, place: Place, account: Account, line: Turn | None, *, patience: Patience | None = None
    ) -> AsyncGenerator[Performance]:
        """Answer a recorded line, or leave it to the performance under way; None is answered by nobody."""
        stage = self._stages.get(place.id)
        if line and not stage:
            stage = Stage(account, heard=[line])
            self._quiet.said(place, account, stage.silence, patience)
            async with self._on_stages(place, stage) as performance:
                yield performance
            return
        if line and stage:
            stage.heard.append(line)
            stage.following.drop()
            self._quiet.said(place, account, stage.silence, patience)
        yield Performance.silent()

    @asynccontextmanager
    async def perform(
        self, place: Place, account: Account, *parts: Part, heard: Sequence[Turn] = ()
    ) -> AsyncGenerator[Performance]:
        """Speak these parts for whoever asks, then answer what is heard until then.

        Lines that still wait for an answer are left to it. Raises StillSpeaking, ScenePaused.
        """
        await self._speaking.check_goes_on(place)
        self.check_free(place)
        waiting = self._stages.get(place.id)
        lines = {line.id: line for line in (*(waiting.heard if waiting else ()), *heard)}
        stage = Stage(account, heard=list(lines.values()))
        if waiting:
            self.stop(place)
        async with self._on_stages(place, stage, *parts) as performance:
            yield performance

    @asynccontextmanager
    async def _on_stages(self, place: Place, stage: Stage, *parts: Part) -> AsyncGenerator[Performance]:
        self._stages[place.id] = stage
        self._idle.give_up(place)
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
            for number, part in enumerate(parts):
                # Who has not begun when somebody says something is sent back; an action's own parts are always spoken.
                is_sent_back = bool(number and stage.row and stage.heard)
                if stage.is_stopped or is_sent_back:
                    break
                stage.spoken.append(part)
                stage.speakers.add(part.character)
                async with self._on_stage(place, stage, part) as reply:
                    yield reply
                last = reply
            else:
                stage.row.clear()
            parts = await self._answers(place, stage)
            if last and last.text and last.is_whole and not (parts or stage.was_stopped):
                parts, last = await self._follow(place, stage.account, last.turn, stage.following), None
        self._leave(place, stage)

    def _leave(self, place: Place, stage: Stage) -> None:
        if self._stages.get(place.id) is stage:
            del self._stages[place.id]
            self._idle.begin(place)

    async def _answers(self, place: Place, stage: Stage) -> Sequence[Part]:
        """Say who speaks next: where nothing was heard, and nobody was stopped, whoever goes on by itself."""
        stage.is_waiting = True
        try:
            await self._quiet.wait(place, stage.silence)
        finally:
            stage.is_waiting = False
        # A stop has taken the lines before it away: what is there was said after it.
        stage.was_stopped, stage.is_stopped = stage.is_stopped, False
        lines, stage.heard, stage.silence.first = stage.heard, [], None
        if not lines:
            talks_on = stage.spoken and not stage.was_stopped
            return await self._go_on(place, stage.account, stage.spoken) if talks_on else ()
        stage.spoken, stage.answering = [], [*lines]
        parts = await self._answer(place, stage.account, lines)
        if stage.row:
            parts = await self._cast_anew(place, stage, lines, parts)
        else:
            stage.speakers.clear()
        stage.row += lines
        return parts

    async def _cast_anew(
        self, place: Place, stage: Stage, lines: Sequence[Turn], parts: Sequence[Part]
    ) -> Sequence[Part]:
        """Cast a row that new lines broke off, for its own lines and these; `parts` would answer these alone.

        Who has spoken in it speaks again only where the new lines ask for that.
        """
        asked = {part.character for part in parts}
        anew = await self._answer(place, stage.account, [*stage.row, *lines])
        return [part for part in anew if part.character not in stage.speakers - asked] or parts

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
    stage.row.clear()
    if stage.speaking:
        stage.speaking.stop()
