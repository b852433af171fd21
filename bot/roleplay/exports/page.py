"""Stories as one HTML page that needs nothing beside it. It knows no database.

Text reaches the page through Jinja's escaping alone; what is let through unescaped is our own style and base64.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from jinja2 import Environment, StrictUndefined

from bot.core import Author
from bot.roleplay.exports.faces import data_uri
from bot.roleplay.exports.marks import Marked, paragraphs
from bot.roleplay.exports.story import Story

FOLDER = files("bot.roleplay.exports")
STYLE = FOLDER.joinpath("page.css").read_text(encoding="utf-8")
PAGE = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
).from_string(FOLDER.joinpath("page.html").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A turn on the page. `face` is the number of its picture, or None."""

    author: Author
    name: str
    paragraphs: tuple[tuple[str | Marked, ...], ...]
    face: int | None


def to_html(story: Story) -> str:
    """Write a story as a page: faces inside it, no script, no address of anything outside.

    A very long story takes seconds, and is for a thread.
    """
    pictures = dict.fromkeys(told.face for told in story.turns if told.face)
    uris = {picture: uri for picture in pictures if (uri := data_uri(picture))}
    places = {picture: place for place, picture in enumerate(uris)}
    return PAGE.render(story=story, style=STYLE, faces=list(uris.values()), turns=list(_shown(story, places)))


def _shown(story: Story, places: dict[bytes, int]) -> Iterator[Shown]:
    for told in story.turns:
        if told.text.strip():
            face = places.get(told.face) if told.face else None
            yield Shown(told.author, told.name, tuple(paragraphs(told.text)), face)
