"""One reply: its turn is opened, spoken by the model, and closed with what was said, however it ends."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from bot.core import Account, Author, Place, Scene, Turn, TurnState
from bot.errors import NothingPlayed, PlayError, ScenePaused
from bot.roleplay import prompts, script
from bot.roleplay.brief import Brief, brief
from bot.roleplay.filters import Filters
from bot.roleplay.house import House
from bot.roleplay.path import is_last_said
from bot.roleplay.performance import Reply, Standard
from bot.roleplay.quality import spare
from bot.roleplay.typed import Overrides
from bot.roleplay.unbroken import unbroken
from bot.roleplay.window import since
from bot.store import reasons, scenes, turns
from engine import MAX_SEED, Figures, Priority, Prompt, Sampling, Stream


@dataclass(frozen=True, slots=True)
class Part:
    """A turn to be spoken, and by whom.

    It comes next in the story, or stands beside `instead_of` where the story stands at that; or it goes on with the
    turn that it `continues`. `order` is what the model is told of it alone, `why` says why it is spoken. Where there is
    a `grammar` (GBNF), it follows that.
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
    grammar: str = ""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A turn that is being spoken, the scene with it, and the turn that the story stood at before."""

    scene: Scene
    turn: Turn
    before: int | None


class Speaking:
    """Speaks parts, one after the other; `filters` say what is not to be said."""

    def __init__(self, house: House, filters: Filters) -> None:
        self._house = house
        self._filters = filters

    async def check_goes_on(self, place: Place) -> None:
        """Raise ScenePaused where nobody may speak; NothingPlayed."""
        if (await self._house.scene(place)).is_paused:
            raise ScenePaused

    @asynccontextmanager
    async def speak(self, place: Place, account: Account, part: Part) -> AsyncGenerator[Reply]:
        """Open a turn, let the model speak it for whoever asks, and close it.

        Raises NothingPlayed, and PlayError where a turn that was to go on is gone.
        """
        await self._house.ask(account, place)
        opened = await self._open(place, part)
        told: Brief | None = None
        reply: Reply | None = None
        try:
            told = await brief(
                self._house, opened.scene, opened.turn, order=part.order, overrides=part.overrides, why=part.why
            )
            reply = await self._reply(place, account, opened, part, told)
            yield reply
        finally:
            if reply:
                await reply.aclose()
            await unbroken(self._close(place, opened, part, told, reply))
            if reply and reply.spent:
                await unbroken(self._count(account, *reply.spent))

    async def _reply(self, place: Place, account: Account, opened: _Opened, part: Part, told: Brief) -> Reply:
        """Prepare a reply: the model is asked once somebody listens."""
        scene, template = opened.scene, await self._house.template()
        # Who sets a seed wants the same reply again.
        is_drawn_anew = told.sampling.seed == self._house.drawn(f"turn {opened.turn.id}")
        formers = _formers(scene, part) if is_drawn_anew else ()

        def prompt(said: str = "", window_from: str | None = None) -> Prompt:
            read = since(scene, script.turn_of(window_from))
            return script.reply(read, part.name, template, tail=told.tail, begun=opened.turn.text + said)

        def ask(said: str, number: int, window_from: str | None) -> AbstractAsyncContextManager[Stream]:
            return self._house.engine.stream(
                scene.channel,
                prompt(said, window_from),
                _drawn(told.sampling, number, grammar=part.grammar),
                priority=part.priority,
                user=account.id,
                exact=told.exact,
            )

        return Reply(
            part.name,
            ask,
            script.names(scene),
            prompt=prompt(),
            scene=scene,
            turn=opened.turn,
            standard=Standard(told.sampling.max_tokens, formers, await self._filters.forbidden(place)),
        )

    async def _open(self, place: Place, part: Part) -> _Opened:
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            if part.continues:
                so_far = _up_to(scene, part.continues)
                return _Opened(so_far, so_far.turns[-1], scene.leaf)
            former = part.instead_of
            # Where the story has gone on meanwhile, a turn beside the former one would hide what was said since.
            is_beside = former is not None and is_last_said(scene.turns, former)
            turn = await turns.open_reply(
                session,
                scene.id,
                parent=former.parent if former and is_beside else scene.leaf,
                author=part.author,
                name=part.name,
                character=part.character,
                at=self._house.now(),
            )
            is_next = turn.parent == scene.leaf
            with_turn = replace(scene, turns=(*scene.turns, turn)) if is_next else await scenes.scene(session, scene.id)
            return _Opened(with_turn, turn, scene.leaf)

    async def _close(self, place: Place, opened: _Opened, part: Part, told: Brief | None, reply: Reply | None) -> None:
        """Store what was said. A reply that says nothing leaves the story where it was."""
        text = reply.text if reply else ""
        turn = opened.turn
        async with self._house.database.writing() as session:
            state = TurnState.DONE if reply and reply.is_whole else TurnState.CUT
            if not part.continues:
                await turns.close(session, turn.id, text=text, state=state)
            elif text:
                now = self._house.now()
                await turns.go_on(session, turn.id, said=turn.text, more=text, state=state, at=now)
            if text and reply and reply.is_folded:
                await turns.revise(session, turn.id, "", person=None, at=self._house.now())
            if text and told and reply:
                await reasons.keep(session, turn.id, **_reasons(part, told, reply))
            scene, leaf = await scenes.stands_at(session, place.id)
            if scene != opened.scene.id:
                return
            if not text and leaf == turn.id and not part.continues:
                await scenes.set_leaf(session, opened.scene.id, opened.before)
            oldest = script.turn_of(reply.window_from) if reply else None
            if oldest and oldest != opened.scene.turns[0].id:
                await scenes.move_window(session, opened.scene.id, oldest)

    async def _count(self, account: Account, *tries: Figures) -> None:
        async with self._house.database.writing() as session:
            await self._house.count(session, account, *tries)


def _up_to(scene: Scene, turn: Turn) -> Scene:
    """Return a scene as it stood at a turn. Raises PlayError where that is deleted, or not on its path any more."""
    path = [one.id for one in scene.turns]
    so_far = scene.turns[: path.index(turn.id) + 1] if turn.id in path else ()
    if not so_far or not so_far[-1].text:
        raise PlayError("The reply that was to go on is no longer there.")
    return replace(scene, turns=so_far)


def _formers(scene: Scene, part: Part) -> tuple[str, ...]:
    """Return what a reply should not say once more: the speaker's own last, and the last line of a person."""
    own = [turn.text for turn in scene.turns if (turn.author, turn.name) == (part.author, part.name) and turn.text]
    lines = [turn.text for turn in scene.turns if turn.author is Author.PERSON and turn.text]
    instead_of = [part.instead_of.text] if part.instead_of else []
    return (*own[-1:], *lines[-1:], *instead_of)


def _drawn(sampling: Sampling, number: int, *, grammar: str) -> Sampling:
    """Return how a reply is drawn at a try, from 0: each with another seed, and with room to end a sentence."""
    seed = sampling.seed if sampling.seed is None else (sampling.seed + number) % (MAX_SEED + 1)
    grammar = grammar or sampling.grammar
    return replace(sampling, seed=seed, grammar=grammar, max_tokens=sampling.max_tokens + spare(sampling.max_tokens))


def _reasons(part: Part, told: Brief, reply: Reply) -> dict[str, Any]:
    figures = asdict(reply.figures) if reply.figures else {}
    sampling = {name: value for name, value in asdict(told.sampling).items() if value not in ("", (), None)}
    begun = len(reply.turn.text)
    fields = {"why": part.why, "tries": reply.tries, "figures": figures, "sampling": sampling, "begun": begun}
    return {"fields": fields | told.why, "effects": told.effects, "prompt": prompts.written(reply.prompt)}
