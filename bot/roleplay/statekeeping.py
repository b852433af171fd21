"""What a story keeps, such as `day 3 · evening`: told to the model, set by players, updated by the model."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from bot.core import Account, Place, Scene, Turn, TurnState
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.defining import read_definition
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.state import (
    DEFINITIONS,
    MOST_VALUES,
    State,
    change,
    definitions_of,
    joined,
    read_definitions,
    update,
)
from bot.roleplay.values import Definition
from bot.store import people, scenes, states
from characters import Card
from engine import Priority

UPDATE_TOKENS = 400
"""More than twelve values take that are not all as long as they may be; what breaks off is no update.

Fewer are asked for where no value can become so long: room for all of these would drop old turns from the window.
"""

Shape = dict[str, Any]


def opening_state(cards: Iterable[Card], *, of_scene: Sequence[Definition] = ()) -> Shape:
    """Return what a scene with these cards keeps, to be frozen with it. Raises PlayError where a card's is unusable."""
    definitions = joined(of_scene, *map(definitions_of, cards))
    return {"definitions": DEFINITIONS.dump_python(definitions, mode="json")} if definitions else {}


async def state_for(house: House, scene: Scene, turn: Turn) -> str:
    """Return how things stand before a reply, for the model; empty where the story keeps nothing."""
    async with house.database.reading() as session:
        line = (_state(await states.at(session, scene.id, turn.parent))).line
    return script.STATE.format(line=line) if line else ""


class StateKeeping:
    """The values that the story at a place keeps."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def current(self, place: Place) -> State:
        """Return how things stand; without values where the story keeps none. Raises NothingPlayed."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            return _state(await states.at(session, scene.id, scene.leaf))

    async def change(self, place: Place, account: Account, name: str, value: str) -> State:
        """Set one value from now on. Raises PlayError where there is none of that name, or it does not fit."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.STATE, account, scene)
        await check_said(self._house, place, value)
        last = scene.turns[-1] if scene.turns else None
        # What is still being spoken may come to nothing, and what is said there with it.
        at = last and (last.parent if last.state is TurnState.OPEN else last.id)
        if at is None:
            raise PlayError("The story has not begun: say something first.")
        async with self._house.database.writing() as session:
            changed = change(_state(await states.at(session, scene.id, at)), name, value)
            person = await people.person_of(session, account)
            await states.keep(session, at, json.loads(changed.json), person=person)
        return changed

    async def define(self, place: Place, account: Account, written: str) -> State:
        """Let the story keep another value from now on, or one of that name in another way: `trust = wary, warm`.

        Raises PlayError where that cannot be read or used, or twelve are kept already; LineFiltered, NotAllowed.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.STATE, account, scene)
        await check_said(self._house, place, written)
        [wanted] = read_definitions([read_definition(written)], source=scene.title)

        def changed(known: Sequence[Definition]) -> list[Definition]:
            others = [one for one in known if not _is_called(one, wanted.name)]
            if len(others) == len(known):
                return [*known, wanted]
            return [wanted if _is_called(one, wanted.name) else one for one in known]

        return await self._redefine(place, changed)

    async def forget(self, place: Place, account: Account, name: str) -> State:
        """Let the story keep a value no longer. Raises PlayError where there is none of that name; NotAllowed."""
        await self._house.allow(Action.STATE, account, await self._house.scene(place))

        def changed(known: Sequence[Definition]) -> list[Definition]:
            others = [one for one in known if not _is_called(one, name)]
            if len(others) == len(known):
                raise PlayError("The story keeps no value called {name}.", name=" ".join(name.split())[:40])
            return others

        return await self._redefine(place, changed)

    async def _redefine(self, place: Place, changed: Callable[[Sequence[Definition]], list[Definition]]) -> State:
        async with self._house.changing(place) as (session, scene):
            kept = await states.at(session, scene.id, scene.leaf)
            definitions = tuple(changed(_definitions(kept.shape)))
            if len(definitions) > MOST_VALUES:
                raise PlayError("A story keeps {most} values at most: forget one first.", most=MOST_VALUES)
            shape = {"definitions": DEFINITIONS.dump_python(definitions, mode="json")} if definitions else {}
            await scenes.change(session, scene.id, state=shape)
            return _state(await states.at(session, scene.id, scene.leaf))

    async def update(self, scene: Scene, account: Account) -> State:
        """Let the model say how things stand after the last turn, beside the story; what does not fit stays as it was.

        What a player sets meanwhile counts. Raises EngineError.
        """
        async with self._house.database.reading() as session:
            before = _state(await states.at(session, scene.id, scene.leaf))
        if not before.definitions or scene.leaf is None:
            return before
        sampling = replace(
            self._house.settings.sampling(seed=self._house.drawn(f"state {scene.leaf}")),
            temperature=0.0,
            repeat_penalty=1.0,
            max_tokens=min(UPDATE_TOKENS, before.longest),
            json_schema=before.schema,
        )
        prompt = script.update(scene, before.json, await self._house.template())
        async with self._house.engine.stream(
            scene.channel, prompt, sampling, priority=Priority.SUGGESTION, user=account.id
        ) as stream:
            answer = "".join([chunk async for chunk in stream])
        after = update(before, answer).state
        await self._house.note_window(scene, stream.finished.window_from if stream.finished else None)
        async with self._house.database.writing() as session:
            if stream.finished:
                await self._house.count(session, account, stream.finished.figures, replies=0)
            now = _state(await states.at(session, scene.id, scene.leaf))
            if now != before:
                return now
            await states.keep(session, scene.leaf, json.loads(after.json), person=None)
        return after


def _definitions(shape: Shape) -> tuple[Definition, ...]:
    return DEFINITIONS.validate_python(shape.get("definitions", ()))


def _is_called(one: Definition, name: str) -> bool:
    return one.name.casefold() == " ".join(name.split()).casefold()


def _state(kept: states.Kept) -> State:
    state = State.start(_definitions(kept.shape))
    return update(state, json.dumps(kept.values)).state if kept.values else state
