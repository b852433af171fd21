"""From a tree of turns to a story as files know it, and back. Pure."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.core import Author, Turn, TurnState
from bot.roleplay import blocks
from bot.roleplay.exports import Story, Told, tell
from bot.roleplay.exports.chats import Header, read_header, read_message
from bot.roleplay.tail import tokens_of
from bot.store import search
from bot.store.stories import Brought, Faces, Whole

NO_FACES = Faces({}, {})


@dataclass(frozen=True, slots=True)
class Voices:
    """Whose the turns of a story are that is brought in: characters by name; a person under these names."""

    person: int
    names: frozenset[str]
    characters: Mapping[str, int] = field(default_factory=dict[str, int])


@dataclass(frozen=True, slots=True)
class Tree:
    """Turns to be stored, and the places of those among them that are the story."""

    turns: tuple[Brought, ...]
    path: tuple[int, ...]


def retold(whole: Whole, faces: Faces = NO_FACES) -> Story:
    """Return a story as it reads now, with the alternatives of its replies; deleted turns are left out.

    What it was read from, where it was, comes back with it.
    """
    beside: dict[tuple[int | None, Author, str], list[Turn]] = {}
    for turn in whole.beside:
        beside.setdefault((turn.parent, turn.author, turn.name), []).append(turn)
    pairs = [
        (turn.name, told)
        for turn in whole.path
        if turn.state is not TurnState.OPEN
        and (told := _retold(turn, beside[turn.parent, turn.author, turn.name], whole.kept, _face(turn, faces)))
    ]
    turns = tuple(told for _, told in pairs)
    story = Story(whole.title, turns, whole.opened_at, whole.header, whole.is_notebook)
    if not whole.header:
        return story
    was = read_header(json.loads(whole.header))
    as_here = Story(was.title, tuple(replace(told, name=name) for name, told in pairs))
    title = was.title if whole.title == title_of(as_here) else whole.title
    return replace(story, title=title, opened_at=was.opened_at)


def retold_text(whole: Whole) -> Story:
    """Return a notebook as one text, without names."""
    text = "".join(blocks.piece(turn) for turn in whole.path if turn.text)
    return Story(whole.title, (Told(Author.NARRATOR, "", text),), whole.opened_at)


def title_of(story: Story) -> str:
    """Return the title of a story, which is that of its characters where it has none of its own."""
    return story.title or ", ".join(speaking(story)) or "…"


def speaking(story: Story) -> tuple[str, ...]:
    """Return the names of the characters who say something in a story, in the order in which they first do."""
    return tuple(dict.fromkeys(one.name for one in story.turns if one.author is Author.CHARACTER and not one.hidden))


def brought(story: Story, voices: Voices, *, at: datetime) -> Tree:
    """Return a story as turns to be stored, parents first; `at` is when the first was said where nobody knows.

    Alternatives of replies are turns beside them. The empty ones among them are only in what is kept.
    """
    turns, path = list[Brought](), list[int]()
    for told in story.turns:
        at = told.at or at
        is_reply = told.author is not Author.PERSON and not told.hidden and told.swipes
        texts, place = (told.swipes, told.swipe) if is_reply else ((told.text,), 0)
        parent = path[-1] if path else None
        for number, text in enumerate(texts):
            if number == place:
                path.append(len(turns))
            if number == place or text:
                turns.append(_brought(told, text, voices, at, parent, is_chosen=number == place))
    return Tree(tuple(turns), tuple(path))


def window_of(tree: Tree, *, tokens: int) -> int | None:
    """Return the place of the oldest turn of a story that may fit a window of so many tokens; None where all do."""
    oldest = tree.path[-1]
    for place in reversed(tree.path):
        tokens -= tokens_of(tree.turns[place].text)
        if tokens < 0:
            return oldest
        oldest = place
    return None


def _brought(told: Told, text: str, voices: Voices, at: datetime, parent: int | None, *, is_chosen: bool) -> Brought:
    return Brought(
        author=told.author,
        name=told.name,
        text=text,
        at=at,
        parent=parent,
        state=TurnState.CUT if told.cut and is_chosen else TurnState.DONE,
        person=voices.person if told.author is Author.PERSON and told.name in voices.names else None,
        character=voices.characters.get(told.name) if told.author is Author.CHARACTER else None,
        kept=told.kept if is_chosen else "",
        hidden=told.hidden,
        words="" if told.hidden else search.indexed(text),
    )


def _face(turn: Turn, faces: Faces) -> bytes | None:
    if turn.person is not None:
        return faces.personas.get((turn.person, turn.name))
    return faces.characters.get(turn.character) if turn.character is not None else None


def _retold(turn: Turn, beside: Sequence[Turn], kept: Mapping[int, str], face: bytes | None) -> Told | None:
    """Return a turn with its alternatives; None where it was deleted."""
    origin = next((one for one in beside if one.id in kept and (one == turn or one.author is not Author.PERSON)), None)
    if origin is None:
        return tell(turn, siblings=beside, face=face) if turn.text else None
    was = read_message(json.loads(kept[origin.id]), Header(turn.name, turn.name), kept=kept[origin.id])
    if not turn.text and (turn != origin or was.hidden or was.text):
        return replace(was, face=face) if turn == origin and was.hidden else None
    # Names were made fit to be spoken under when the story was brought in.
    now = replace(tell(turn, siblings=beside, face=face, kept=was.kept), name=was.name)
    return _as_it_was(replace(now, at=was.at if turn.at == origin.at else turn.at), was)


def _as_it_was(now: Told, was: Told) -> Told:
    """Return a turn with the alternatives that its file had, where they are the same but for the empty ones."""
    if now.author is Author.PERSON and was.swipes:
        swipes = (*was.swipes[: was.swipe], now.text, *was.swipes[was.swipe + 1 :])
        return replace(now, swipes=swipes, swipe=was.swipe)
    if not was.swipes and len(now.swipes) == 1:
        return replace(now, swipes=(), swipe=0)
    before, after = _said(was), _said(now)
    if not was.swipes or [was.swipes[place] for place in before] != [now.swipes[place] for place in after]:
        return now
    return replace(now, swipes=was.swipes, swipe=before[after.index(now.swipe)] if now.text else was.swipe)


def _said(told: Told) -> list[int]:
    return [place for place, text in enumerate(told.swipes) if text]
