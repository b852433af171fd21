"""One person's accounts on several platforms: joined by a one-time code, so that all they have follows them."""

from datetime import timedelta

from bot.core import Account, Place
from bot.errors import PlayError
from bot.roleplay.door import new_code
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import codes, joining, people
from bot.store.codes import Purpose

LINK_MINUTES = 15


class Accounts:
    """Who has which accounts."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def code(self, place: Place, account: Account) -> str:
        """Make a code that joins another account to this one, once, within a quarter of an hour. Raises NotAllowed."""
        await self._house.allow(Action.KEEP, account, place)
        code = new_code()
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            until = self._house.now() + timedelta(minutes=LINK_MINUTES)
            await codes.issue(session, code, Purpose.LINK, person=person, until=until)
        return code

    async def join(self, account: Account, code: str) -> tuple[Account, ...]:
        """Join an account to the one that a code was made for, and return all accounts of that person.

        The code stands for an invitation too, where that person has one. Raises PlayError where it is not good.
        """
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            used = await codes.use(session, code.strip(), Purpose.LINK, now=self._house.now())
            if used is None or used.person is None:
                raise PlayError("That code is not good, or not any more: /link makes a new one.")
            if used.person != person:
                await joining.join(session, person, into=used.person)
            return await people.accounts(session, used.person)
