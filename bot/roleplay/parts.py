"""Which turn an action asks for: who is to speak it, and where it comes in the story. Pure."""

from bot.core import Author, Scene, Turn
from bot.errors import PlayError
from bot.roleplay import script
from bot.roleplay.names import one_called
from bot.roleplay.speaking import Part
from bot.roleplay.typed import Overrides
from engine import Priority

SOMETHING = r"root ::= [ \t\n]* [^ \t\n] .*"
"""A model that was done would mostly end at once: it has to say a word first."""


def narration(hint: str = "") -> Part:
    """Ask a narrator for a passage; `hint` says what about."""
    order = script.narration(hint)
    return Part(Author.NARRATOR, script.NARRATOR, priority=Priority.NARRATION, order=order, why="narrate")


def retry(last: Turn | None, *, overrides: Overrides, hint: str) -> Part | None:
    """Ask for another of a story's last reply; None where that is a person's line, or a fact of theirs.

    Raises PlayError where nobody has said anything to answer.
    """
    is_fact = last is not None and last.author is Author.NARRATOR and last.pinned and last.person is not None
    if last and (last.author is Author.PERSON or is_fact):
        return None
    if last is None or (last.author is Author.CHARACTER and last.parent is None):
        raise PlayError("There is nothing to retry: nobody has said anything that could be answered.")
    order = script.narration(hint) if last.author is Author.NARRATOR else hint
    return Part(
        last.author,
        last.name,
        last.character,
        instead_of=last,
        priority=Priority.RETRY,
        order=order,
        overrides=overrides,
        why="retry",
    )


def continuation(last: Turn | None, *, overrides: Overrides) -> Part:
    """Ask a story's last reply to go on. Raises PlayError where the last line is none."""
    if last is None or last.author is Author.PERSON:
        raise PlayError("There is nothing to continue: the last line is no reply.")
    return Part(
        last.author,
        last.name,
        last.character,
        continues=last,
        priority=Priority.RETRY,
        order=script.narration() if last.author is Author.NARRATOR else "",
        overrides=overrides,
        why="continue",
        grammar=SOMETHING,
    )


def named(scene: Scene, name: str) -> Part:
    """Return the part of whoever is called so: a character who is present, or the narrator. Raises PlayError."""
    if " ".join(name.split()).casefold() == script.NARRATOR.casefold():
        return Part(Author.NARRATOR, script.NARRATOR)
    member = one_called(scene.present, name, beside=(script.NARRATOR,))
    return Part(Author.CHARACTER, member.name, member.character)
