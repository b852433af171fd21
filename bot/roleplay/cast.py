"""Who is in a scene: characters come and go, are muted, have aliases; and the rules by which they answer."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.core import Account, Answering, Author, CastingRules, Member, Order, Place, Scene
from bot.errors import NothingPlayed, PlayError
from bot.roleplay import library, players
from bot.roleplay.filters import check_said
from bot.roleplay.grown import check_age
from bot.roleplay.house import House
from bot.roleplay.lore import attach_named, world_named
from bot.roleplay.names import check_names, one_called
from bot.roleplay.opening import Company, arriving, check_room
from bot.roleplay.permissions import Action
from bot.roleplay.script import NARRATOR
from bot.roleplay.stages import Stages
from bot.store import cast, people, scenes
from characters import CardFile

MOST_ALIASES = 20
MOST_ALIAS_CHARACTERS = 80


class Cast:
    """The cast of the scenes that run. Each action raises NothingPlayed, and NotAllowed."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def add(self, place: Place, account: Account, file: CardFile) -> Member:
        """Let a character come into the story where it stands now; one who has left comes back.

        Raises PlayError where they are there already, could not speak under their name, or find no room in the window;
        NotAllowed, StillSpeaking.
        """
        scene = await self._scene(place, account)
        await check_age(place, [file])
        [character] = await library.keep(self._house, account, [file])
        if former := scene.member(character):
            return await self._return(place, former)
        template = await self._house.template()
        world = await asyncio.to_thread(world_named, file)
        name = file.card.spoken_name
        check_names([name], taken=_names(scene))
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            scene = await scenes.scene(session, scene.id)
            names = [*(one.name for one in scene.present), name]
            chance = self._house.random(f"{scene.id} {character}")
            company = Company(scene.opened_by, names, chance, self._house.now(), players.described(scene))
            member = replace(arriving(character, file.card, company), after=scene.leaf)
            await cast.add_member(session, scene.id, member)
            person = await people.person_of(session, account)
            await attach_named(session, scene.id, person, [world], server=place.server)
            check_room(await scenes.scene(session, scene.id), template, self._house.room)
        return member

    async def bring_back(self, place: Place, account: Account, name: str) -> Member | None:
        """Let somebody who has left come back; None where nobody who has is called so. Raises StillSpeaking."""
        scene = await self._scene(place, account)
        gone = [member for member in scene.members if member.has_left]
        try:
            former = one_called(gone, name)
        except PlayError:
            return None
        return await self._return(place, former)

    async def remove(self, place: Place, account: Account, name: str) -> Member:
        """Let a character leave where the story stands now: it speaks no more. Raises PlayError, StillSpeaking."""
        scene = await self._scene(place, account)
        leaving = one_called(scene.present, name)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            moves = _moved(leaving, (await scenes.scene(session, scene.id)).leaf)
            await cast.change_member(session, scene.id, leaving.character, has_left=True, moves=cast.written(moves))
        return replace(leaving, has_left=True, moves=moves)

    async def mute(self, place: Place, account: Account, name: str) -> Member:
        """Let a character be silent, but where it is asked for by `next`. Raises PlayError."""
        return await self._change(place, account, name, muted=True)

    async def unmute(self, place: Place, account: Account, name: str) -> Member:
        """Let a character speak again. Raises PlayError."""
        return await self._change(place, account, name, muted=False)

    async def set_talkativeness(self, place: Place, account: Account, name: str, talkativeness: float) -> Member:
        """Set how likely a character is to speak unasked, from 0 to 1. Raises PlayError."""
        if not 0 <= talkativeness <= 1:
            raise PlayError("Talkativeness is a number from 0 (only when named) to 1 (always ready), for example 0.5.")
        return await self._change(place, account, name, talkativeness=talkativeness)

    async def set_aliases(self, place: Place, account: Account, name: str, aliases: Sequence[str]) -> Member:
        """Let a character answer to other names too, in place of those it had; several may share one.

        Raises PlayError where one is no name, or is somebody else's.
        """
        scene = await self._scene(place, account)
        member = one_called(scene.present, name)
        wanted = tuple(dict.fromkeys(alias.strip() for alias in aliases))
        for alias in wanted:
            check_names([alias], taken=_names(scene, but=member))
        if len(wanted) > MOST_ALIASES or any(len(alias) > MOST_ALIAS_CHARACTERS for alias in wanted):
            raise PlayError(
                "{name} can have {most} aliases of {characters} characters at most.",
                name=member.name,
                most=MOST_ALIASES,
                characters=MOST_ALIAS_CHARACTERS,
            )
        await check_said(self._house, place, *wanted)
        return await self._change(place, account, member.name, aliases=wanted)

    async def answer(
        self, place: Place, account: Account, answering: Answering | None, *, chance_percent: int | None = None
    ) -> CastingRules:
        """Set when anybody answers; None leaves it to how many people play. Raises InvalidRule."""
        changes = {} if chance_percent is None else {"chance_percent": chance_percent}
        return await self._rule(place, account, answering=answering, **changes)

    async def order(self, place: Place, account: Account, order: Order) -> CastingRules:
        """Set who answers where nobody is named."""
        return await self._rule(place, account, order=order)

    async def limit(self, place: Place, account: Account, most_replies: int) -> CastingRules:
        """Set how many replies one line brings about at most. Raises InvalidRule."""
        return await self._rule(place, account, most_replies=most_replies)

    async def let_talk(self, place: Place, account: Account, turns: int) -> CastingRules:
        """Let characters go on among themselves for so many turns, until a person speaks. Raises InvalidRule."""
        return await self._rule(place, account, among_themselves=turns)

    async def _return(self, place: Place, former: Member) -> Member:
        if not former.has_left:
            raise PlayError("{name} is here already.", name=former.name)
        scene = await self._house.scene(place)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            moves = _moved(former, (await scenes.scene(session, scene.id)).leaf)
            await cast.change_member(session, scene.id, former.character, has_left=False, moves=cast.written(moves))
        return replace(former, has_left=False, moves=moves)

    async def _scene(self, place: Place, account: Account) -> Scene:
        """Return the scene at a place, whose cast somebody is about to change. Raises PlayError."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.CAST, account, scene)
        if scene.is_notebook:
            raise PlayError("A notebook has no cast: start a scene first.")
        return scene

    async def _change(self, place: Place, account: Account, name: str, **values: Any) -> Member:
        scene = await self._scene(place, account)
        member = one_called(scene.present, name)
        aliases = {"aliases": "\n".join(values["aliases"])} if "aliases" in values else {}
        async with self._house.database.writing() as session:
            await cast.change_member(session, scene.id, member.character, **values | aliases)
        return replace(member, **values)

    async def _rule(self, place: Place, account: Account, **changes: Any) -> CastingRules:
        await self._house.allow(Action.SETTINGS, account, await self._house.scene(place))
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, place.id)
            if scene is None:
                raise NothingPlayed
            rules = replace(scene.rules, **changes)
            await scenes.change(session, scene.id, rules=rules)
        return rules


def _names(scene: Scene, *, but: Member | None = None) -> tuple[str, ...]:
    """Return the names that nobody else in a scene can have, those of who has left too."""
    cast = (member.name for member in scene.members if member != but)
    people = (turn.name for turn in scene.turns if turn.author is Author.PERSON)
    return (*cast, *people, *(player.name for player in scene.players), scene.opened_by, NARRATOR)


def _moved(member: Member, leaf: int | None) -> tuple[int, ...]:
    """Return the moves of a character who leaves or comes back where the story stands; both at once are none."""
    here = leaf or 0
    return member.moves[:-1] if member.moves[-1:] == (here,) else (*member.moves, here)
