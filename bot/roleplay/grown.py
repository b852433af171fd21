"""Cards for adults are played where adults are among themselves, as far as a platform knows that of a place."""

from asyncio import to_thread
from collections.abc import Sequence

from bot.core import Place
from bot.errors import PlayError
from characters import CardFile, is_for_adults


async def check_age(place: Place, cards: Sequence[CardFile]) -> None:
    """Raise PlayError where one of these cards is for adults and a place is not."""
    for file in () if place.for_adults else cards:
        if await to_thread(is_for_adults, file.card):
            raise PlayError(
                "{name} is written for adults: play that card in an age-restricted channel.", name=file.card.name
            )
