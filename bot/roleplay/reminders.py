"""Which notes count in a scene: those that players set, and those that cards bring, where players set none."""

from collections.abc import Iterable
from typing import Any

from bot.core import Scene
from bot.roleplay.tail import is_brief
from bot.store import cards, notes
from bot.store.database import Session
from bot.store.notes import Note


async def counting(session: Session, scene: Scene, characters: Iterable[int]) -> tuple[Note, ...]:
    """Return the notes that count in a scene, its own first; of these characters what their cards note, too."""
    kept = await notes.of(session, scene.id)
    settled = {note.character for note in kept}
    brought = [await of_card(session, character) for character in characters if character not in settled]
    return (*(note for note in kept if note.text), *filter(None, brought))


async def of_card(session: Session, character: int) -> Note | None:
    """Return what a character's card has told with its replies (SillyTavern's `depth_prompt`); None where nothing.

    What is too long for that stands in the head.
    """
    note: dict[str, Any] | None = (await cards.fields_of(session, character)).get("depth_prompt")
    if not note or not is_brief(note["text"]):
        return None
    return Note(note["text"], character, note["depth"], is_of_card=True)


async def take_off(session: Session, scene: Scene, character: int | None) -> None:
    """Take away what counts: a note that players have set, or else what a character's card notes."""
    kept = await notes.of(session, scene.id)
    if character is None or any(note.text for note in kept if note.character == character):
        await notes.put(session, scene.id, Note("", character))
    elif await of_card(session, character):
        await notes.silence(session, scene.id, character)
