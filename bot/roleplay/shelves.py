"""The lorebooks that count in a scene, made ready for matching once: those attached to it, and those of its cards."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from bot.core import Member, Scene
from bot.store import books, cards
from bot.store.database import Database
from bot.words import Said
from characters import Card, CardError, expand, read_card
from characters.lore import Book, Shelf, read_book, read_card_book
from characters.lore.moment import Extra
from characters.lore.rules import Expand

MOST_READY = 64
"""Of all scenes and whoever speaks in them; the one that was made first goes first."""

Key = tuple[int, int, str, tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Ready:
    """The lore that counts when somebody speaks. On the shelf a book has a name for good; `titles` are for people.

    `chars` says whom `{{char}}` stands for in a book. `tags` and `extras` are what is known of whoever speaks.
    `problems` are sentences about books that cannot be read, and do not count.
    """

    shelf: Shelf
    titles: Mapping[str, str]
    chars: Mapping[str, str]
    tags: frozenset[str] = frozenset()
    extras: Mapping[Extra, str] = field(default_factory=dict["Extra", str])
    problems: tuple[Said, ...] = ()


class Shelves:
    """What was made ready lately. What a card brings never changes; of what is attached `forget` tells that it did."""

    def __init__(self) -> None:
        self._ready: dict[Key, Ready] = {}
        self._changes: dict[int, int] = {}

    def forget(self, scene_id: int) -> None:
        """Note that a lorebook of a scene says something else from now on."""
        self._changes[scene_id] = self._changes.get(scene_id, 0) + 1

    async def ready(self, database: Database, scene: Scene, speaker: str) -> Ready:
        """Return the lore that counts in a scene when `speaker` speaks."""
        change = self._changes.get(scene.id, 0)
        present = tuple(member.character for member in scene.present)
        async with database.reading() as session:
            attached = await books.attached(session, scene.id)
            key = (scene.id, change, speaker, present, tuple(book.id for book in attached))
            if key in self._ready:
                return self._ready[key]
            bodies = [(book, await books.body_of(session, book.id)) for book in attached]
            files = [(member, await cards.original_of(session, member.character)) for member in scene.present]
        self._ready[key] = await asyncio.to_thread(_made_ready, scene, speaker, bodies, files)
        while len(self._ready) > MOST_READY:
            del self._ready[next(iter(self._ready))]
        return self._ready[key]


def expander(
    chars: Mapping[str, str],
    *,
    char: str,
    user: str,
    persona: str,
    rng: Random,
    now: datetime,
    said: str = "",
    idle: timedelta | None = None,
) -> Expand:
    """Return how macros are expanded in the texts of books; in those that are nobody's own, `{{char}}` is `char`.

    `said` is the last line, `idle` how long ago it was. Variables are shared by all texts that are expanded so.
    """
    variables: dict[str, str] = {}

    def expanded(book: str, text: str) -> str:
        return expand(
            text,
            char=chars.get(book, char),
            user=user,
            rng=rng,
            now=now,
            persona=persona,
            seed=book,
            last_message=said,
            idle=idle,
            variables=variables,
        )

    return expanded


def macros_of(scene: Scene, speaker: str, chars: Mapping[str, str], *, rng: Random, now: datetime) -> Expand:
    """Return how macros are expanded in the texts of a scene's books when somebody speaks."""
    said, idle = last_said(scene, now)
    persona = persona_of(scene)
    return expander(chars, char=speaker, user=scene.opened_by, persona=persona, rng=rng, now=now, said=said, idle=idle)


def last_said(scene: Scene, now: datetime) -> tuple[str, timedelta | None]:
    """Return the last line of a story and how long ago it was said; replies that are still to come are none."""
    last = next((turn for turn in reversed(scene.turns) if turn.text), None)
    return (last.text, now - last.at) if last else ("", None)


def persona_of(scene: Scene) -> str:
    """Return whoever opened a scene as the model reads them; `{{user}}` stands for them."""
    player = scene.playing(scene.opener) if scene.opener is not None else None
    return player.block if player else ""


def _made_ready(
    scene: Scene,
    speaker: str,
    bodies: Sequence[tuple[books.Entry, str]],
    files: Sequence[tuple[Member, bytes]],
) -> Ready:
    named: dict[str, Book] = {}
    titles: dict[str, str] = {}
    chars: dict[str, str] = {}
    problems: list[Said] = []
    voice: Card | None = None
    for entry, body in bodies:
        name = f"book {entry.id}"
        named[name], titles[name] = read_book(body.encode(), source=entry.name), entry.name
    for member, original in files:
        try:
            card = read_card(original, source=member.name)
            voice = card if member.name == speaker else voice
            book = read_card_book(card, source=member.name)
        except CardError as error:
            problems.append(error.said)
            continue
        if book:
            name = f"card {member.character}"
            named[name], titles[name], chars[name] = book, book.name or member.name, member.name
    frozen = datetime.fromtimestamp(0, UTC)
    user, persona = scene.opened_by, persona_of(scene)
    macros = expander(chars, char=speaker, user=user, persona=persona, rng=Random(scene.id), now=frozen)
    shelf = Shelf(named, expand=macros)
    tags = frozenset(voice.tags) if voice else frozenset[str]()
    return Ready(shelf, titles, chars, tags, _extras(scene, voice) if shelf.extras else {}, tuple(problems))


def _extras(scene: Scene, voice: Card | None) -> dict[Extra, str]:
    known: dict[Extra, str] = {"scenario": scene.scenario, "persona_description": persona_of(scene)}
    if voice:
        known |= {
            "character_description": voice.description,
            "character_personality": voice.personality,
            "character_depth_prompt": voice.depth_prompt.text if voice.depth_prompt else "",
            "creator_notes": voice.creator_notes,
        }
    return known
