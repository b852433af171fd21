"""Personas: who people play. Each has as many as they like, and the last one that they took on sticks in each scene."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from bot.core import Account, Persona, Place, Player
from bot.errors import NothingPlayed, PlayError
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.names import check_names
from bot.roleplay.permissions import Action
from bot.roleplay.players import brackets_of, free_name, take_off, take_on, taken_names
from bot.roleplay.typed import Line, read_brackets, read_typed
from bot.store import cast, holdings, messages, people, personas, scenes, turns
from bot.store.database import Session
from engine import InvalidSampling

MOST_PERSONAS = 100
MOST_NAME_CHARACTERS = 80
MOST_DESCRIPTION_CHARACTERS = 4_000
"""As many as a form on Discord takes: some 1,100 tokens, which never leave the window."""

MOST_PICTURE_MIB = 8


class Personas:
    """What people make of themselves."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def list(self, place: Place, account: Account) -> tuple[Persona, ...]:
        """Return whom somebody can play at a place: their own personas, then those that are published there."""
        await self._house.allow(Action.KEEP, account, place)
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            seen = await holdings.visible(session, "persona", person=person, server=place.server)
            return tuple([await personas.persona(session, held.id) for held in seen])

    async def playing(self, place: Place, account: Account) -> Player | None:
        """Return as whom somebody plays the scene that runs at a place; None before they have come into it."""
        async with self._house.database.reading() as session:
            scene, known = await scenes.current(session, place.id), await people.known(session, account)
            return scene.playing(known.id) if scene and known else None

    async def typed(self, account: Account, line: str) -> tuple[str, str] | None:
        """Return the name of the persona in whose brackets somebody's line stands, and what it says; None for none."""
        async with self._house.database.reading() as session:
            known = await people.known(session, account)
            own = await personas.own(session, known.id) if known else ()
        with suppress(PlayError, InvalidSampling):
            typed = read_typed(line.strip(), brackets_of(own))
            if isinstance(typed, Line) and typed.persona is not None:
                return next(one.name for one in own if one.id == typed.persona), typed.text
        return None

    async def picture(self, persona: int) -> bytes | None:
        """Return the picture of a persona (by its id), where it has one."""
        async with self._house.database.reading() as session:
            return await personas.picture(session, persona)

    async def proxied(self, message: str, *, by: str, name: str, text: str) -> bool:
        """Let a line be said by a persona that a proxy bot has posted it as, in the message `by`.

        False where the message shows no line of a person.
        """
        async with self._house.database.writing() as session:
            turn = await messages.turn_of(session, message)
            if turn is None or turn.person is None or not turn.text:
                return False
            await messages.replace(session, message, by)
            scene = await scenes.current(session, (await scenes.place_of(session, turn.id)).id)
            spoken = free_name(name, taken_names(scene, turn.person) if scene else ())
            await turns.rename(session, turn.id, spoken)
            if text.strip() and text.strip() != turn.text:
                await turns.revise(session, turn.id, text.strip(), person=turn.person, at=self._house.now())
            playing = scene.playing(turn.person) if scene else None
            if scene and (playing is None or playing.name != spoken):
                await cast.add_player(
                    session, scene.id, person=turn.person, name=spoken, persona=None, block="", after=turn.parent
                )
            return True

    async def create(
        self,
        place: Place,
        account: Account,
        name: str,
        *,
        description: str = "",
        picture: bytes | None = None,
        brackets: str = "",
    ) -> Persona:
        """Make a persona. Raises PlayError where its name, brackets or size will not do."""
        await self._house.allow(Action.KEEP, account, place)
        await check_said(self._house, place, name, description)
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            return await make(session, person, name, description=description, picture=picture, brackets=brackets)

    async def edit(
        self,
        place: Place,
        account: Account,
        wanted: str,
        *,
        name: str | None = None,
        description: str | None = None,
        picture: bytes | None = None,
        brackets: str | None = None,
    ) -> Persona:
        """Change what is not None of one's own persona. Empty brackets, or an empty picture, take those away.

        In a scene at this place that it is played in it counts at once; elsewhere once it is taken on anew.
        Raises PlayError, Missing.
        """
        await self._house.allow(Action.KEEP, account, place)
        await check_said(self._house, place, name or "", description or "")
        given = {"name": name and name.strip(), "description": description, "picture": picture}
        changes = {key: value for key, value in given.items() if value is not None}
        async with self._house.database.writing() as session:
            persona, others = await _own(session, account, wanted)
            _check(changes, others)
            if changes:
                await personas.change(session, persona.id, **changes | ({"picture": None} if picture == b"" else {}))
            if brackets is not None:
                await _set_brackets(session, persona.id, brackets, others)
            changed = await personas.persona(session, persona.id)
            scene = await scenes.current(session, place.id)
            playing = scene.playing(persona.person) if scene else None
            if scene and playing and playing.persona == persona.id:
                await take_on(session, scene, persona.person, changed)
            return changed

    async def delete(self, place: Place, account: Account, wanted: str) -> Persona:
        """Delete one's own persona; stories keep what was said under its name. Raises Missing."""
        await self._house.allow(Action.KEEP, account, place)
        async with self._house.database.writing() as session:
            persona, _ = await _own(session, account, wanted)
            await personas.remove(session, persona.id)
            return persona

    async def use(self, place: Place, account: Account, wanted: str) -> Player:
        """Play a persona in the scene at a place from here on.

        Raises Missing, NothingPlayed, and PlayError where its name is somebody else's in the scene.
        """
        await self._house.allow(Action.SPEAK, account, place)
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            found = await holdings.find(session, "persona", wanted, person=person, server=place.server)
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            persona = await personas.persona(session, found.id)
            await check_said(self._house, place, persona.name, persona.description)
            return await take_on(session, scene, person, persona)

    async def drop(self, place: Place, account: Account) -> Player:
        """Play under the name of one's account in the scene at a place from here on. Raises NothingPlayed."""
        await self._house.allow(Action.SPEAK, account, place)
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            return await take_off(session, scene, account, await people.person_of(session, account))


async def make(
    session: Session, person: int, name: str, *, description: str = "", picture: bytes | None = None, brackets: str = ""
) -> Persona:
    """Make a persona of somebody's own. Raises PlayError where its name, brackets or size will not do."""
    wanted = {"name": name.strip(), "description": description, "picture": picture, "brackets": brackets}
    own = await personas.own(session, person)
    if len(own) >= MOST_PERSONAS:
        raise PlayError("Nobody can have more than {most} personas: delete one first.", most=MOST_PERSONAS)
    _check(wanted, own)
    made = await personas.add(session, person, name=name.strip(), description=description.strip(), picture=picture)
    await holdings.give(session, "persona", made, person=person)
    await _set_brackets(session, made, brackets, own)
    return await personas.persona(session, made)


async def _own(session: Session, account: Account, wanted: str) -> tuple[Persona, list[Persona]]:
    """Return somebody's own persona of a name, and the rest of their personas. Raises PlayError."""
    own = await personas.own(session, await people.person_of(session, account))
    named = [one for one in own if one.name.casefold() == wanted.strip().casefold()]
    if not named:
        raise PlayError("You have no persona called {name}.", name=wanted)
    return named[0], [one for one in own if one != named[0]]


def _check(values: Mapping[str, Any], others: Sequence[Persona]) -> None:
    """Raise PlayError where a name or a size will not do, beside somebody's other personas."""
    if (name := values.get("name")) is not None:
        if not name:
            raise PlayError("A persona needs a name.")
        check_names([name])
        if len(name) > MOST_NAME_CHARACTERS:
            raise PlayError("A persona's name has {most} characters at most.", most=MOST_NAME_CHARACTERS)
        if any(one.name.casefold() == name.casefold() for one in others):
            raise PlayError("You have a persona called {name} already.", name=name)
    check_sizes(values.get("description") or "", values.get("picture"))


def check_sizes(description: str, picture: bytes | None) -> None:
    """Raise PlayError where a persona's description or picture is too large."""
    if len(description) > MOST_DESCRIPTION_CHARACTERS:
        raise PlayError(
            "A persona's description has {most:,} characters at most: the model reads it all the time.",
            most=MOST_DESCRIPTION_CHARACTERS,
        )
    if len(picture or b"") > MOST_PICTURE_MIB << 20:
        raise PlayError("A persona's picture has {most} MiB at most.", most=MOST_PICTURE_MIB)


async def _set_brackets(session: Session, persona: int, written: str, others: Sequence[Persona]) -> None:
    """Keep the brackets of a persona, empty for none. Raises PlayError where they will not do, or another has them."""
    wanted = read_brackets(written, persona) if written.strip() else None
    for other in others:
        if wanted and [wanted] == [replace(one, persona=persona) for one in brackets_of([other])]:
            raise PlayError("Your persona {name} has these brackets already.", name=other.name)
    await personas.change(session, persona, brackets=written.strip())
