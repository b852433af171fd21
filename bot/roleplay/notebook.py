"""A notebook: a text that people and the model write in turn, without a cast. Its turns are the pieces of it."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from bot.core import Account, Author, Place, Scene
from bot.errors import NothingPlayed, PlayError
from bot.roleplay import blocks, players, script
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.performance import Performance
from bot.roleplay.permissions import Action
from bot.roleplay.speaking import Part
from bot.roleplay.stages import Stages
from bot.roleplay.typed import check_length
from bot.store import cast, people, scenes, turns

TITLE = "Notebook"
MOST_TITLE_CHARACTERS = 100

WRITING = Part(Author.NARRATOR, script.NARRATOR, why="write")
"""What the model writes: a piece of the text."""


class Notebook:
    """The notebooks at all places. They are scenes, so that undo, retry, edit and export work as everywhere."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def open(self, place: Place, account: Account, *, title: str = "") -> Scene:
        """Open an empty notebook, and end what was played before. Raises NotAllowed, StillSpeaking, PlayError."""
        title = " ".join(title.split()) or TITLE
        if len(title) > MOST_TITLE_CHARACTERS:
            raise PlayError("A title has at most {most} characters.", most=MOST_TITLE_CHARACTERS)
        at = self._house.now()
        await self._house.allow(Action.OPEN, account, place)
        await check_said(self._house, place, title)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            user = await players.guise(session, place, account, others=())
            if former := await scenes.current(session, place.id):
                await scenes.end(session, former.id, at=at)
            rules = blocks.house_rules(self._house.settings.house_rules)
            beginning = scenes.Beginning(title, user.name, user.person, "", at, rules, is_notebook=True)
            scene = await scenes.open_scene(session, place, beginning)
            await cast.add_player(
                session, scene, person=user.person, name=user.name, persona=user.persona, block="", after=None
            )
        return await self._house.scene(place)

    @asynccontextmanager
    async def write(self, place: Place, account: Account, *, text: str = "") -> AsyncGenerator[Performance]:
        """Add to the text what a person wrote, and let the model go on. A notebook opens where nothing is played.

        Raises PlayError where a cast plays; NotAllowed, StillSpeaking, LineTooLong.
        """
        check_length(text)
        self._stages.check_free(place)
        await self._check_open(place, account)
        await self._house.allow(Action.SPEAK, account, place)
        await check_said(self._house, place, text)
        if text.strip():
            await self._add(place, account, text.rstrip())
        async with self._stages.perform(place, account, WRITING) as performance:
            yield performance

    async def _check_open(self, place: Place, account: Account) -> None:
        try:
            scene = await self._house.scene(place)
        except NothingPlayed:
            scene = await self.open(place, account)
        if not scene.is_notebook:
            raise PlayError("A scene with a cast is played here: open a notebook to write in, which ends it.")

    async def _add(self, place: Place, account: Account, text: str) -> None:
        async with self._house.changing(place) as (session, scene):
            person = await people.person_of(session, account)
            await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=players.name_of(scene, account, person),
                text=text,
                at=self._house.now(),
                person=person,
            )
