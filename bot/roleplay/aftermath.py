"""What follows a reply by itself, where a scene asks for it: a narrator's passage, suggestions, how things stand now.

All of it goes on at once, beside the story's cache. It knows no stage.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

from bot.core import Account, Afterwards, Author, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay.following import Following
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.speaking import Part
from bot.roleplay.statekeeping import StateKeeping
from bot.store import scenes

MOST_SUGGESTIONS = 5


class Suggest(Protocol):
    def __call__(self, place: Place, account: Account, *, count: int) -> Awaitable[tuple[str, ...]]:
        """Write lines that somebody could say next."""
        ...


class Aftermath:
    """What follows the replies at a place. `narrator` is the part of a narrator's passage."""

    def __init__(self, house: House, state: StateKeeping, *, suggest: Suggest, narrator: Part) -> None:
        self._house = house
        self._state = state
        self._suggest = suggest
        self._narrator = replace(narrator, why="afterwards")

    async def change(self, place: Place, account: Account, **wanted: Any) -> Afterwards:
        """Set what follows each reply here: `narrate`, `suggest` (so many lines) and `state`, as in Afterwards.

        Raises PlayError where that is out of range, or where the story keeps nothing that could be updated.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.SETTINGS, account, scene)
        changed = replace(scene.afterwards, **wanted)
        if not 0 <= changed.suggest <= MOST_SUGGESTIONS:
            raise PlayError("From 0 to {most} lines can be suggested after each reply.", most=MOST_SUGGESTIONS)
        if wanted.get("state") and not (await self._state.current(place)).definitions:
            raise PlayError("The story keeps no values: a card defines them, as docs/formats.md says.")
        async with self._house.database.writing() as session:
            await scenes.change(session, scene.id, afterwards=changed)
        return changed

    async def follow(self, place: Place, account: Account, last: Turn, following: Following) -> Sequence[Part]:
        """Begin what follows a character's turn, and return what is to be spoken."""
        scene = await self._house.scene(place)
        if scene.is_paused or last.author is not Author.CHARACTER or last.id not in {turn.id for turn in scene.turns}:
            return ()
        wanted = scene.afterwards
        if wanted.state:
            following.keep(partial(self._line, scene, account))
        if scene.leaf != last.id:
            return ()  # somebody has gone on: neither lines for them nor a passage are wanted any more
        if wanted.suggest:
            following.suggest(partial(self._suggest, place, account, count=wanted.suggest))
        return (self._narrator,) if wanted.narrate else ()

    async def _line(self, scene: Scene, account: Account) -> str:
        return (await self._state.update(scene, account)).line
