"""Cards that players bring along, kept whole and unchanged."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict

from bot.roleplay.house import House
from bot.store import cards
from characters import CardFile


async def keep(house: House, files: Sequence[CardFile]) -> list[int]:
    """Store the files of cards and return their ids; one that is stored already keeps its first."""
    async with house.database.writing() as session:
        return [
            await cards.add(
                session,
                digest=hashlib.sha256(file.data).hexdigest(),
                name=file.card.name,
                source=file.source,
                original=file.data,
                picture=file.picture,
                fields={name: value for name, value in asdict(file.card).items() if name != "raw"},
            )
            for file in files
        ]
