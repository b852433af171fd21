"""Which messages on platforms show the story, and what of it they should show. It sends none."""

from bot.core import Place, Shown, Turn
from bot.errors import NothingPlayed
from bot.roleplay.house import House
from bot.store import messages, scenes
from bot.store.database import Session


class Messages:
    """The messages that show the stories, by their ids (`platform:message-id`).

    A line's own message shows it from the moment that it is heard. A platform says of each message that it sends, has
    edited to show another turn, marks or deletes; what it is to do is told by `out_of_story` and the others.
    """

    def __init__(self, house: House) -> None:
        self._house = house

    async def sent(self, turn: int, *ids: str) -> None:
        """Note that messages of the bot show a turn, in this order, behind those that do so already. Raises Missing.

        What they showed before, as when a reply is edited into its retry, they show no more.
        """
        async with self._house.database.writing() as session:
            await messages.show(session, turn, ids, is_ours=True)

    async def moved(self, former: int, turn: int) -> None:
        """Note that all messages which showed a turn show another now, as after a swipe. Raises Missing."""
        async with self._house.database.writing() as session:
            await messages.move(session, former, turn)

    async def replaced(self, id: str, *, by: str) -> None:
        """Note that another message stands for one, as a proxy's does: the deletion of that means nothing then."""
        async with self._house.database.writing() as session:
            await messages.replace(session, id, by)

    async def gone(self, *ids: str) -> None:
        """Note that messages show nothing any more; the story stays.

        To be said before the bot deletes its own: the deletion that the platform tells of means nothing then.
        """
        async with self._house.database.writing() as session:
            await messages.forget(session, ids)

    async def marked(self, *ids: str) -> None:
        """Note that messages are marked as out of the story."""
        async with self._house.database.writing() as session:
            await messages.mark(session, ids, is_marked=True)

    async def unmarked(self, *ids: str) -> None:
        """Note that messages are not marked as out of the story any more."""
        async with self._house.database.writing() as session:
            await messages.mark(session, ids, is_marked=False)

    async def of(self, turn: int) -> tuple[Shown, ...]:
        """Return the messages that show a turn, in the order in which they were sent."""
        async with self._house.database.reading() as session:
            return await messages.of_turn(session, turn)

    async def newest(self, place: Place, *, last: int = 1) -> tuple[str, ...]:
        """Return the `last` messages that show something of the scene at a place, the newest first.

        Raises NothingPlayed.
        """
        async with self._house.database.reading() as session:
            scene, _ = await _stands_at(session, place)
            return await messages.newest(session, scene, last=last)

    async def turn(self, id: str) -> Turn | None:
        """Return the turn that a message shows."""
        async with self._house.database.reading() as session:
            return await messages.turn_of(session, id)

    async def out_of_story(self, place: Place) -> tuple[Shown, ...]:
        """Return the messages whose turns have left the story: to be deleted, or marked. Raises NothingPlayed.

        They were undone, stand beside what is told now, or are deleted. Marked ones are left out.
        """
        async with self._house.database.reading() as session:
            scene, leaf = await _stands_at(session, place)
            return await messages.out_of_story(session, scene, leaf)

    async def back_in_story(self, place: Place) -> tuple[Shown, ...]:
        """Return the marked messages whose turns are in the story again. Raises NothingPlayed."""
        async with self._house.database.reading() as session:
            scene, leaf = await _stands_at(session, place)
            return await messages.back_in_story(session, scene, leaf)

    async def unshown(self, place: Place, *, last: int) -> tuple[Turn, ...]:
        """Return those of the story's `last` turns that no message shows, oldest first. Raises NothingPlayed."""
        async with self._house.database.reading() as session:
            _, leaf = await _stands_at(session, place)
            return await messages.unshown(session, leaf, last=last)

    async def is_new(self, event: str) -> bool:
        """Note that an event (`platform:event-id`) which asks for an action is seen to; False where it was before."""
        async with self._house.database.writing() as session:
            return await messages.note(session, event, at=self._house.now())


async def _stands_at(session: Session, place: Place) -> tuple[int, int | None]:
    """Return the scene at a place and its leaf, by their ids: to read all of it takes much longer."""
    scene, leaf = await scenes.stands_at(session, place.id)
    if scene is None:
        raise NothingPlayed
    return scene, leaf
