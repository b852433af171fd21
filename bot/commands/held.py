"""What somebody has, found by the number or the name that was typed."""

from asyncio import to_thread
from collections.abc import Sequence
from functools import partial

from bot.commands.desk import Desk
from bot.config import Settings
from bot.errors import Missing
from bot.platforms.terminal import find_cards
from bot.roleplay import collection
from bot.store import books, cards, holdings, people
from bot.store.database import FILENAME, Database, Session, lock, migrate
from bot.store.holdings import Held, Kind
from bot.words import Words
from characters import CardError, CardFile
from characters.lore import read_book


def cards_called(settings: Settings, names: Sequence[str]) -> tuple[CardFile, ...]:
    """Return the cards that are meant: files, those that come with Troupe, or those that somebody has here.

    Raises CardError.
    """
    try:
        return find_cards(names)
    except CardError:
        if not (settings.data / FILENAME).is_file():
            raise
        with lock(settings.data):
            migrate(settings.data)
            desk = Desk(settings, Words())
            return tuple(desk.run(partial(_called, desk, name)) for name in names)


async def own(session: Session, desk: Desk, kind: Kind) -> list[Held]:
    """Return what whoever sits here has of a kind."""
    known = await people.known(session, desk.account)
    seen = await holdings.visible(session, kind, person=known.id if known else None)
    return [held for held in seen if held.is_own]


async def row(session: Session, kind: Kind, held: Held) -> tuple[str, ...]:
    """Return how something is listed: its number, its name, what else tells it apart, its file."""
    if kind == "card":
        fields = await cards.fields_of(session, held.id)
        entry = await cards.entry(session, held.id)
        return f"#{held.id}", held.name, fields.get("creator", ""), fields.get("character_version", ""), entry.source
    entries = read_book((await books.body_of(session, held.id)).encode(), source=held.name).entries
    return f"#{held.id}", held.name, f"{len(entries):,}", (await books.entry(session, held.id)).source


async def find(session: Session, desk: Desk, kind: Kind, wanted: str) -> Held:
    """Return what somebody means by a number such as #3, or by its name: the newest of that. Raises Missing."""
    mine = await own(session, desk, kind)
    named = [one for one in mine if wanted == f"#{one.id}" or one.name.casefold() == wanted.strip().casefold()]
    if not named:
        raise Missing(kind, wanted)
    return max(named, key=lambda held: held.id)


async def stored_card(desk: Desk, wanted: str, database: Database) -> CardFile:
    """Return a card of one's own, or one that comes with Troupe. Raises Missing."""
    async with database.reading() as session:
        try:
            return await collection.stored_card(session, (await find(session, desk, "card", wanted)).id)
        except Missing:
            ours = await to_thread(collection.bundled)
            for short, file in ours.items():
                if wanted.strip().casefold() in (short, file.card.name.casefold(), file.card.spoken_name.casefold()):
                    return file
            raise


async def _called(desk: Desk, name: str, database: Database) -> CardFile:
    try:
        return await stored_card(desk, name, database)
    except Missing:
        (found,) = await to_thread(find_cards, [name])
        return found


async def stored_book(desk: Desk, wanted: str, database: Database) -> tuple[bytes, str]:
    """Return a lorebook of one's own as its file, and its name. Raises Missing."""
    async with database.reading() as session:
        held = await find(session, desk, "book", wanted)
        return (await books.body_of(session, held.id)).encode(), held.name
