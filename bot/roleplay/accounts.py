"""One person's accounts on several platforms: joined by a one-time code, or forgotten with all that they have."""

from datetime import timedelta

from bot.core import Account, Place, Role
from bot.errors import PlayError
from bot.roleplay.door import new_code
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import codes, forgetting, joining, people
from bot.store.codes import Purpose
from bot.store.forgetting import Belongings

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
                raise PlayError("That code is not good, or not any more: ask for a new one where it came from.")
            if used.person != person:
                await joining.join(session, person, into=used.person)
            return await people.accounts(session, used.person)

    async def belongings(self, account: Account) -> Belongings:
        """Count what is stored of somebody."""
        async with self._house.database.reading() as session:
            known = await people.known(session, account)
            return await forgetting.belongings(session, known.id if known else 0)

    async def forget(self, account: Account, *, is_unsaid: bool) -> None:
        """Forget somebody and all that is theirs alone; `is_unsaid`: the text of their lines in stories too.

        What they have published stays, and what others said. Raises PlayError for whoever owns the machine.
        """
        async with self._house.database.writing() as session:
            known = await people.known(session, account)
            if known is None:
                return
            if account.role is Role.OWNER or known.id in await codes.owners(session):
                raise PlayError("This bot is yours: its data folder is all that it knows of you. Delete that.")
            if is_unsaid:
                await forgetting.unsay(session, known.id)
            await forgetting.forget(session, known.id)
