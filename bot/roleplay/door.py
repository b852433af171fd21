"""Who is let in: the bot belongs to its owner, and nobody else uses it until the owner says so."""

import secrets
from datetime import timedelta

from bot.core import Access, Account, Place
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import codes, people, scenes, servers
from bot.store.codes import Purpose

CODE_BYTES = 12
INVITATION_DAYS = 7


def new_code() -> str:
    """Make a code that nobody guesses, of letters, digits, `-` and `_`."""
    return secrets.token_urlsafe(CODE_BYTES)


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

    async def is_owner(self, account: Account) -> bool:
        """Tell whether somebody has made the machine theirs by its code."""
        async with self._house.database.reading() as session:
            return await codes.is_owner(session, account)

    async def claim_code(self) -> str:
        """Return the code that makes somebody the owner, the same until it is used; empty once there is one."""
        async with self._house.database.writing() as session:
            if await codes.owners(session):
                return ""
            if not (code := await codes.issued(session, Purpose.OWNER)):
                code = new_code()
                await codes.issue(session, code, Purpose.OWNER)
            return code

    async def invitation(self, place: Place, account: Account) -> str:
        """Make a code that lets one person in, within a week. From now on those who are invited use the machine.

        Raises NotAllowed.
        """
        await self._house.allow(Action.MACHINE, account, place)
        code = new_code()
        async with self._house.database.writing() as session:
            if await servers.access(session, servers.MACHINE) is Access.OWNER:
                await servers.change(session, servers.MACHINE, access=Access.INVITED)
            until = self._house.now() + timedelta(days=INVITATION_DAYS)
            await codes.issue(session, code, Purpose.GUEST, until=until)
        return code

    async def admit(self, place: Place, account: Account) -> None:
        """Raise NotAllowed where somebody may not play at a place."""
        await self._house.allow(Action.SPEAK, account, place)

    async def enter(self, account: Account, code: str) -> Access | None:
        """Let somebody in by a code, as the owner or as invited; None where it is not good, or not any more."""
        async with self._house.database.writing() as session:
            used = await codes.use(session, code, Purpose.OWNER, Purpose.GUEST, now=self._house.now())
            if used is None:
                return None
            person = await people.person_of(session, account)
            if used.purpose is Purpose.OWNER:
                await codes.own(session, person)
            await people.invite(session, person, is_invited=True)
            return Access.OWNER if used.purpose is Purpose.OWNER else Access.INVITED

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
