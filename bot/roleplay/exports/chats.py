"""SillyTavern's chats, one JSON object a line, read into stories. It knows no database.

Line 1 is a header, which groups of older versions lack; every other line is a message.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from bot.core import Author
from bot.errors import EmptyStory, StoryFileError
from bot.roleplay.exports.dates import read_date
from bot.roleplay.exports.story import Story, Told
from bot.roleplay.values import one_line
from bot.words import sentence
from characters import CardError
from characters.formats.fields import Fields
from characters.formats.text import NotJSON, parse

NARRATOR_TYPE = "narrator"
CUT = "troupe/cut"
TITLE = "troupe/title"
NOTEBOOK = "troupe/notebook"
UNUSED = "unused"
"""What SillyTavern writes for both names in the header of a group."""
MOST_SWIPES = 1_000


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says of the whole chat; a name that it does not tell is empty."""

    user: str = ""
    character: str = ""
    title: str = ""
    opened_at: datetime | None = None
    is_notebook: bool = False


def read_chat(text: str, source: str) -> Story:
    """Read a whole chat. Raises StoryFileError, and then nothing of it."""
    header, kept, turns = Header(), "", list[Told]()
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            values = parse(line, source)
            if "mes" in values:
                turns.append(read_message(values, header, kept=line.strip()))
            elif kept or turns or values.keys().isdisjoint(("user_name", "character_name", "chat_metadata")):
                raise Fields(values, source).problem(
                    "mes", """field "{field}" is missing, where a message's text was expected"""
                )
            else:
                header, kept = read_header(values), line.strip()
        except NotJSON as error:
            # A line of the chat is the first and only one of its JSON.
            problem = sentence("it is not valid JSON ({what}, column {column})", what=error.what, column=error.column)
            raise StoryFileError(source, problem, line=number) from error
        except CardError as error:
            raise StoryFileError(source, error.problem, line=number) from error
    if not turns:
        raise EmptyStory(source, sentence("it holds no message, where at least one was expected"))
    return Story(header.title, tuple(turns), header.opened_at, kept, header.is_notebook)


def read_header(values: Mapping[str, object]) -> Header:
    """Read the first line. Raises CardError, which names the field."""
    fields = Fields(values, "")
    names = [name if (name := fields.name(field)) != UNUSED else "" for field in ("user_name", "character_name")]
    metadata = Fields(as_object(values.get("chat_metadata")), "", "chat_metadata.")
    return Header(
        *names,
        title=one_line(metadata.text(TITLE)),
        opened_at=read_date(values.get("create_date")),
        is_notebook=metadata.values.get(NOTEBOOK) is True,
    )


def read_message(values: Mapping[str, object], header: Header, *, kept: str) -> Told:
    """Read one message. Raises CardError, which names the field."""
    fields = Fields(values, "")
    extra = as_object(values.get("extra"))
    author = _author(is_user=_flag(fields, "is_user"), extra=extra)
    name = fields.name("name") or (header.user if author is Author.PERSON else header.character)
    if not name:
        raise fields.problem("name", 'field "{field}" is missing or empty, where the name of who speaks was expected')
    text = fields.text("mes")
    swipes, swipe = _swipes(fields, text)
    return Told(
        author=author,
        name=name,
        text=text,
        at=read_date(values.get("send_date")),
        swipes=swipes,
        swipe=swipe,
        cut=extra.get(CUT) is True,
        hidden=_flag(fields, "is_system"),
        kept=kept,
    )


def world_of(header: str) -> str:
    """Return the name of the lorebook that a chat's header names, empty where it names none."""
    metadata = as_object(json.loads(header).get("chat_metadata")) if header else {}
    world = metadata.get("world_info")
    return world.strip() if isinstance(world, str) else ""


def as_object(value: object) -> dict[str, object]:
    """Return an object; an empty one where the value is none."""
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def as_list(value: object) -> list[object]:
    """Return a list; an empty one where the value is none."""
    return cast("list[object]", value) if isinstance(value, list) else []


def _author(*, is_user: bool, extra: Mapping[str, object]) -> Author:
    if extra.get("type") == NARRATOR_TYPE:
        return Author.NARRATOR
    return Author.PERSON if is_user else Author.CHARACTER


def _flag(fields: Fields, name: str) -> bool:
    value = fields.values.get(name)
    if value is not None and not isinstance(value, bool):
        raise fields.problem(name, 'field "{field}" is neither true nor false, where one of them was expected')
    return bool(value)


def _swipes(fields: Fields, text: str) -> tuple[tuple[str, ...], int]:
    """Return the alternatives and the place of the text among them, wherever the file says that it is."""
    found = fields.values.get("swipes")
    if items := as_list(found):
        found = ["" if item is None else item for item in items]
    if len(items) > MOST_SWIPES:
        raise fields.problem(
            "swipes",
            'field "{field}" has {count:,} entries, where at most {most:,} were expected',
            count=len(items),
            most=MOST_SWIPES,
        )
    swipes = list(Fields({"swipes": found}, "").texts("swipes"))
    if not swipes:
        return (), 0
    place = fields.values.get("swipe_id")
    if isinstance(place, int) and 0 <= place < len(swipes):
        swipes[place] = text
        return tuple(swipes), int(place)
    if text not in swipes:
        swipes.append(text)
    return tuple(swipes), swipes.index(text)
