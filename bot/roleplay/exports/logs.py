"""Logs in plain text, `Name: text`, in and out. It knows no database."""

import re
from collections.abc import Collection

from bot.core import Author
from bot.errors import EmptyStory, StoryFileError
from bot.roleplay.exports.story import Story, Told
from bot.roleplay.script import NARRATOR
from bot.words import sentence

HEADER = re.compile(r"(?P<name>[^\s:：*_\"“«「(\[][^:：\n]{0,39})(?::(?=\s|$)|：)[ \t]*(?P<text>.*)")
CONTROLS = {code: None for code in (*range(32), *range(127, 160)) if chr(code) not in "\n\t"}


def read_log(text: str, source: str, *, people: Collection[str] = ()) -> Story:
    """Read a log: a turn begins with a name of at most 40 characters and a colon; what follows belongs to it.

    Further lines may be indented. `people` are the names of those who are no characters. Raises StoryFileError, and
    then nothing of it.
    """
    persons = {name.casefold() for name in people}
    turns: list[tuple[str, list[str]]] = []
    for number, line in enumerate(text.translate(CONTROLS).split("\n"), start=1):
        if header := HEADER.fullmatch(line.rstrip()):
            turns.append((header["name"].strip(), [header["text"]]))
        elif turns:
            turns[-1][1].append(line.strip())
        elif line.strip():
            raise StoryFileError(
                source, sentence("it begins without a name, where “Name: text” was expected"), line=number
            )
    if not turns:
        raise EmptyStory(source, sentence("it is empty, where “Name: text” was expected"))
    return Story(
        title="",
        turns=tuple(Told(_author(name, persons), name, "\n".join(lines).strip()) for name, lines in turns),
    )


def to_log(story: Story) -> str:
    """Write a story as a log; further lines of a turn are indented, so that none can be taken for another turn.

    What the model did not see is left out, and all alternatives are.
    """
    return "".join(map(_entry, (told for told in story.turns if told.text and not told.hidden)))


def _entry(told: Told) -> str:
    if not told.name:
        return f"{told.text}\n"
    first, *more = told.text.split("\n")
    return "\n".join([f"{told.name}: {first}", *(f"  {line}" if line else "" for line in more)]) + "\n"


def _author(name: str, persons: Collection[str]) -> Author:
    if name.casefold() == NARRATOR.casefold():
        return Author.NARRATOR
    return Author.PERSON if name.casefold() in persons else Author.CHARACTER
