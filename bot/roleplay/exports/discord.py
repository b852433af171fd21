"""A channel of Discord as DiscordChatExporter writes it in JSON, read into a story. It knows no database."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import cast

from bot.core import Author
from bot.errors import StoryFileError
from bot.roleplay.exports.chats import as_list, as_object
from bot.roleplay.exports.dates import read_date
from bot.roleplay.exports.story import Story, Told
from bot.roleplay.values import one_line
from bot.words import sentence
from characters import CardError
from characters.formats.fields import Fields
from characters.formats.text import parse

BEGINNING = re.compile(r'\s*\{\s*"(?:guild|channel|messages)"\s*:\s*[\[{]')
SAID = frozenset({"Default", "Reply", "ThreadStarterMessage"})
"""The kinds of messages that somebody wrote; the others tell who has joined, what was pinned, and so on."""

MOST_MESSAGES = 100_000


def is_discord(text: str) -> bool:
    """Tell whether a file looks like one of DiscordChatExporter, by how it begins."""
    return BEGINNING.match(text) is not None


def read_discord(text: str, source: str, *, people: Collection[str] = ()) -> Story:
    """Read what was written in a channel: what bots and webhooks say is characters', all else is people's.

    `people` are the names of those who are no characters though a bot speaks for them. Files and stickers stand in
    brackets, as nothing but their names is there. Raises StoryFileError, and then nothing of it.
    """
    persons = {name.casefold() for name in people}
    try:
        values = parse(text, source)
        if not isinstance(values.get("messages"), list):
            raise Fields(values, source).problem(
                "messages", 'field "{field}" is missing, where a list of messages was expected'
            )
        messages = as_list(values["messages"])
        if len(messages) > MOST_MESSAGES:
            raise Fields(values, source).problem(
                "messages", 'field "{field}" has more than {most:,} entries', most=MOST_MESSAGES
            )
        turns = tuple(_turns(messages, source, persons))
    except CardError as error:
        raise StoryFileError(source, error.problem) from error
    if not turns:
        raise StoryFileError(source, sentence("it holds no message, where at least one was expected"))
    channel = as_object(values.get("channel"))
    title = one_line(name) if isinstance(name := channel.get("name"), str) else ""
    return Story(title, turns, turns[0].at)


def _turns(messages: list[object], source: str, persons: Collection[str]) -> Iterator[Told]:
    for place, message in enumerate(messages):
        fields = Fields(as_object(message), source, f"messages[{place}].")
        if fields.text("type") not in {"", *SAID}:
            continue
        text = "\n".join(filter(None, _said(fields)))
        if not text:
            continue
        author = fields.part("author")
        name = author.name("nickname") or author.name("name")
        if not name:
            raise author.problem(
                "name", 'field "{field}" is missing or empty, where the name of who speaks was expected'
            )
        is_character = author.values.get("isBot") is True and name.casefold() not in persons
        yield Told(
            author=Author.CHARACTER if is_character else Author.PERSON,
            name=name,
            text=text,
            at=read_date(fields.values.get("timestamp")),
        )


def _said(fields: Fields) -> Iterator[str]:
    yield fields.text("content").strip()
    for embed in _objects(fields, "embeds"):
        yield embed.text("title").strip()
        yield embed.text("description").strip()
    for kind, name in (("attachments", "fileName"), ("stickers", "name")):
        for thing in _objects(fields, kind):
            yield f"[{shown}]" if (shown := thing.text(name).strip()) else ""


def _objects(fields: Fields, name: str) -> Iterator[Fields]:
    for place, item in enumerate(as_list(fields.values.get(name))):
        if isinstance(item, dict):
            found = cast("Mapping[str, object]", item)
            yield Fields(found, fields.source, f"{fields.path}{name}[{place}].")
