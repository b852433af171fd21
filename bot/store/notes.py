"""Authors' notes: one for a scene, and one for each character in it."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models


@dataclass(frozen=True, slots=True)
class Note:
    """What a reply is told, every so many replies. Of two the one of less `depth` is read last.

    One without text silences what a character's card notes. What `is_of_card` is not stored here.
    """

    text: str
    character: int | None = None
    depth: int = 4
    frequency: int = 1
    is_of_card: bool = False


async def put(session: AsyncSession, scene_id: int, note: Note) -> None:
    """Keep a note of a scene, or of its character, in place of the one before; one without text is none."""
    before = delete(models.Note).where(
        models.Note.scene_id == scene_id, models.Note.card_id.is_not_distinct_from(note.character)
    )
    await session.execute(before)
    if note.text:
        kept = {"text": note.text, "depth": note.depth, "frequency": note.frequency}
        await session.execute(insert(models.Note).values(scene_id=scene_id, card_id=note.character, **kept))


async def silence(session: AsyncSession, scene_id: int, character: int) -> None:
    """Let neither a note nor what its card notes be told of a character in a scene."""
    await put(session, scene_id, Note("", character))
    silent = insert(models.Note).values(scene_id=scene_id, card_id=character, text="", depth=0, frequency=1)
    await session.execute(silent)


async def of(session: AsyncSession, scene_id: int) -> tuple[Note, ...]:
    """Return the notes of a scene, its own first."""
    # In the order of a Note's fields.
    kept = select(models.Note.text, models.Note.card_id, models.Note.depth, models.Note.frequency)
    found = kept.where(models.Note.scene_id == scene_id).order_by(models.Note.card_id.is_not(None), models.Note.id)
    return tuple(Note(*row) for row in await session.execute(found))
