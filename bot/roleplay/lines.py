"""What people say: recorded as turns, with the numbers that count for whatever answers them."""

from collections.abc import Iterable

from bot.core import Author, Incoming, Turn
from bot.errors import NothingPlayed
from bot.roleplay import players
from bot.roleplay.choosing import Choosing
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.roleplay.typed import Line, Overrides
from bot.store import scenes, turns


class Lines:
    """The lines that are heard. Numbers typed with a line are kept until it is answered."""

    def __init__(self, house: House, choosing: Choosing) -> None:
        self._house = house
        self._choosing = choosing
        self._overrides: dict[int, Overrides] = {}

    async def record(self, incoming: Incoming, typed: Line) -> Turn | None:
        """Store a line; None where its event was recorded before, or nothing of it belongs to the story.

        Raises NothingPlayed, LineFiltered, NotAllowed, PlayError.
        """
        await self._house.allow(Action.SPEAK, incoming.account, incoming.place)
        await check_said(self._house, incoming.place, typed.text)
        async with self._house.database.writing() as session:
            scene = await scenes.current(session, incoming.place.id)
            if scene is None:
                raise NothingPlayed
            if await turns.by_event(session, incoming.event):
                return None
            speaker = await players.speaker_of(session, scene, incoming.account, typed.text)
            if speaker is None:
                return None
            await check_said(self._house, incoming.place, speaker.name, speaker.about)
            turn = await turns.record(
                session,
                scene.id,
                parent=scene.leaf,
                author=Author.PERSON,
                name=speaker.name,
                text=speaker.text,
                at=incoming.at,
                event=incoming.event,
                person=speaker.person,
            )
        await self._choosing.note(scene.id, turn, incoming)
        if overrides := (*typed.overrides.values, *speaker.overrides.values):
            self._overrides[turn.id] = Overrides(overrides)
        return turn

    def override(self, lines: Iterable[Turn], overrides: Overrides) -> None:
        """Let these numbers, and no others, count for what answers some lines."""
        self._overrides |= {line.id: overrides for line in lines}

    def take_overrides(self, lines: Iterable[Turn]) -> Overrides:
        """Return the numbers that count for what answers some lines, once; the later ones win."""
        values = [value for line in lines for value in self._overrides.pop(line.id, Overrides()).values]
        return Overrides(tuple(dict(values).items()))
