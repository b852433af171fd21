"""Who is let in: the bot belongs to its owner, and nobody else uses it until the owner says so."""

from bot.core import Access, Account, Place
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import people, scenes, servers


class Door:
    """Who may use the bot, on the machine and on each server; and where players open scenes."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def access(self, place: Place) -> Access:
        """Say who may use the bot at a place."""
        async with self._house.database.reading() as session:
            return await servers.access(session, place.server)

    async def open_to(self, place: Place, account: Account, access: Access | None) -> None:
        """Set who may use the bot on the server of a place, None as on the machine; without a server, on the machine.

        Raises NotAllowed.
        """
        await self._house.allow(Action.MACHINE, account, place)
        async with self._house.database.writing() as session:
            await servers.change(session, place.server, access=access)

    async def invite(self, place: Place, account: Account, guest: Account) -> None:
        """Let somebody use the bot wherever those do who are invited. Raises NotAllowed."""
        await self._admit(place, account, guest, is_invited=True)

    async def uninvite(self, place: Place, account: Account, guest: Account) -> None:
        """Take an invitation back. Raises NotAllowed."""
        await self._admit(place, account, guest, is_invited=False)

    async def let_players_open(self, place: Place, account: Account, *, are_allowed: bool) -> None:
        """Say whether players open scenes at a place of a server, as they do where there is none. Raises NotAllowed."""
        await self._house.allow(Action.SERVER, account, place)
        async with self._house.database.writing() as session:
            await scenes.keep_place(session, place)
            await servers.let_players_open(session, place, are_allowed=are_allowed)

    async def _admit(self, place: Place, account: Account, guest: Account, *, is_invited: bool) -> None:
        await self._house.allow(Action.MACHINE, account, place)
        async with self._house.database.writing() as session:
            await people.invite(session, await people.person_of(session, guest), is_invited=is_invited)
