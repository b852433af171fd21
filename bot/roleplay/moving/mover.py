"""Carries a household over: cards, lorebooks, personas, presets, then chats, each told in a line.

What is there already is recognised by its content, so that it can be done again. It asks nobody's leave.
"""

from asyncio import to_thread
from collections.abc import AsyncGenerator, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from bot.roleplay.bringing import Part
from bot.roleplay.collection import open_book
from bot.roleplay.intake import Intake, Line, Outcome, Sort, read_file, refusing
from bot.roleplay.moving.chats import Rooms, shown, take_chat
from bot.roleplay.moving.folder import Household, Somebody
from bot.roleplay.moving.people import take_persona, take_preset
from bot.roleplay.moving.samplers import read_preset
from bot.roleplay.moving.sprites import with_sprites
from bot.roleplay.moving.tables import Kind
from bot.roleplay.personas import MOST_PICTURE_MIB
from bot.words import counted
from characters import CardFile, load_card
from characters.formats.text import LIMIT_BYTES


class Mover:
    """What moves one household. The rehearsal of it is the same with an intake that is undone at the end."""

    def __init__(self, intake: Intake, rooms: Rooms, household: Household) -> None:
        self._intake = intake
        self._rooms = rooms
        self._household = household
        self._cards: dict[str, Part] = {}
        self._worn = set[str]()

    @property
    def count(self) -> int:
        """How many things there are to move."""
        home = self._household
        return sum(map(len, (home.cards, home.worlds, home.personas, home.presets, home.chats)))

    async def move(self) -> AsyncGenerator[Line]:
        """Move one thing after another. What cannot be read is refused, and the rest goes on."""
        home, intake = self._household, self._intake
        for path in home.cards:
            yield await refusing(Sort.CARD, path.name, partial(self._card, path))
        for path in home.worlds:
            yield await refusing(Sort.BOOK, path.name, partial(self._world, path))
        for one in home.personas:
            yield await refusing(Sort.PERSONA, one.name, partial(self._persona, one))
        for kind, path in home.presets:
            yield await refusing(Sort.PRESET, f"{kind}/{path.name}", partial(self._preset, kind, path))
        for chat in home.chats:
            yield await refusing(Sort.STORY, shown(chat), partial(take_chat, intake, self._rooms, chat, self._cards))
        for problem in home.problems:
            yield Line(Sort.OTHER, home.folder.name, Outcome.REFUSED, because=problem)
        for line in self._left():
            yield line

    def _left(self) -> Iterator[Line]:
        """Tell what stays behind."""
        for folder, pictures in self._household.sprites.items():
            if folder not in self._worn:
                because = counted(
                    "One picture stays: no card that came wears it.",
                    "{count:,} pictures stay: no card that came wears them.",
                    count=len(pictures),
                )
                yield Line(Sort.OTHER, f"characters/{folder}", Outcome.LEFT, because=because)
        for folder, count in self._household.left:
            because = counted(
                "One file stays: Troupe has no use for it.",
                "{count:,} files stay: Troupe has no use for them.",
                count=count,
            )
            yield Line(Sort.OTHER, folder, Outcome.LEFT, because=because)

    async def _card(self, path: Path) -> Line:
        card = await to_thread(load_card, path)
        remarks = ()
        if folder := self._household.wardrobe(path.stem, card.card.name):
            card, remarks = await to_thread(with_sprites, card, self._household.sprites[folder])
            self._worn.add(folder)
        line = await self._intake.card(card)
        light = card if line.id is None else CardFile(card.source, b"", card.card)
        self._cards[path.stem] = Part(card.card.spoken_name, light, line.id)
        return replace(line, remarks=(*line.remarks, *remarks))

    async def _world(self, path: Path) -> Line:
        data = await to_thread(read_file, path, LIMIT_BYTES)
        return await self._intake.book(await to_thread(open_book, data, source=path.name))

    async def _persona(self, one: Somebody) -> Line:
        picture = await to_thread(read_file, one.picture, MOST_PICTURE_MIB << 20) if one.picture else None
        source = one.picture.name if one.picture else one.name
        return await take_persona(self._intake, one.name, one.description, picture, source=source)

    async def _preset(self, kind: Kind, path: Path) -> Line:
        data = await to_thread(read_file, path, LIMIT_BYTES)
        preset = read_preset(data, kind, source=path.name)
        return await take_preset(self._intake, path.stem, kind, preset, source=f"{kind}/{path.name}")
