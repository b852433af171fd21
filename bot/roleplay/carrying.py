"""A branch of a story that is gone on with at a place of its own; where it came from nothing changes."""

import asyncio
from collections.abc import Sequence

from bot.core import Account, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay.filing import Tree, window_of
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import branches, scenes, search, stories, tree
from bot.store.stories import Brought


class Carrying:
    """Stories on their way from one place to another."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def carry(self, place: Place, account: Account, name: str, to: Place) -> Scene:
        """Open a scene at another place with the story of a branch: its turns, its cast and its options.

        Raises PlayError where there is no such branch, or something is played at the other place; NotAllowed.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.BRANCH, account, scene)
        now = self._house.now()
        async with self._house.database.reading() as session:
            known = await branches.known(session, scene.id)
            branch = next((one for one in known if one.name.casefold() == name.strip().casefold()), None)
            if branch is None or branch.leaf is None:
                raise PlayError("There is no branch {name}.", name=name.strip()[:40])
            told = await tree.path(session, branch.leaf.id)
        carried = await asyncio.to_thread(_brought, told)
        async with self._house.database.writing() as session:
            if await scenes.current(session, to.id):
                raise PlayError("Something is played there already.")
            await scenes.keep_place(session, to)
            again = await stories.begin_again(session, scene.id, at=now, place=to.id)
            ids = await stories.bring(session, again, carried.turns)
            await scenes.set_leaf(session, again, ids[-1])
            oldest = window_of(carried, tokens=self._house.engine.info.window)
            await scenes.set_window(session, again, None if oldest is None else ids[oldest])
        return await self._house.scene(to)


def _brought(told: Sequence[Turn]) -> Tree:
    said = [turn for turn in told if turn.text]
    turns = tuple(
        Brought(
            turn.author,
            turn.name,
            turn.text,
            turn.at,
            parent=place - 1 if place else None,
            person=turn.person,
            character=turn.character,
            words=search.indexed(turn.text),
        )
        for place, turn in enumerate(said)
    )
    return Tree(turns, tuple(range(len(turns))))
