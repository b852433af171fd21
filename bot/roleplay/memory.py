"""What a story is reminded of: authors' notes, pinned turns, facts to be kept, and old turns that matter again."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from bot.core import Account, Author, Member, Place, Scene, Turn
from bot.errors import LineTooLong, PlayError
from bot.roleplay import recall, reminders, script
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.shelves import last_said, persona_of
from bot.roleplay.tail import MOST_TOKENS, tokens_of
from bot.store import notes, search, tree, turns
from bot.store.notes import Note
from bot.store.search import Index
from characters import expand

MOST_NOTE_CHARACTERS = 8_000
MOST_DEPTH = 1_000
MOST_FREQUENCY = 100
MOST_FOUND = 10
CANDIDATES = 12

PINNED_PART = 1 / 4
"""Of the window: what is pinned is never trimmed, and the rest has to hold the story."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a reply is told from memory. `turns` are those that the memories quote."""

    note: str = ""
    character_note: str = ""
    memories: tuple[str, ...] = ()
    turns: tuple[int, ...] = ()


class Memory:
    """The notes, pins and facts of the scenes."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def notes(self, place: Place) -> tuple[tuple[str, Note], ...]:
        """Return the notes that count at a place, each with its character's name; the scene's own has none."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            kept = await reminders.counting(session, scene, [member.character for member in scene.present])
        names: dict[int | None, str] = {member.character: member.name for member in scene.members}
        return tuple((names.get(note.character, ""), note) for note in kept)

    async def set_note(
        self, place: Place, account: Account, text: str, *, character: str = "", depth: int = 4, frequency: int = 1
    ) -> bool:
        """Set the author's note of the scene or of a character in it; an empty one takes away the one that counts.

        A character's counts instead of what its card notes. It is told with every so many replies.
        Return whether all of it is read: the rest of a longer one is cut.
        Raises PlayError.
        """
        if len(text) > MOST_NOTE_CHARACTERS:
            raise LineTooLong(len(text), MOST_NOTE_CHARACTERS)
        if not (0 <= depth <= MOST_DEPTH and 1 <= frequency <= MOST_FREQUENCY):
            raise PlayError(
                "A note's depth is from 0 to {depth:,}, and it is told every 1 to {frequency} replies.",
                depth=MOST_DEPTH,
                frequency=MOST_FREQUENCY,
            )
        scene = await self._house.scene(place)
        await self._house.allow(Action.NOTE, account, scene)
        member = _present(scene, character) if character else None
        await check_said(self._house, place, text)
        note = Note(text.strip(), member.character if member else None, depth, frequency)
        async with self._house.database.writing() as session:
            if note.text:
                await notes.put(session, scene.id, note)
            else:
                await reminders.take_off(session, scene, note.character)
        return tokens_of(note.text) <= MOST_TOKENS

    async def pins(self, place: Place) -> tuple[Turn, ...]:
        """Return the turns of the story that never leave the window, oldest first."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            return await tree.pinned_above(session, scene.leaf)

    async def pin(self, place: Place, account: Account, turn_id: int) -> Turn:
        """Let a turn never leave the window, and return it. One that has left has all of the window read again.

        Raises PlayError where it says nothing or too much is pinned already, Missing.
        """
        scene = await self._house.scene(place)
        await self._house.allow(Action.MEMORY, account, scene)
        async with self._house.database.writing() as session:
            await tree.check(session, scene.id, turn_id)
            turn = await tree.turn(session, turn_id)
            if not turn.text:
                raise PlayError("That turn was deleted: there is nothing to pin.")
            self._check_room([*await tree.pinned_above(session, scene.leaf), turn])
            await turns.pin(session, turn_id, pinned=True)
        return replace(turn, pinned=True)

    async def unpin(self, place: Place, account: Account, turn_id: int) -> Turn:
        """Let a turn leave the window like the others again, and return it. Raises Missing."""
        scene = await self._house.scene(place)
        await self._house.allow(Action.MEMORY, account, scene)
        async with self._house.database.writing() as session:
            await tree.check(session, scene.id, turn_id)
            await turns.pin(session, turn_id, pinned=False)
            return await tree.turn(session, turn_id)

    async def remember(self, place: Place, account: Account, text: str) -> Turn:
        """Keep a fact: a narrator's turn where the story stands, pinned, so that the model always reads it.

        It can be edited, taken back and unpinned like any turn. Raises PlayError.
        """
        fact = " ".join(text.split())
        if not fact:
            raise PlayError("Say what is to be remembered, as in: the ring is cursed.")
        if len(fact) > MOST_NOTE_CHARACTERS:
            raise LineTooLong(len(fact), MOST_NOTE_CHARACTERS)
        await check_said(self._house, place, fact)
        person = await self._house.person(account)
        async with self._house.changing(place) as (session, scene):
            await self._house.allow(Action.MEMORY, account, scene)
            turn = await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.NARRATOR,
                name=script.NARRATOR,
                text=fact,
                at=self._house.now(),
                person=person,
            )
            self._check_room([*await tree.pinned_above(session, scene.leaf), turn])
            await turns.pin(session, turn.id, pinned=True)
        return replace(turn, pinned=True)

    async def search(self, place: Place, text: str) -> tuple[Turn, ...]:
        """Return the turns of the whole story that have words of a text, the best first."""
        scene = await self._house.scene(place)
        wanted = list(dict.fromkeys(search.words(text)))
        async with self._house.database.reading() as session:
            way = tree.climb(scene.leaf)
            found = await search.find(session, Index.TURNS, [scene.id], wanted, most=MOST_FOUND, among=way)
            return await tree.by_ids(session, found)

    def _check_room(self, pinned: Collection[Turn]) -> None:
        tokens = sum(tokens_of(turn.text) for turn in {turn.id: turn for turn in pinned}.values())
        if tokens > self._house.engine.info.window * PINNED_PART:
            raise PlayError("What is pinned may fill a quarter of the window at most: unpin something first.")


async def remembered(house: House, scene: Scene, turn: Turn) -> Remembered:
    """Gather what the reply that `turn` is opened for is told from memory: notes that are due, and old turns."""
    async with house.database.reading() as session:
        kept = await reminders.counting(session, scene, [turn.character] if turn.character else [])
    due = [note for note in kept if await _is_due(house, note, turn)]
    recalled = Remembered() if scene.window_from is None else await _recalled(house, scene, turn)
    deepest_first = sorted(due, key=lambda note: -note.depth)
    *_, note, character_note = ("", "", *(_expanded(house, scene, turn, note) for note in deepest_first))
    return replace(recalled, note=note, character_note=character_note)


def _expanded(house: House, scene: Scene, turn: Turn, note: Note) -> str:
    random = house.random(f"note {turn.id}")
    now = house.now()
    said, idle = last_said(scene, now)
    return expand(
        note.text,
        char=turn.name,
        user=scene.opened_by,
        persona=persona_of(scene),
        cast=[member.name for member in scene.present],
        rng=random,
        now=now,
        last_message=said,
        idle=idle,
    )


async def _is_due(house: House, note: Note, turn: Turn) -> bool:
    """Tell whether a reply's turn is one that is told a note; a character's own replies count for its note."""
    if note.frequency == 1 or note.character not in (None, turn.character):
        return note.character in (None, turn.character)
    async with house.database.reading() as session:
        return await tree.replies(session, turn.parent, note.character) % note.frequency == 0


async def _recalled(house: House, scene: Scene, turn: Turn) -> Remembered:
    """Look in what has left the window for what the newest lines are about."""
    first, way = scene.turns[0].id, tree.climb(scene.turns[0].parent)
    newest = recall.newest(scene.turns, turn.id)
    wanted = recall.asked(newest, script.names(scene))
    async with house.database.reading() as session:
        # How rare a word is, the window says too: what all talk of now needs no reminder.
        said_before = min((one.id for one in newest), default=first)
        counts = await search.counts(session, Index.TURNS, [scene.id], wanted, before=said_before)
        weights = recall.telling(counts)
        found = await search.find(
            session, Index.TURNS, [scene.id], list(weights), most=CANDIDATES, before=first, among=way
        )
        old = await tree.by_ids(session, found)
    worthy = [one for one in old if not one.pinned and recall.is_worth_telling(one.text, weights, recall.MEMORY)]
    kept = worthy[: recall.MOST_MEMORIES]
    return Remembered(memories=tuple(recall.memory(one, weights) for one in kept), turns=tuple(one.id for one in kept))


def _present(scene: Scene, name: str) -> Member:
    for member in scene.present:
        if member.name.casefold() == name.strip().casefold():
            return member
    raise PlayError("There is nobody called {name} in this scene.", name=name.strip())
