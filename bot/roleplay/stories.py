"""A place's story as a whole: written to a file, read from one, or begun anew."""

import asyncio
import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from pydantic import TypeAdapter

from bot.core import Account, Author, Place, Scene
from bot.errors import PlayError
from bot.roleplay import library, players
from bot.roleplay.blocks import house_rules
from bot.roleplay.exports import Story, read_story, to_html, to_jsonl, to_markdown
from bot.roleplay.filing import NO_FACES, Voices, brought, retold, retold_text, speaking, title_of, window_of
from bot.roleplay.house import House
from bot.roleplay.names import check_names
from bot.roleplay.opening import Opening, opening
from bot.roleplay.permissions import Action
from bot.roleplay.script import NARRATOR
from bot.roleplay.stages import Stages
from bot.store import cards as cards_stored
from bot.store import cast, scenes, stories
from bot.store.stories import Brought, Whole
from characters import Card, CardFile, read_card

CARD = TypeAdapter(Card)
MOST_CHARACTERS = 50
MOST_FILENAME_CHARACTERS = 60


class Format(StrEnum):
    """How a story is written; by the ends of files' names."""

    MARKDOWN = "md"
    HTML = "html"
    JSONL = "jsonl"


WRITERS = {Format.MARKDOWN: to_markdown, Format.HTML: to_html, Format.JSONL: to_jsonl}


@dataclass(frozen=True, slots=True)
class Exported:
    """A story as a file. `name` is one that every system takes."""

    name: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Company:
    """Who speaks in a story that is brought in: `user`, and characters with their cards, `empty` ones among them."""

    user: str
    names: tuple[str, ...]
    files: tuple[CardFile, ...]
    empty: frozenset[str]


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
        async with self._house.database.reading() as session:
            whole = await stories.whole(session, scene.id)
            faces = await stories.faces(session, scene.id) if format is Format.HTML else NO_FACES

        def written() -> bytes:
            is_one_text = scene.is_notebook and format is not Format.JSONL
            story = retold_text(whole) if is_one_text else retold(whole, faces)
            if not any(told.text for told in story.turns):
                raise PlayError("There is nothing to export: the story has not begun.")
            return WRITERS[format](story).encode("utf-8", "replace")

        # In a thread: a long story takes seconds.
        return Exported(f"{_filename(scene.title)}.{format}", await asyncio.to_thread(written))

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
        story = await asyncio.to_thread(read_story, data, source=source, people=(account.name, *users))
        company = await self._company(place, account, story, cards)
        at = story.opened_at or next((told.at for told in story.turns if told.at), self._house.now())
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            user = await players.guise(session, place, account, others=company.names)
            ids = [await library.store(session, one, hashlib.sha256(one.data).hexdigest()) for one in company.files]
            opened = self._opened(place, company, ids)
            characters = {member.name: member.character for member in opened.members}
            voices = Voices(user.person, frozenset((user.name, company.user)), characters)
            tree = await asyncio.to_thread(brought, story, voices, at=at)
            if former := await scenes.current(session, place.id):
                await scenes.end(session, former.id, at=self._house.now())
            rules = house_rules(self._house.settings.house_rules)
            beginning = scenes.Beginning(
                title_of(story), company.user, user.person, opened.scenario, at, rules, is_notebook=story.is_notebook
            )
            scene = await scenes.open_scene(session, place, beginning)
            await scenes.change(session, scene, kept=story.header or None)
            for member in opened.members:
                await cast.add_member(session, scene, member)
            await cast.add_player(
                session, scene, person=user.person, name=user.name, persona=user.persona, block=user.block, after=None
            )
            stored = await stories.bring(session, scene, tree.turns)
            await scenes.set_leaf(session, scene, stored[tree.path[-1]])
            oldest = window_of(tree, tokens=self._house.engine.info.window)
            await scenes.set_window(session, scene, None if oldest is None else stored[oldest])
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

    async def _company(self, place: Place, account: Account, story: Story, cards: Sequence[CardFile]) -> _Company:
        """Find the cards of all who speak in a story. Raises PlayError."""
        names = speaking(story)
        user = story.people[0] if len(story.people) == 1 else account.name
        if len(names) > MOST_CHARACTERS:
            raise PlayError(
                "That story has {count} characters; {most} are the most.", count=len(names), most=MOST_CHARACTERS
            )
        check_names(names, taken=(user, NARRATOR))
        given = list(cards)
        found: dict[str, CardFile | None] = {name: _taken(given, name) for name in names}
        missing = {name.casefold(): name for name, file in found.items() if file is None}
        found |= await self._known(place, account, missing)
        files = [_called(name, file or _empty(name)) for name, file in found.items()]
        return _Company(user, names, tuple(files), frozenset(name for name, file in found.items() if file is None))

    async def _known(self, place: Place, account: Account, missing: Mapping[str, str]) -> dict[str, CardFile]:
        """Return the newest cards that whoever asks knows of these names, which stand beside those in small letters."""
        person = await self._house.person(account)
        found: dict[str, CardFile] = {}
        async with self._house.database.reading() as session:
            scene = await scenes.current(session, place.id)
            for card in await stories.known_cards(
                session, person=person, server=place.server, scene_id=scene.id if scene else None
            ):
                name = next((missing[one.casefold()] for one in card.names if one.casefold() in missing), None)
                if name and name not in found:
                    fields = await cards_stored.fields_of(session, card.id)
                    read = CARD.validate_python({**fields, "raw": "{}"})
                    found[name] = CardFile(card.source, await cards_stored.original_of(session, card.id), read)
        return found

    def _opened(self, place: Place, company: _Company, ids: Sequence[int]) -> Opening:
        """Expand the cards of a story that is brought in; what they greet with does not count."""
        if not company.files:
            return Opening("", "", ())
        known = [(id, file.card) for id, file in zip(ids, company.files, strict=True)]
        opened = opening(known, user=company.user, rng=self._house.random(place.id), now=self._house.now())
        members = (replace(one, block="") if one.name in company.empty else one for one in opened.members)
        return replace(opened, members=tuple(members))


def _filename(title: str) -> str:
    """Return a title without what some system does not take in a file's name."""
    plain = " ".join(re.sub(r"[^\w\s,'-]", " ", title).split())
    return plain[:MOST_FILENAME_CHARACTERS].strip(" ,'-") or "story"


def _taken(given: list[CardFile], name: str) -> CardFile | None:
    """Take the card of a character from those that were given."""
    for place, file in enumerate(given):
        if name.casefold() in (file.card.spoken_name.casefold(), file.card.name.casefold()):
            return given.pop(place)
    return None


def _called(name: str, file: CardFile) -> CardFile:
    """Let a card play under the name that its character has in a story."""
    return replace(file, card=replace(file.card, nickname=name))


def _empty(name: str) -> CardFile:
    """Make a card of which nothing is known but the name."""
    source = f"{_filename(name)}.json"
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": name}}
    data = json.dumps(card, ensure_ascii=False).encode("utf-8", "replace")
    return CardFile(source, data, read_card(data, source=source))


def _greetings(whole: Whole, at: datetime) -> tuple[tuple[Brought, ...], int]:
    """Return what the first character of a story said at its beginning, all alternatives, and the place of one.

    It is the one that the story has, as it reads now, or the first.
    """
    first = [turn for turn in whole.beside if turn.parent is None and turn.author is Author.CHARACTER and turn.text]
    chosen = next((place for place, turn in enumerate(first) if turn in whole.path), 0)
    turns = (Brought(turn.author, turn.name, turn.text, at, character=turn.character) for turn in first)
    return tuple(turns), chosen
