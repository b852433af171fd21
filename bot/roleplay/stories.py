"""A place's story as a whole: written to a file, read from one, or begun anew."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.core import Account, Author, Place, Scene
from bot.errors import PlayError
from bot.roleplay import players
from bot.roleplay.blocks import house_rules
from bot.roleplay.bringing import Company, Terms, bring, check_company, filename, fit, parts_for
from bot.roleplay.exports import Story, read_story, to_html, to_jsonl, to_log, to_markdown
from bot.roleplay.faces import drawn
from bot.roleplay.filing import NO_FACES, retold, retold_text
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.players import Guise
from bot.roleplay.stages import Stages
from bot.store import scenes, stories
from bot.store.database import Database, Session
from bot.store.stories import Brought, Whole
from characters import CardFile


class Format(StrEnum):
    """How a story is written; by the ends of files' names."""

    MARKDOWN = "md"
    HTML = "html"
    JSONL = "jsonl"
    LOG = "txt"


WRITERS = {Format.MARKDOWN: to_markdown, Format.HTML: to_html, Format.JSONL: to_jsonl, Format.LOG: to_log}


@dataclass(frozen=True, slots=True)
class Exported:
    """A story as a file. `name` is one that every system takes."""

    name: str
    data: bytes = field(repr=False)


class Stories:
    """Export, import and reset."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def export(self, place: Place, account: Account, format: Format) -> Exported:
        """Write the story at a place to a file: as it reads now, and in JSONL with the alternatives of its replies.

        Raises NothingPlayed, NotAllowed, PlayError.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.EXPORT, account, scene)
        return await written(self._house.database, scene, format)

    async def bring(
        self,
        place: Place,
        account: Account,
        data: bytes,
        *,
        source: str,
        cards: Sequence[CardFile] = (),
        users: Collection[str] = (),
    ) -> Scene:
        """Open a scene with the story of a file, called `source`; what was played before ends.

        Its characters have the card of their name, of `cards` or of those that whoever asks has or has met; others an
        empty one. In a log `users` are the names of those who are no characters, whoever asks among them.
        Either all is stored or nothing. Raises StoryFileError, PlayError, NotAllowed, StillSpeaking.
        """
        self._stages.check_free(place)
        await self._house.allow(Action.OPEN, account, place)
        read = await asyncio.to_thread(read_story, data, source=source, people=(account.name, *users))
        story = fit(read, account.name)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            former = await scenes.current(session, place.id)
            company, user = await company_of(
                session, place, account, story, cards, scene_id=former.id if former else None
            )
            if former:
                await scenes.end(session, former.id, at=self._house.now())
            await bring(session, place, story, company, user, self._terms(place))
        return await self._house.scene(place)

    async def reset(self, place: Place, account: Account) -> Scene:
        """Begin anew: with the cast, the options and the greeting of the scene at a place, which ends.

        Raises NothingPlayed, NotAllowed, StillSpeaking.
        """
        at = self._house.now()
        async with self._house.changing(place) as (session, scene):
            await self._house.allow(Action.RESET, account, scene)
            self._stages.check_free(place)
            greetings, chosen = _greetings(await stories.whole(session, scene.id), at)
            await scenes.end(session, scene.id, at=at)
            again = await stories.begin_again(session, scene.id, at=at)
            if greetings:
                ids = await stories.bring(session, again, greetings)
                await scenes.set_leaf(session, again, ids[chosen])
        return await self._house.scene(place)

    def _terms(self, place: Place) -> Terms:
        house = self._house
        rules = house_rules(house.settings.house_rules)
        return Terms(rules, house.engine.info.window, house.random(place.id), house.now())


async def company_of(
    session: Session,
    place: Place,
    account: Account,
    story: Story,
    given: Sequence[CardFile] = (),
    *,
    scene_id: int | None = None,
) -> tuple[Company, Guise]:
    """Say who is in a story that somebody brings in, and as whom they do. Raises PlayError.

    Its characters have the card of their name, of those that are given, or that they have or have met.
    """
    played_with = story.people[0] if len(story.people) == 1 else account.name
    names = check_company(story, played_with)
    user = await players.guise(session, place, account, others=names)
    parts = await parts_for(session, names, given, person=user.person, server=place.server, scene_id=scene_id)
    return Company(played_with, parts), user


async def written(database: Database, scene: Scene, format: Format) -> Exported:
    """Write a story to a file. Raises PlayError where it has not begun."""
    async with database.reading() as session:
        whole = await stories.whole(session, scene.id)
        faces = await stories.faces(session, scene.id) if format is Format.HTML else NO_FACES

    def write() -> bytes:
        is_one_text = scene.is_notebook and format is not Format.JSONL
        story = retold_text(whole) if is_one_text else retold(whole, faces)
        # A chat of SillyTavern may hold nothing but empty messages, and is one nevertheless.
        if not any(told.text or (told.kept and format is Format.JSONL) for told in story.turns):
            raise PlayError("There is nothing to export: the story has not begun.")
        if format is Format.HTML:
            story = drawn(story)
        return WRITERS[format](story).encode("utf-8", "replace")

    # In a thread: a long story takes seconds.
    return Exported(f"{filename(scene.title)}.{format}", await asyncio.to_thread(write))


def _greetings(whole: Whole, at: datetime) -> tuple[tuple[Brought, ...], int]:
    """Return what the first character of a story said at its beginning, all alternatives, and the place of one.

    It is the one that the story has, as it reads now, or the first.
    """
    first = [turn for turn in whole.beside if turn.parent is None and turn.author is Author.CHARACTER and turn.text]
    chosen = next((place for place, turn in enumerate(first) if turn in whole.path), 0)
    turns = (Brought(turn.author, turn.name, turn.text, at, character=turn.character) for turn in first)
    return tuple(turns), chosen
