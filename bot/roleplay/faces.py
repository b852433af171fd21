"""The small pictures under which characters post."""

from asyncio import to_thread
from contextlib import suppress
from dataclasses import replace

from bot.roleplay.exports import Story
from bot.roleplay.house import House
from bot.store import cards
from characters import CardError
from characters.faces import monogram, resized

FACE_PX = 256


async def face(house: House, character: int | None, name: str) -> bytes:
    """Return the face of a character (the id of its card) as a small PNG, a drawn one where it has none.

    Without a character one is drawn for the name.
    """
    picture: bytes | None = None
    if character is not None:
        async with house.database.reading() as session:
            picture = await cards.picture_of(session, character)
    return await to_thread(_small, picture, name)


def drawn(story: Story) -> Story:
    """Give a face to everybody who speaks in a story: a drawn one where they have none."""
    faceless = {told.name for told in story.turns if told.name and not told.face}
    faces = {name: monogram(name, FACE_PX, FACE_PX) for name in faceless}
    turns = (told if told.face else replace(told, face=faces.get(told.name)) for told in story.turns)
    return replace(story, turns=tuple(turns))


def _small(picture: bytes | None, name: str) -> bytes:
    if picture is not None:
        with suppress(CardError):
            return resized(picture, FACE_PX, FACE_PX)
    return monogram(name, FACE_PX, FACE_PX)
