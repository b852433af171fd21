"""What people do with turns by hand: edit, delete, restore, undo, write somebody's line, throw dice.

Nobody speaks here. Only what moves the story's end waits for whoever does; edits and deletions never wait.
"""

from collections.abc import Mapping, Sequence

from bot.core import Account, Author, Place, Scene, Turn, TurnState
from bot.errors import Missing, PlayError
from bot.roleplay import dice, parts, players
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.path import from_last, last_said, number_of, said
from bot.roleplay.permissions import Action
from bot.roleplay.stages import Stages
from bot.roleplay.typed import Line, check_length, read_line
from bot.store import messages, people, personas, scenes, tree, turns
from bot.store.database import Session


class Turns:
    """The turns of the stories."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def numbers(self, place: Place) -> Mapping[int, int]:
        """Return the number of each turn of a scene, by its id.

        They count from the scene's first turn, those off the story too: a turn keeps its number whatever becomes of it.
        """
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            ids = await tree.ids(session, scene.id)
        return {id: number for number, id in enumerate(ids, start=1)}

    async def find(self, place: Place, written: str = "") -> Turn:
        """Find a turn by its number as a person writes it, `12` or `#12`; without one, the last that says something.

        Raises PlayError.
        """
        scene = await self._house.scene(place)
        if not written:
            if last := last_said(scene.turns):
                return last
            raise PlayError("The story has not begun: there is no turn yet.")
        number = number_of(written)
        async with self._house.database.reading() as session:
            turn = await tree.numbered(session, scene.id, number) if number else None
        if turn is None:
            raise PlayError("There is no turn {number}: /story shows their numbers.", number=written[:40])
        return turn

    async def edit(self, place: Place, account: Account, turn: int, text: str) -> Turn:
        """Let a turn, whoever wrote it, say something else. One that is being spoken is stopped.

        Raises PlayError where it is gone, or nothing would be left; LineTooLong, LineFiltered.
        """
        text = text.strip()
        check_length(text)
        if not text:
            raise PlayError("Nothing would be left of that turn: write what it is to say, or delete it.")
        async with self._house.changing(place) as (session, scene):
            former = await _existing(session, scene, turn)
            await self._house.allow(Action.EDIT, account, scene, former)
            await check_said(self._house, place, text)
            if scene.is_notebook:  # what stands between its pieces is a part of them
                text = former.text[: -len(former.text.lstrip())] + text
            person = await people.person_of(session, account)
            await turns.revise(session, former.id, text, person=person, at=self._house.now())
            self._stages.take_over(former.id)
            return await tree.turn(session, former.id)

    async def delete(self, place: Place, account: Account, turn: int) -> Turn:
        """Take a turn out of the story, and return it; what was said behind it stays.

        Raises PlayError where it is gone.
        """
        async with self._house.changing(place) as (session, scene):
            former = await _existing(session, scene, turn)
            await self._house.allow(Action.DELETE, account, scene, former)
            person = await people.person_of(session, account)
            await turns.revise(session, former.id, "", person=person, at=self._house.now())
        self._stages.forget(former.id)
        return former

    async def edited(self, message: str, text: str) -> Turn | None:
        """Let a line say what its message on a platform says now; None where no person's line is concerned.

        Nobody answers. A line that has become an aside leaves the story. What the bot edits itself changes nothing.
        Raises LineTooLong, LineFiltered.
        """
        async with self._house.database.writing() as session:
            turn = await messages.turn_of(session, message)
            if turn is None or not turn.text or not await _is_line(session, turn, message):
                return None
            own = await personas.own(session, turn.person) if turn.person is not None else ()
            typed = read_line(text, players.brackets_of(own))
            now = typed.text if isinstance(typed, Line) else ""
            await check_said(self._house, await scenes.place_of(session, turn.id), now)
            if now != turn.text:
                await turns.revise(session, turn.id, now, person=turn.person, at=self._house.now())
        if not now:
            self._stages.forget(turn.id)
        async with self._house.database.reading() as session:
            return await tree.turn(session, turn.id)

    async def deleted(self, message: str) -> Turn | None:
        """Take a turn out of the story that a message showed which was deleted on its platform, and return it.

        None where no turn is concerned. Other messages that show it are the platform's to delete.
        """
        async with self._house.database.writing() as session:
            turn = await messages.turn_of(session, message)
            await messages.forget(session, [message])
            if turn is None or not (turn.text or turn.state is TurnState.OPEN):
                return None
            await turns.revise(session, turn.id, "", person=turn.person, at=self._house.now())
        self._stages.forget(turn.id)
        return turn

    async def restore(self, place: Place, account: Account, turn: int | None = None) -> tuple[Turn, ...]:
        """Bring back what a deleted turn said last, and return it.

        Without a turn it is, in this order: a deleted end of the story; what was undone, down to its newest turn; what
        else was deleted last. Raises PlayError where there is nothing, StillSpeaking where the story's end would move.
        """
        async with self._house.changing(place) as (session, scene):
            if turn is None:
                turn = await _deleted_end(session, scene)
            if turn is None and (below := await tree.newest_below(session, scene.id, scene.leaf)):
                self._stages.check_free(place)
                back = await _down(session, scene, below)
                own = _first_own(back, await people.person_of(session, account))
                await self._house.allow(Action.RESTORE, account, scene, own)
                return back
            turn = turn or await turns.last_deleted(session, scene.leaf)
            if turn is None:
                raise PlayError("There is nothing to restore.")
            deleted = await in_scene(session, scene, turn)
            await self._house.allow(Action.RESTORE, account, scene, deleted)
            text = await turns.last_text(session, turn)
            if deleted.text or deleted.state is TurnState.OPEN or not text:
                raise PlayError("There is nothing to restore: that turn was not deleted.")
            person = await people.person_of(session, account)
            await turns.revise(session, turn, text, person=person, at=self._house.now())
            return (await tree.turn(session, turn),)

    async def undo(self, place: Place, account: Account, *, count: int = 1) -> tuple[Turn, ...]:
        """Take the last turns back, and return them, oldest first. They stay stored.

        Whoever opened the scene may, and moderators; others where the first of these is their line, and nobody else's
        follows. Raises PlayError where there are none; NotAllowed, StillSpeaking.
        """
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            in_window = len(said(scene.turns)) >= count
            gone = from_last(scene.turns if in_window else await scenes.story(session, scene.id), count)
            if not gone:
                raise PlayError("There is nothing to undo: the story has not begun.")
            own = _first_own(gone, await people.person_of(session, account))
            await self._house.allow(Action.UNDO, account, scene, own)
            await scenes.set_leaf(session, scene.id, gone[0].parent)
        return said(gone)

    async def say_as(self, place: Place, account: Account, name: str, text: str) -> Turn:
        """Let a person write the line of a character, or of the narrator, by hand. Nobody answers it.

        Raises PlayError where nobody is called so, or nothing is said; LineTooLong, LineFiltered.
        """
        text = text.strip()
        check_length(text)
        if not text:
            raise PlayError("Nothing was said: write the line behind the name.")
        async with self._house.changing(place) as (session, scene):
            await self._house.allow(Action.SPEAK_AS, account, scene)
            who = parts.named(scene, name)
            await check_said(self._house, place, text)
            return await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=who.author,
                name=who.name,
                text=text,
                at=self._house.now(),
                person=await people.person_of(session, account),
                character=who.character,
            )

    async def roll(self, place: Place, account: Account, notation: str) -> Turn:
        """Throw dice, such as `2d6+1`; what they show is a turn of whoever threw them. Nobody answers it.

        Raises PlayError where that is no roll.
        """
        async with self._house.changing(place) as (session, scene):
            thrown = dice.roll(notation, self._house.random(f"roll {scene.leaf}"))
            await self._house.allow(Action.SPEAK, account, scene)
            person = await people.person_of(session, account)
            return await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=players.name_of(scene, account, person),
                text=thrown.text,
                at=self._house.now(),
                person=person,
            )


async def in_scene(session: Session, scene: Scene, turn: int) -> Turn:
    """Return a turn of a scene. Raises PlayError where it is none of its."""
    try:
        await tree.check(session, scene.id, turn)
    except Missing as error:
        raise PlayError("That turn is not in the story that is played here.") from error
    return await tree.turn(session, turn)


async def _existing(session: Session, scene: Scene, turn: int) -> Turn:
    """Return a turn that says something, or is being spoken. Raises PlayError."""
    found = await in_scene(session, scene, turn)
    if not found.text and found.state is not TurnState.OPEN:
        raise PlayError("That turn is deleted already: it has to be restored first.")
    return found


async def _is_line(session: Session, turn: Turn, message: str) -> bool:
    """Tell whether a message is the one in which a person wrote a turn."""
    return [one.message for one in await messages.of_turn(session, turn.id) if not one.is_ours] == [message]


async def _deleted_end(session: Session, scene: Scene) -> int | None:
    """Return the turn behind the last one that says something, where it was deleted."""
    for turn in reversed(scene.turns):
        if turn.text or turn.state is TurnState.OPEN:
            return None
        if await turns.last_text(session, turn.id):
            return turn.id
    return None


def _first_own(gone: Sequence[Turn], person: int) -> Turn | None:
    """Return the first of some turns, where no other person has said any of them; None otherwise."""
    return gone[0] if gone and all(turn.person in (None, person) for turn in gone) else None


async def _down(session: Session, scene: Scene, leaf: int) -> tuple[Turn, ...]:
    before = {turn.id for turn in await scenes.story(session, scene.id)}
    await scenes.set_leaf(session, scene.id, leaf)
    return said([turn for turn in await scenes.story(session, scene.id) if turn.id not in before])
