"""The alternatives of the last reply, and going through them. Nobody speaks here."""

from dataclasses import dataclass

from bot.core import Account, Author, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay.house import House
from bot.roleplay.path import last_said, said
from bot.roleplay.permissions import Action
from bot.roleplay.stages import Stages
from bot.store import scenes, turns
from bot.store.database import Session


@dataclass(frozen=True, slots=True)
class Alternatives:
    """The last reply and those that could stand in its place, oldest first; `shown` counts from 1."""

    turns: tuple[Turn, ...]
    shown: int

    @property
    def turn(self) -> Turn:
        """The one that the story goes through."""
        return self.turns[self.shown - 1]

    def __str__(self) -> str:
        return f"{self.shown}/{len(self.turns)}"


class Swipes:
    """The alternatives at the end of each story."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def alternatives(self, place: Place) -> Alternatives:
        """Return the alternatives of the last reply. Raises PlayError where the last line is none."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            return await _alternatives(session, scene)

    async def show(self, place: Place, account: Account, number: int) -> Alternatives:
        """Let the story go through another alternative of the last reply, by its place in the row, from 1.

        Raises PlayError where there is none; StillSpeaking.
        """
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            await self._house.allow(Action.SWIPE, account, scene)
            row = await _alternatives(session, scene)
            if not 1 <= number <= len(row.turns):
                raise PlayError(
                    "There is no alternative {number}: the last reply has {count}.", number=number, count=len(row.turns)
                )
            return await _shown(session, scene, row, number)

    async def left(self, place: Place, account: Account) -> Alternatives:
        """Let the story go through the alternative before the one that is shown.

        Raises PlayError where there is none; StillSpeaking.
        """
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            await self._house.allow(Action.SWIPE, account, scene)
            row = await _alternatives(session, scene)
            if row.shown == 1:
                raise PlayError("There is no alternative before this one: it is the first.")
            return await _shown(session, scene, row, row.shown - 1)

    async def right(self, place: Place, account: Account) -> Alternatives | None:
        """Let the story go through the alternative behind the one that is shown; None where that is the newest.

        Raises PlayError where the last line is no reply; StillSpeaking.
        """
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            await self._house.allow(Action.SWIPE, account, scene)
            row = await _alternatives(session, scene)
            return await _shown(session, scene, row, row.shown + 1) if row.shown < len(row.turns) else None


async def _alternatives(session: Session, scene: Scene) -> Alternatives:
    last = last_said(scene.turns)
    if last is None or last.author is Author.PERSON:
        raise PlayError("There is nothing to swipe: the last line is no reply.")
    row = said(await turns.siblings(session, last.id))
    return Alternatives(row, [turn.id for turn in row].index(last.id) + 1)


async def _shown(session: Session, scene: Scene, row: Alternatives, number: int) -> Alternatives:
    await scenes.set_leaf(session, scene.id, row.turns[number - 1].id)
    return Alternatives(row.turns, number)
