"""Who says a line, and under which name: people come into a scene as a persona, or under the name of their account."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain, count
from random import Random

from bot.core import Account, Persona, Place, Player, Scene
from bot.errors import PlayError
from bot.roleplay.names import COLONS, check_names
from bot.roleplay.script import NARRATOR
from bot.roleplay.typed import Aside, Brackets, Line, Overrides, read_brackets, read_typed
from bot.store import cast, holdings, people, personas
from bot.store.database import Session
from characters import expand

BLOCK = "{name} (a player): {description}"
SOMEBODY = "Somebody"


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says a line: a person (their id) under a name. `text` is the line without the brackets of a persona.

    `overrides` are the numbers that stood inside these, `about` is what the model reads of the persona, if any.
    """

    person: int
    name: str
    text: str
    overrides: Overrides = Overrides()
    about: str = ""


@dataclass(frozen=True, slots=True)
class Guise:
    """As whom a person opens a scene. `description` is the text of their persona, `block` what the model reads."""

    person: int
    name: str
    persona: int | None = None
    description: str = ""
    block: str = ""


async def speaker_of(session: Session, scene: Scene, account: Account, text: str) -> Speaker | None:
    """Say who speaks a line that somebody typed; one who has not been heard yet comes into the scene.

    The brackets of a persona count for this line alone. None where nothing but an aside stands in them.
    Raises PlayError where a persona's name is somebody else's in the scene.
    """
    person = await people.person_of(session, account)
    player = await _player(session, scene, account, person)
    own = {persona.id: persona for persona in await personas.own(session, person)}
    brackets = brackets_of(own.values())
    typed = read_typed(text, brackets) if brackets else None
    if isinstance(typed, Aside):
        return None
    if isinstance(typed, Line) and typed.persona is not None:
        name = await _introduce(session, scene, player, own[typed.persona])
        return Speaker(person, name, typed.text, typed.overrides, own[typed.persona].description)
    return Speaker(person, player.name, text, about=player.block)


async def guise(session: Session, place: Place, account: Account, *, others: Collection[str]) -> Guise:
    """Say as whom somebody opens a scene with these `others`: as the persona that they last played at the place.

    Where its name is taken, or they played none, it is under the name of their account, with a number if need be.
    """
    person = await people.person_of(session, account)
    taken = {*others, NARRATOR}
    if persona := await _last(session, place, person):
        with suppress(PlayError):
            check_names([persona.name], taken=taken)
            return Guise(person, persona.name, persona.id, persona.description, block(persona, others))
    return Guise(person, free_name(account.name, taken))


async def take_on(session: Session, scene: Scene, person: int, persona: Persona) -> Player:
    """Let somebody play a persona in a scene from here on. Raises PlayError where its name is somebody else's there."""
    check_names([persona.name], taken=taken_names(scene, person))
    told = block(persona, [member.name for member in scene.present])
    former = [player for player in scene.players if player.person == person and player.persona == persona.id]
    is_known = any(player.block == told for player in former)
    if former and former[-1] == scene.playing(person) and former[-1].name == persona.name and (is_known or not told):
        return former[-1]
    return await cast.add_player(
        session,
        scene.id,
        person=person,
        name=persona.name,
        persona=persona.id,
        block="" if is_known else told,
        after=scene.leaf,
    )


async def take_off(session: Session, scene: Scene, account: Account, person: int) -> Player:
    """Let somebody play under the name of their account from here on."""
    name = free_name(account.name, taken_names(scene, person))
    playing = scene.playing(person)
    if playing and playing.persona is None and playing.name == name:
        return playing
    return await cast.add_player(session, scene.id, person=person, name=name, persona=None, block="", after=scene.leaf)


async def usable(session: Session, place: Place, person: int, persona: int) -> Persona | None:
    """Return a persona if somebody may play it at a place: it is theirs, or published there."""
    seen = await holdings.visible(session, "persona", person=person, server=place.server)
    return await personas.persona(session, persona) if persona in {held.id for held in seen} else None


def name_of(scene: Scene, account: Account, person: int | None) -> str:
    """Say under which name somebody would speak in a scene now."""
    playing = scene.playing(person) if person is not None else None
    return playing.name if playing else free_name(account.name, taken_names(scene, person))


def taken_names(scene: Scene, person: int | None) -> frozenset[str]:
    """Return the names that somebody cannot have in a scene: the narrator's, the characters', those of other people."""
    cast = (member.name for member in scene.members)
    return frozenset((NARRATOR, *cast, *(one.name for one in scene.players if one.person != person)))


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Make a name of an account one that can be spoken under: on a line, without colons, and no second of its kind.

    Nobody chose it for the play, so what is wrong with it is mended where a persona's name would be refused.
    """
    plain = " ".join(wanted.translate({ord(colon): " " for colon in COLONS}).split())
    base = plain if _is_free(plain, ()) else SOMEBODY
    numbered = (f"{base} {number}" for number in count(2))
    return next(name for name in chain([base], numbered) if _is_free(name, taken))


def block(persona: Persona, others: Collection[str]) -> str:
    """Write down a persona as the model reads it, beside these others; nothing where nothing is said of it.

    `{{char}}` are all of them. What it leaves to chance comes out the same each time.
    """
    chance, now = Random(persona.id), datetime.now(UTC)
    told = expand(persona.description, char=", ".join(others), user=persona.name, rng=chance, now=now).strip()
    return BLOCK.format(name=persona.name, description=told) if told else ""


def described(scene: Scene) -> str:
    """Return what `{{persona}}` stands for in cards that come in later: who the opener was at the start, as text."""
    first = next((player for player in scene.players if player.person == scene.opener), None)
    return first.block.removeprefix(BLOCK.format(name=first.name, description="")) if first else ""


def brackets_of(own: Collection[Persona]) -> tuple[Brackets, ...]:
    """Read the brackets of somebody's personas."""
    return tuple(read_brackets(persona.brackets, persona.id) for persona in own if persona.brackets)


def _is_free(name: str, taken: Collection[str]) -> bool:
    try:
        check_names([name], taken=taken)
    except PlayError:
        return False
    return True


async def _player(session: Session, scene: Scene, account: Account, person: int) -> Player:
    """Return who somebody is in a scene; where they are new to it they come in, as who they last were at the place."""
    playing = scene.playing(person)
    if playing and playing.persona is not None:
        return playing
    if playing is None and (persona := await _last(session, scene.place, person)):
        with suppress(PlayError):
            return await take_on(session, scene, person, persona)
    return await take_off(session, scene, account, person)


async def _introduce(session: Session, scene: Scene, player: Player, persona: Persona) -> str:
    """Let somebody speak as a persona without taking it on: the model is told of it once."""
    mine = [one for one in scene.players if one.person == player.person]
    if all(one.persona != persona.id for one in (*mine, player)):
        await take_on(session, scene, player.person, persona)
        await cast.add_player(
            session,
            scene.id,
            person=player.person,
            name=player.name,
            persona=player.persona,
            block="",
            after=scene.leaf,
        )
    check_names([persona.name], taken=taken_names(scene, player.person))
    return persona.name


async def _last(session: Session, place: Place, person: int) -> Persona | None:
    last = await cast.last_played(session, place.id, person)
    return await usable(session, place, person, last) if last is not None else None
