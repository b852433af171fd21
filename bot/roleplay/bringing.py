"""A story out of a file becomes a scene: its names made fit, its cast found, its turns stored.

It knows no format, and asks nobody's leave. Whoever calls opens the session.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random

from pydantic import TypeAdapter

from bot.core import Author, CastingRules, Place
from bot.errors import PlayError
from bot.roleplay import collection, script
from bot.roleplay.exports import Story
from bot.roleplay.exports.chats import as_object
from bot.roleplay.filing import Voices, brought, speaking, title_of, window_of
from bot.roleplay.lore import attach_named, world_named
from bot.roleplay.names import check_names
from bot.roleplay.opening import Opening, opening
from bot.roleplay.players import Guise, free_name
from bot.store import cards, cast, notes, scenes, stories
from bot.store.database import Session
from characters import Card, CardFile, read_card
from characters.formats.fields import number

CARD = TypeAdapter(Card)
MOST_CHARACTERS = 50
MOST_FILENAME_CHARACTERS = 60
MOST_NOTE_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Terms:
    """What scenes are opened with here: the house rules, and how many tokens of each story the model sees."""

    house_rules: str
    window: int
    rng: Random
    now: datetime


@dataclass(frozen=True, slots=True)
class Part:
    """Who plays a name of a story: a card, which has an `id` where it is stored; without a card one that is empty."""

    name: str
    card: CardFile | None = None
    id: int | None = None
    is_muted: bool = False


@dataclass(frozen=True, slots=True)
class Company:
    """Who is in a story: `user` is whom its characters play with; `title` is the scene's, where it has its own."""

    user: str
    parts: tuple[Part, ...]
    title: str = ""
    rules: CastingRules = CastingRules()


def fit(story: Story, user: str) -> Story:
    """Return a story in which everybody can speak: names without colons, none twice, nobody called as the narrator.

    Nor is any character called as its only person, or as the `user` who brings it in.

    What its turns were read from keeps the names as they were, and gives them back.
    """
    people = {name: free_name(name, {script.NARRATOR}) for name in story.people}
    taken = {script.NARRATOR, *people.values(), *([user] if len(people) != 1 else [])}
    characters: dict[str, str] = {}
    for name in story.characters:
        characters[name] = free_name(name, taken)
        taken.add(characters[name])
    known: Mapping[Author, Mapping[str, str]] = {Author.PERSON: people, Author.CHARACTER: characters}
    turns = (replace(one, name=known.get(one.author, {}).get(one.name, one.name)) for one in story.turns)
    return replace(story, turns=tuple(turns))


def check_company(story: Story, user: str) -> tuple[str, ...]:
    """Return the names of a story's characters. Raises PlayError where there are too many, or one is the `user`."""
    names = speaking(story)
    if len(names) > MOST_CHARACTERS:
        raise PlayError(
            "That story has {count} characters; {most} are the most.", count=len(names), most=MOST_CHARACTERS
        )
    check_names(names, taken=(user, script.NARRATOR))
    return names


async def parts_for(
    session: Session,
    names: Sequence[str],
    given: Sequence[CardFile],
    *,
    person: int,
    server: str = "",
    scene_id: int | None = None,
) -> tuple[Part, ...]:
    """Find who plays these names: cards that are given, else the newest that somebody has or has met."""
    left = list(given)
    found = {name: Part(name, _taken(left, name)) for name in names}
    missing = {name.casefold(): name for name, part in found.items() if part.card is None}
    for card in await stories.known_cards(session, person=person, server=server, scene_id=scene_id):
        name = next((missing[one] for one in folded(*card.names) if one in missing), None)
        if name and found[name].id is None:
            fields = await cards.fields_of(session, card.id)
            read = CARD.validate_python({**fields, "raw": "{}"})
            found[name] = Part(name, CardFile(card.source, b"", read), card.id)
    return tuple(found.values())


async def bring(session: Session, place: Place, story: Story, company: Company, user: Guise, terms: Terms) -> int:
    """Store a story as a scene at a place, which runs there beside any other, and return its id.

    Raises PlayError where nobody could speak under one of its names.
    """
    at = story.opened_at or next((told.at for told in story.turns if told.at), terms.now)
    opened = await _opened(session, company, terms)
    characters = {member.name: member.character for member in opened.members}
    voices = Voices(user.person, frozenset((user.name, company.user)), characters)
    tree = await asyncio.to_thread(brought, story, voices, at=at)
    scene = await scenes.open_scene(
        session,
        place,
        scenes.Beginning(
            title=company.title or title_of(story),
            opened_by=company.user,
            person=user.person,
            scenario=opened.scenario,
            at=at,
            house_rules=terms.house_rules,
            rules=company.rules,
            is_notebook=story.is_notebook,
        ),
    )
    await scenes.change(session, scene, kept=story.header or None)
    for member in opened.members:
        await cast.add_member(session, scene, member)
    await cast.add_player(
        session, scene, person=user.person, name=user.name, persona=user.persona, block=user.block, after=None
    )
    stored = await stories.bring(session, scene, tree.turns)
    await scenes.set_leaf(session, scene, stored[tree.path[-1]])
    oldest = window_of(tree, tokens=terms.window)
    await scenes.set_window(session, scene, None if oldest is None else stored[oldest])
    if note := note_of(story):
        await notes.put(session, scene, note)
    named = [await _world(session, part) for part in company.parts]
    await attach_named(session, scene, user.person, named, server=place.server)
    return scene


async def twin(session: Session, person: int, story: Story) -> int | None:
    """Return the scene that somebody has of just this story, as it was when it was brought in."""
    tree = await asyncio.to_thread(brought, story, Voices(person, frozenset()), at=datetime.fromtimestamp(0, UTC))
    return await stories.twin(session, person, tree.turns)


def folded(*names: str) -> frozenset[str]:
    """Return names in small letters, each also as it is made fit."""
    return frozenset(one.casefold() for name in names if name for one in (name, free_name(name, ())))


def note_of(story: Story) -> notes.Note | None:
    """Return the author's note that a chat of SillyTavern has in its header."""
    metadata = as_object(json.loads(story.header).get("chat_metadata")) if story.header else {}
    text, every = metadata.get("note_prompt"), number(metadata.get("note_interval"))
    if not isinstance(text, str) or not text.strip() or every is None or not 1 <= every <= MOST_NOTE_EVERY:
        return None
    depth = number(metadata.get("note_depth"))
    known = depth is not None and 0 <= depth <= MOST_NOTE_EVERY
    return notes.Note(text.strip(), depth=int(depth or 0) if known else 4, frequency=int(every))


def filename(title: str) -> str:
    """Return a title without what some system does not take in a file's name."""
    plain = " ".join(re.sub(r"[^\w\s,'-]", " ", title).split())
    return plain[:MOST_FILENAME_CHARACTERS].strip(" ,'-") or "story"


async def _opened(session: Session, company: Company, terms: Terms) -> Opening:
    """Store the cards of a story that are not stored yet and expand all; what they greet with does not count."""
    if not company.parts:
        return Opening("", "", ())
    known: list[tuple[int, Card]] = []
    for part in company.parts:
        file = part.card or _empty(part.name)
        id = part.id if part.id is not None else await collection.store_card(session, file)
        known.append((id, replace(file.card, nickname=part.name)))
    opened = opening(known, user=company.user, rng=terms.rng, now=terms.now)
    pairs = zip(opened.members, company.parts, strict=True)
    members = (replace(one, block=one.block if part.card else "", muted=part.is_muted) for one, part in pairs)
    return replace(opened, members=tuple(members))


async def _world(session: Session, part: Part) -> str:
    """Return the lorebook that a part's card only names; of one that is stored not all was read."""
    if part.card is None or not part.card.card.world:
        return ""
    return world_named(part.card if part.id is None else await collection.stored_card(session, part.id))


def _taken(given: list[CardFile], name: str) -> CardFile | None:
    """Take the card of a character from those that were given."""
    for place, file in enumerate(given):
        if name.casefold() in folded(file.card.spoken_name, file.card.name):
            return given.pop(place)
    return None


def _empty(name: str) -> CardFile:
    """Make a card of which nothing is known but the name."""
    source = f"{filename(name)}.json"
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": {"name": name}}
    data = json.dumps(card, ensure_ascii=False).encode("utf-8", "replace")
    return CardFile(source, data, read_card(data, source=source))
