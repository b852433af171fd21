"""One reply: its turn is opened, spoken by the model, and closed with what was said, however it ends."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from typing import Any

from bot.core import Account, Author, Place, Scene, Turn, TurnState
from bot.errors import NothingPlayed
from bot.roleplay import prompts, script
from bot.roleplay.brief import Brief, brief
from bot.roleplay.house import House
from bot.roleplay.performance import Reply
from bot.roleplay.typed import Overrides
from bot.store import reasons, scenes, turns
from engine import Priority


@dataclass(frozen=True, slots=True)
class Part:
    """A turn to be spoken, and by whom.

    It comes next in the story, or stands beside `instead_of` where the story stands at that; or it goes on with the
    turn that it `continues`. `order` is what the model is told of it alone, `why` says why it is spoken.
    """

    author: Author
    name: str
    character: int | None = None
    instead_of: Turn | None = None
    continues: Turn | None = None
    priority: Priority = Priority.INTERACTIVE
    order: str = ""
    overrides: Overrides = Overrides()
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A turn that is being spoken, the scene with it, and the turn that the story stood at before."""

    scene: Scene
    turn: Turn
    before: int | None


class Speaking:
    """Speaks parts, one after the other."""

    def __init__(self, house: House) -> None:
        self._house = house

    @asynccontextmanager
    async def speak(self, place: Place, account: Account, part: Part) -> AsyncGenerator[Reply]:
        """Open a turn, let the model speak it for whoever asks, and close it. Raises NothingPlayed."""
        opened = await self._open(place, part)
        scene, turn = opened.scene, opened.turn
        told: Brief | None = None
        reply: Reply | None = None
        try:
            told = await brief(self._house, scene, turn, order=part.order, overrides=part.overrides, why=part.why)
            prompt = script.reply(scene, part.name, await self._house.template(), tail=told.tail, begun=_begun(part))
            async with self._house.engine.stream(
                scene.channel, prompt, told.sampling, priority=part.priority, user=account.id, exact=told.exact
            ) as stream:
                reply = Reply(part.name, stream, script.names(scene), scene=scene, turn=turn)
                yield reply
        finally:
            await _whole(self._close(place, opened, part, told, reply))

    async def _open(self, place: Place, part: Part) -> _Opened:
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            if part.continues:
                return _Opened(scene, part.continues, scene.leaf)
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
                at=self._house.now(),
            )
            return _Opened(await scenes.scene(session, scene.id), turn, scene.leaf)

    async def _close(self, place: Place, opened: _Opened, part: Part, told: Brief | None, reply: Reply | None) -> None:
        """Store what was said. A reply that says nothing leaves the story where it was."""
        text = reply.text if reply else ""
        turn = opened.turn
        async with self._house.database.writing() as session:
            if part.continues:
                if text:
                    await turns.revise(session, turn.id, _begun(part) + text, person=None, at=self._house.now())
            else:
                state = TurnState.DONE if reply and reply.is_whole else TurnState.CUT
                await turns.close(session, turn.id, text=text, state=state)
            if text and told and reply:
                await reasons.keep(session, turn.id, **_reasons(part, told, reply))
            scene = await scenes.current(session, place.id)
            if scene is None or scene.id != opened.scene.id:
                return
            if not text and scene.leaf == turn.id and not part.continues:
                await scenes.set_leaf(session, scene.id, opened.before)
            oldest = script.turn_of(reply.window_from) if reply else None
            if oldest and scene.turns and oldest != scene.turns[0].id:
                await scenes.set_window(session, scene.id, oldest)


def _begun(part: Part) -> str:
    return part.continues.text if part.continues else ""


def _reasons(part: Part, told: Brief, reply: Reply) -> dict[str, Any]:
    figures = asdict(reply.figures) if reply.figures else {}
    sampling = {name: value for name, value in asdict(told.sampling).items() if value not in ("", (), None)}
    fields = {"why": part.why, "figures": figures, "sampling": sampling, "begun": len(reply.turn.text), **told.why}
    return {"fields": fields, "effects": told.effects, "prompt": prompts.written(reply.prompt)}


async def _whole(work: Coroutine[Any, Any, None]) -> None:
    """Do some work to its end, even where whoever waits for it is cancelled meanwhile."""
    task = asyncio.create_task(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
