"""What people bring along: theirs alone until they publish it to a server. What comes with the bot is for everybody."""

from asyncio import to_thread
from collections.abc import Sequence
from dataclasses import dataclass

from bot.core import Account, Place
from bot.errors import Missing, NotOwned, PlayError
from bot.roleplay import collection, faces
from bot.roleplay.collection import bundled
from bot.roleplay.house import House
from bot.roleplay.intake import Intake, Line
from bot.roleplay.permissions import Action
from bot.store import books, cards, holdings, people, personas
from bot.store.database import Session
from bot.store.holdings import Held, Kind
from characters import CardFile, Container, export_card
from characters.editing import edit_card

MADE_TO_PLAY_TOGETHER = ("mira", "tolly")


@dataclass(frozen=True, slots=True)
class Listed:
    """A card in the list that somebody sees: their own, published at the place, both; or it comes with the bot."""

    name: str
    is_own: bool = False
    is_published: bool = False
    is_bundled: bool = False


class Library:
    """All that was brought along, as each person sees it."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def keep(self, account: Account, files: Sequence[CardFile]) -> list[int]:
        """Store cards, whole and unchanged, as somebody's own, and return their ids. See `keep`."""
        return await keep(self._house, account, files)

    async def cards(self, place: Place, account: Account) -> tuple[Listed, ...]:
        """List the cards that somebody can use at a place: their own, those published there, those of the bot."""
        seen = await self.held(place, account, "card")
        listed = (Listed(one.name, one.is_own, one.is_published) for one in seen)
        ours = await to_thread(bundled)
        return (*listed, *(Listed(file.card.name, is_bundled=True) for file in ours.values()))

    async def picture(self, character: int) -> bytes | None:
        """Return the picture of a character's card as it came; None where it has none."""
        async with self._house.database.reading() as session:
            return await cards.picture_of(session, character)

    async def usual(self) -> tuple[CardFile, ...]:
        """Return the characters that a scene starts with where nobody names others: they were made for each other."""
        ours = await to_thread(bundled)
        return tuple(ours[short] for short in MADE_TO_PLAY_TOGETHER)

    async def held(self, place: Place, account: Account, kind: Kind) -> tuple[Held, ...]:
        """List what somebody can use at a place: their own first, then what is published there."""
        await self._house.allow(Action.LOOK, account, place)
        async with self._house.database.reading() as session:
            known = await people.known(session, account)
            return await holdings.visible(session, kind, person=known.id if known else None, server=place.server)

    async def find_card(self, place: Place, account: Account, name: str) -> CardFile:
        """Return the card that somebody means by a name or a nickname, or one of the bot's by its short id too.

        Their own comes first, then what is published at the place. Raises Missing, CardError.
        """
        wanted = _folded(name)
        seen = await self.held(place, account, "card")
        async with self._house.database.reading() as session:
            for one in sorted(seen, key=lambda one: (one.is_own, one.id), reverse=True):
                fields = await cards.fields_of(session, one.id)
                if wanted in (_folded(one.name), _folded(fields.get("nickname", ""))):
                    return await collection.stored_card(session, one.id)
        for short, file in (await to_thread(bundled)).items():
            if wanted in (short, _folded(file.card.name), _folded(file.card.spoken_name)):
                return file
        raise Missing("card", name)

    async def face(self, character: int | None, name: str) -> bytes:
        """Return the face of a character (the id of its card) as a small PNG, a drawn one where it has none.

        Without a character one is drawn for the name.
        """
        return await faces.face(self._house, character, name)

    async def take_card(
        self, place: Place, account: Account, data: bytes, *, source: str, beside: bytes | None = None
    ) -> Line:
        """Take in a card from its file, with the picture that lies beside it; an earlier version is kept.

        What cannot be read is refused, and leaves no trace. Raises NotAllowed.
        """
        return await (await self._intake(place, account)).card_data(data, source=source, beside=beside)

    async def edit_card(self, place: Place, account: Account, name: str, field: str, text: str) -> CardFile:
        """Let a field of a card of one's own say something else, and return the new one, which takes its place.

        Scenes keep the card that they were opened with. Raises NotAllowed, Missing, NotOwned, CardError.
        """
        await self._house.allow(Action.KEEP, account, place)
        async with self._house.database.reading() as session:
            held = await self._own(session, place, account, "card", name)
            former = await collection.stored_card(session, held.id)
        changed = await to_thread(edit_card, former, {field: text}, now=self._house.now())
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            await collection.take_card(session, person, changed, over=held.id)
        return changed

    async def take_book(self, place: Place, account: Account, data: bytes, *, source: str) -> Line:
        """Take in a lorebook from its file, as `take_card` does a card. Raises NotAllowed."""
        return await (await self._intake(place, account)).book_data(data, source=source)

    async def export_card(self, place: Place, account: Account, name: str, container: Container) -> bytes:
        """Write a card that somebody can use into a container. Raises Missing, CardError."""
        return await to_thread(export_card, await self.find_card(place, account, name), container)

    async def export_book(self, place: Place, account: Account, name: str) -> bytes:
        """Return a lorebook that somebody can use as its file. Raises Missing."""
        await self._house.allow(Action.LOOK, account, place)
        async with self._house.database.reading() as session:
            held = await self._find(session, place, account, "book", name)
            return (await books.body_of(session, held.id)).encode()

    async def publish(self, place: Place, account: Account, kind: Kind, name: str) -> Held:
        """Let everybody on the server of a place use what is one's own; without a server, everybody on the machine.

        Raises NotAllowed, Missing.
        """
        await self._house.allow(Action.PUBLISH if place.server else Action.MACHINE, account, place)
        async with self._house.database.writing() as session:
            held = await self._own(session, place, account, kind, name)
            await holdings.give(session, kind, held.id, server=place.server)
            return held

    async def unpublish(self, place: Place, account: Account, kind: Kind, name: str) -> Held:
        """Take something off the server of a place: one's own, or for its moderators whatever it is.

        Raises NotAllowed, Missing, and PlayError where it is not published there.
        """
        async with self._house.database.reading() as session:
            held = await self._find(session, place, account, kind, name)
        own = Action.PUBLISH if held.is_own else Action.SERVER
        await self._house.allow(own if place.server else Action.MACHINE, account, place)
        async with self._house.database.writing() as session:
            if not await holdings.take(session, kind, held.id, server=place.server):
                raise PlayError("{name} is not published here.", name=held.name)
            return held

    async def remove(self, place: Place, account: Account, kind: Kind, name: str) -> Held:
        """Take something of one's own away, and off all servers unless somebody else has it too.

        Stories keep what they know of it. Raises NotAllowed, Missing.
        """
        await self._house.allow(Action.KEEP, account, place)
        async with self._house.database.writing() as session:
            held = await self._own(session, place, account, kind, name)
            if kind == "persona":
                await personas.remove(session, held.id)
                return held
            await collection.give_away(session, kind, held.id, person=await people.person_of(session, account))
            return held

    async def _intake(self, place: Place, account: Account) -> Intake:
        await self._house.allow(Action.KEEP, account, place)
        return Intake(self._house.database.writing, await self._house.person(account))

    async def _own(self, session: Session, place: Place, account: Account, kind: Kind, name: str) -> Held:
        held = await self._find(session, place, account, kind, name)
        if not held.is_own:
            raise NotOwned(kind, name)
        return held

    async def _find(self, session: Session, place: Place, account: Account, kind: Kind, name: str) -> Held:
        known = await people.known(session, account)
        return await holdings.find(session, kind, name, person=known.id if known else None, server=place.server)


async def keep(house: House, account: Account, files: Sequence[CardFile]) -> list[int]:
    """Store cards, whole and unchanged, as somebody's own, and return their ids; one that is stored keeps its first.

    What comes with the bot belongs to nobody.
    """
    ours = {file.data for file in (await to_thread(bundled)).values()}
    async with house.database.writing() as session:
        person = await people.person_of(session, account)
        ids = [await collection.store_card(session, file) for file in files]
        for id, file in zip(ids, files, strict=True):
            if file.data not in ours:
                await holdings.give(session, "card", id, person=person)
    return ids


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
