"""Scenes: they start, end with a recap, and are gone on with; what they are called, and in which language they are."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.core import Account, Place, Scene
from bot.errors import PlayError
from bot.roleplay import blocks, library, players, script
from bot.roleplay import language as languages
from bot.roleplay.filters import check_said
from bot.roleplay.grown import check_age
from bot.roleplay.house import House
from bot.roleplay.lore import attach_named, world_named
from bot.roleplay.opening import Company, Opening, Wishes, check_room, opening
from bot.roleplay.permissions import Action
from bot.roleplay.players import Guise
from bot.roleplay.stages import Stages
from bot.roleplay.statekeeping import opening_state
from bot.roleplay.tail import Tail
from bot.roleplay.telling import head_lore
from bot.roleplay.utterance import spoken
from bot.store import cast, scenes, turns
from bot.store.database import Session
from bot.store.scenes import Beginning, Entry
from characters import CardFile
from engine import EngineError, Priority

MOST_TITLE_CHARACTERS = 100
RECAP_TOKENS = 120
MOST_FOUND = 10_000
"""A whole house of stories can move in."""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Ended:
    """A scene that has ended, and what has happened in it; `recap` is empty where there is nothing to tell."""

    scene: Scene
    recap: str


class Scenes:
    """The scenes of all places; at each place one runs, or none."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def start(
        self, place: Place, account: Account, cards: Sequence[CardFile], *, at: datetime, wishes: Wishes = Wishes()
    ) -> Scene:
        """Start a scene with these characters, end the one before, and let the first of them greet.

        Raises PlayError where there is no character, two of one name, no room for all of them, or nothing like what is
        wished for; NotAllowed, StillSpeaking.
        """
        await self._house.allow(Action.OPEN, account, place)
        await check_said(self._house, place, wishes.title, wishes.scenario)
        await check_age(place, cards)
        ids = await library.keep(self._house, account, cards)
        known = [(id, file.card) for id, file in zip(ids, cards, strict=True)]
        language = languages.read_language(wishes.language)
        template = await self._house.template()
        worlds = await asyncio.to_thread(lambda: [world_named(file) for file in cards])
        state = opening_state(file.card for file in cards)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            user = await players.guise(session, place, account, others=[file.card.spoken_name for file in cards])
            window = self._house.engine.info.window
            lore = await head_lore(known, user=user.name, persona=user.description, now=at, window=window)
            chance = self._house.random(place.id)
            opened = opening(known, user=user.name, persona=user.description, rng=chance, now=at, wishes=wishes)
            if former := await scenes.current(session, place.id):
                await scenes.end(session, former.id, at=at)
            beginning = Beginning(
                title=_checked_title(wishes.title) if wishes.title else _shortened(opened.title),
                opened_by=user.name,
                person=user.person,
                scenario=opened.scenario,
                at=at,
                house_rules=blocks.house_rules(self._house.settings.house_rules, languages.order(language)),
                language=language,
                lore=lore,
                state=state,
            )
            scene = await _set_up(session, place, beginning, opened, user)
            await attach_named(session, scene, user.person, worlds, server=place.server)
            check_room(await scenes.scene(session, scene), template, self._house.room)
        return await self._house.scene(place)

    async def end(self, place: Place, account: Account) -> Ended:
        """End the scene at a place and sum up what has happened in it. It stays stored whole, and can be gone on with.

        Raises NothingPlayed, NotAllowed, StillSpeaking.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.END, account, scene)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            await scenes.end(session, scene.id, at=self._house.now())
        try:
            return Ended(scene, await self._recap(scene, account))
        except (EngineError, PlayError) as error:
            logger.warning("a scene has ended without a recap: %s", error)
            return Ended(scene, "")

    async def resume(self, place: Place, account: Account, wanted: str) -> Scene:
        """Go on with a scene of this place, by its number or its title, where it was left; the present one ends.

        Raises PlayError where that is not just one; NotAllowed, StillSpeaking.
        """
        async with self._house.database.reading() as session:
            found = meant(await scenes.entries(session, place.id, most=MOST_FOUND), wanted)
            scene = await scenes.scene(session, found.id)
        await self._house.allow(Action.RESUME, account, scene)
        async with self._house.database.writing() as session:
            self._stages.check_free(place)
            present = await scenes.current(session, place.id)
            if present and present.id != found.id:
                await scenes.end(session, present.id, at=self._house.now())
            await scenes.change(session, found.id, ended_at=None)
        return await self._house.scene(place)

    async def running(self, platform: str) -> tuple[Place, ...]:
        """Return the places of a platform where a scene runs."""
        async with self._house.database.reading() as session:
            return await scenes.places(session, platform)

    async def played(self, place: Place, account: Account) -> tuple[Entry, ...]:
        """List the scenes of a place, newest first."""
        await self._house.allow(Action.LOOK, account, place)
        async with self._house.database.reading() as session:
            return await scenes.entries(session, place.id)

    async def move_places(self, former: str, new: str) -> None:
        """Let all that was played on a server be played on another: some platforms rename groups that grow."""
        async with self._house.database.writing() as session:
            await scenes.move_places(session, former, new)

    async def set_title(self, place: Place, account: Account, title: str) -> Scene:
        """Give the present scene another title. Raises PlayError."""
        return await self._change(place, account, title=_checked_title(title))

    async def set_language(self, place: Place, account: Account, language: str) -> Scene:
        """Choose the language of the replies, and of what the bot itself says here; empty for any. Raises PlayError.

        What the head says stays as it is: each reply is told the language from now on.
        """
        return await self._change(place, account, language=languages.read_language(language))

    async def set_scenario(self, place: Place, account: Account, scenario: str) -> Scene:
        """Tell another scenario in the head of the present scene, which is read anew with all that follows.

        Raises PlayError where there is no room for it.
        """
        scene = await self._house.scene(place)
        names = [member.name for member in scene.present]
        company = Company(scene.opened_by, names, self._house.random(f"scenario {scene.id}"), self._house.now())
        return await self._change(place, account, scenario=company.expanded(", ".join(names), scenario))

    async def _change(self, place: Place, account: Account, **values: str) -> Scene:
        scene = await self._house.scene(place)
        await self._house.allow(Action.SETTINGS, account, scene)
        await check_said(self._house, place, *values.values())
        template = await self._house.template()
        async with self._house.database.writing() as session:
            await scenes.change(session, scene.id, **values)
            changed = await scenes.scene(session, scene.id)
            if "scenario" in values:
                check_room(changed, template, self._house.room)
        return changed

    async def _recap(self, scene: Scene, account: Account) -> str:
        if not any(turn.text for turn in scene.turns):
            return ""
        await self._house.ask(account, scene.place)
        order = Tail(order=script.RECAP)
        prompt = script.retelling(scene, f"{script.NARRATOR}:", await self._house.template(), tail=order)
        sampling = self._house.settings.sampling(seed=self._house.drawn(f"recap {scene.leaf}"), tokens=RECAP_TOKENS)
        async with self._house.engine.stream(
            scene.channel, prompt, sampling, priority=Priority.NARRATION, user=account.id
        ) as stream:
            recap = "".join([chunk async for chunk in spoken(stream, script.NARRATOR, script.names(scene))])
        figures = [stream.finished.figures] if stream.finished else []
        async with self._house.database.writing() as session:
            await self._house.count(session, account, *figures)
        return recap


async def _set_up(session: Session, place: Place, beginning: Beginning, opened: Opening, user: Guise) -> int:
    """Store a scene that begins with its cast, whoever opens it, and a greeting; return its id."""
    scene = await scenes.open_scene(session, place, beginning)
    for member in opened.members:
        await cast.add_member(session, scene, member)
    await cast.add_player(
        session, scene, person=user.person, name=user.name, persona=user.persona, block=user.block, after=None
    )
    first = opened.members[0]
    await turns.greet(
        session,
        scene,
        opened.greetings,
        first=opened.first,
        name=first.name,
        character=first.character,
        at=beginning.at,
    )
    return scene


def meant(entries: Sequence[Entry], wanted: str) -> Entry:
    """Return the scene that somebody means by its number or its title, or by a part of that. Raises PlayError."""
    written = " ".join(wanted.split()).casefold()
    found = [one for one in entries if written in (str(one.id), one.title.casefold())]
    found = found or [one for one in entries if written and written in one.title.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(one.id) for one in found)
        raise PlayError(
            "Several scenes are called {wanted}: choose one by its number, of {numbers}.",
            wanted=_shortened(wanted),
            numbers=numbers,
        )
    raise PlayError("No scene called {wanted} was played here.", wanted=_shortened(wanted))


def _checked_title(title: str) -> str:
    shown = " ".join(title.split())
    if not shown or len(shown) > MOST_TITLE_CHARACTERS:
        raise PlayError("A title is from 1 to {most} characters long.", most=MOST_TITLE_CHARACTERS)
    return shown


def _shortened(title: str) -> str:
    shown = " ".join(title.split())
    return shown if len(shown) <= MOST_TITLE_CHARACTERS else f"{shown[: MOST_TITLE_CHARACTERS - 1]}…"
