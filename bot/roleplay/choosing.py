"""Who speaks next in a scene that runs: what is heard is gathered, and the model asked where that is its order."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot.core import Account, Author, Incoming, Member, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.casting import (
    CUE,
    NEUTRAL_LINE,
    Heard,
    answerers,
    called,
    candidates,
    follower,
    likeliest,
    rivals,
    why,
)
from bot.roleplay.house import House
from bot.roleplay.names import one_called
from bot.roleplay.speaking import Part
from bot.store import scenes, turns

ASKED_FOR = "asked for"
AMONG_THEMSELVES = "among themselves"

DEPTH_TOKENS = 2
"""Of a candidate are scored: one of them has to be read for that. It is scored twice."""

MOST_POINTERS = 1_000
"""Lines whose pointers are kept: those that nobody answers are never asked for."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """To whom a line points beside its words: characters whose posts it answers, or the bot.

    One that `must` be answered is, whatever the rules say.
    """

    characters: tuple[int, ...] = ()
    is_at_bot: bool = False
    must: bool = False


class Choosing:
    """Chooses who speaks. What a platform knows of a line is kept until somebody answers it."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._pointers: dict[int, Pointer] = {}

    async def note(self, scene_id: int, line: Turn, incoming: Incoming) -> None:
        """Keep to whom a recorded line points. A post that is no character's, nor a person's, is the bot's own."""
        if not (incoming.replied_to or incoming.mentions_bot):
            return
        async with self._house.database.reading() as session:
            answered = await turns.meant(session, scene_id, incoming.replied_to)
        characters = tuple(turn.character for turn in answered if turn.character is not None)
        is_at_bot = any(turn.author is Author.NARRATOR for turn in answered)
        self._pointers[line.id] = Pointer(characters, incoming.mentions_bot or is_at_bot)
        while len(self._pointers) > MOST_POINTERS:
            del self._pointers[next(iter(self._pointers))]

    def insist(self, lines: Sequence[Turn]) -> None:
        """Let somebody answer these lines, whoever it be."""
        self._pointers |= {line.id: replace(self._pointers.get(line.id, Pointer()), must=True) for line in lines}

    async def answer(self, scene: Scene, account: Account, lines: Sequence[Turn]) -> list[Part]:
        """Say who answers some lines of a scene."""
        pointers = [self._pointers.pop(line.id) for line in lines if line.id in self._pointers]
        heard = Heard.in_story(
            scene.turns,
            lines,
            people=_people(scene),
            replied_to=[character for one in pointers for character in one.characters],
            bot_mentioned=any(one.is_at_bot for one in pointers),
        )
        chance = self._house.random(f"cast {lines[-1].id}")
        speakers = answerers(scene.present, heard, scene.rules, chance)
        if speakers:
            speakers = await self._asked(scene, account, heard) or speakers
        elif any(one.must for one in pointers):
            return [await self.next(scene.place, account)]
        return [_part(one, why(one, scene.present, heard, scene.rules)) for one in speakers]

    async def go_on(self, place: Place, account: Account, spoken: Sequence[Part]) -> list[Part]:
        """Say who goes on by itself, after the parts spoken since somebody's line, where characters talk on.

        Whatever a person says ends that, also what only a reply has read.
        """
        async with self._house.database.reading() as session:
            scene = await scenes.current(session, place.id)
        alone = sum(part.why == AMONG_THEMSELVES for part in spoken)
        if scene is None or scene.is_paused or alone >= scene.rules.among_themselves:
            return []
        if not _is_talk(spoken[-1]) or _speeches(scene.turns) <= alone:
            return []
        heard = Heard.in_story(scene.turns, scene.turns[-1:])
        chance = self._house.random(f"cast {scene.leaf}")
        following = follower(scene.present, heard, scene.rules, chance)
        if following is None:
            return []
        [speaker] = await self._asked(scene, account, heard) or [following]
        return [_part(speaker, AMONG_THEMSELVES)]

    async def next(self, place: Place, account: Account, name: str = "") -> Part:
        """Say who speaks where somebody is to: whoever is called so, even if muted, or whoever the story asks for.

        Raises PlayError where there is nobody.
        """
        scene = await self._house.scene(place)
        if name:
            return _part(one_called(scene.present, name), ASKED_FOR)
        heard = Heard.in_story(scene.turns, scene.turns[-1:])
        following = called(scene.present, heard, scene.rules, self._house.random(f"next {scene.leaf}"))
        if following is None:
            raise PlayError("There is nobody here who could speak: all are muted, or have left.")
        [speaker] = await self._asked(scene, account, heard) or [following]
        return _part(speaker, ASKED_FOR)

    async def _asked(self, scene: Scene, account: Account, heard: Heard) -> list[Member]:
        """Return whom the model finds likeliest to answer; empty where it is not to be asked."""
        asked = rivals(scene.present, heard, scene.rules) if scene.turns else ()
        if not asked:
            return []
        template = await self._house.template()
        cue = CUE.format(name=scene.turns[-1].name)
        told, neutral = scores = [
            await self._house.engine.score(
                scene.channel,
                script.addressee(scene, cue, template, between=between),
                candidates(asked),
                depth=DEPTH_TOKENS,
                user=account.id,
            )
            for between in ("", NEUTRAL_LINE)
        ]
        async with self._house.database.writing() as session:
            await self._house.count(session, account, *(one.figures for one in scores), replies=0)
        return [likeliest(asked, told.candidates, neutral.candidates)]


def _people(scene: Scene) -> int:
    """Count who plays: whoever has a line in the window. One who only opened the scene keeps nobody from an answer."""
    return len({turn.person for turn in scene.turns if turn.author is Author.PERSON and turn.person is not None})


def _is_talk(part: Part) -> bool:
    """Tell whether a character's own new line was spoken."""
    return part.author is Author.CHARACTER and not (part.instead_of or part.continues)


def _speeches(turns: Sequence[Turn]) -> int:
    """Count what characters have said since a person's last line."""
    since = takewhile(lambda turn: turn.author is not Author.PERSON, reversed(turns))
    return sum(turn.author is Author.CHARACTER for turn in since)


def _part(member: Member, why: str) -> Part:
    return Part(Author.CHARACTER, member.name, member.character, why=why)
