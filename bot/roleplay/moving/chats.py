"""Chats of another program become scenes that have ended, and can be gone on with."""

import json
from asyncio import to_thread
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.core import Account, CastingRules, Place
from bot.errors import EmptyStory, StoryFileError, refused
from bot.roleplay.bringing import Company, Part, Terms, bring, check_company, fit, folded, parts_for, twin
from bot.roleplay.exports import Story, read_story
from bot.roleplay.exports.chats import UNUSED, world_of
from bot.roleplay.exports.files import LIMIT_BYTES
from bot.roleplay.intake import Intake, Line, Outcome, Sort
from bot.roleplay.lore import attach_named
from bot.roleplay.moving.folder import Chat
from bot.roleplay.players import Guise, block, free_name
from bot.roleplay.script import NARRATOR
from bot.store import personas, scenes
from bot.store.database import Session

Cards = Mapping[str, Part]
"""The cards that have moved, by the names of their files without the ends; the names of the parts do not count."""


@dataclass(frozen=True, slots=True)
class Rooms:
    """Where chats go: the place at which their scenes can be gone on with, and on which terms."""

    place: Place
    account: Account
    terms: Terms


async def take_chat(intake: Intake, rooms: Rooms, chat: Chat, cards: Cards) -> Line:
    """Take in a chat. Raises TroupeError where it cannot be read, or nobody could speak under one of its names."""
    data = await to_thread(read_bytes, chat.path)
    account = rooms.account
    try:
        read = await to_thread(read_story, data, source=chat.path.name, people=(account.name,))
    except EmptyStory as error:
        return Line(Sort.STORY, shown(chat), Outcome.LEFT, because=error.said)
    story = fit(_with_metadata(read, chat.metadata), account.name)
    line = Line(Sort.STORY, shown(chat), Outcome.NEW)
    async with intake.open() as session:
        if known := await twin(session, intake.person, story):
            return replace(line, outcome=Outcome.KNOWN, id=known)
        played_with = story.people[0] if story.people else account.name
        names = check_company(story, played_with)
        parts = (*_members(chat, names, cards, user=played_with),)
        others = [name for name in names if name not in {part.name for part in parts}]
        parts += await parts_for(session, others, (), person=intake.person)
        title, rules = (chat.group.title, CastingRules(order=chat.group.order)) if chat.group else ("", CastingRules())
        company = Company(played_with, parts, title, rules)
        user = await _guise(session, intake.person, played_with, names)
        id = await bring(session, rooms.place, story, company, user, rooms.terms)
        await scenes.end(session, id, at=story.turns[-1].at or rooms.terms.now)
        await attach_named(session, id, intake.person, [world_of(story.header)])
        scene = await scenes.scene(session, id)
    return replace(line, name=scene.title, id=id)


def shown(chat: Chat) -> str:
    """Say which chat it is, in few words."""
    return f"{chat.path.parent.name}/{chat.path.name}"


def read_bytes(path: Path) -> bytes:
    """Read a chat, as much of it as one may have and a byte more. Raises StoryFileError."""
    try:
        with path.open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except OSError as error:
        raise StoryFileError(path.name, refused(error)) from error


def _with_metadata(story: Story, metadata: str) -> Story:
    """Return a chat with a header of what its group keeps about it, where it has none of its own."""
    if story.header or not metadata:
        return story
    names = dict.fromkeys(("user_name", "character_name"), UNUSED)
    return replace(story, header=json.dumps({"chat_metadata": json.loads(metadata), **names}))


def _members(chat: Chat, names: Sequence[str], cards: Cards, *, user: str) -> Iterator[Part]:
    """Say whose cards play in a chat: of a group all of its members, in their order, also those who never spoke."""
    stems = chat.group.members if chat.group else (chat.character,)
    muted = chat.group.muted if chat.group else frozenset[str]()
    taken, free = {user, NARRATOR, *names}, list(names)
    for stem in stems:
        part = cards.get(stem)
        if part is None or part.card is None:
            continue
        called = folded(part.card.card.name, part.card.card.spoken_name)
        name = next((one for one in free if one.casefold() in called), "")
        if not name and chat.group:
            name = free_name(part.card.card.spoken_name, taken)
            taken.add(name)
        elif not name and len(free) == 1:
            name = free[0]  # the card has got another name since
        if name:
            free = [one for one in free if one != name]
            yield replace(part, name=name, is_muted=stem in muted)


async def _guise(session: Session, person: int, name: str, others: Sequence[str]) -> Guise:
    """Say as whom somebody played: as their persona of that name, where they have one."""
    for persona in await personas.own(session, person):
        if persona.name.casefold() == name.casefold():
            return Guise(person, persona.name, persona.id, persona.description, block(persona, others))
    return Guise(person, name)
