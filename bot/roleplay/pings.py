"""Who wants to be called when a reply is there that was long in coming. It calls nobody."""

from itertools import takewhile

from bot.core import Account, Author, Place, Scene
from bot.roleplay.house import House
from bot.store import people, servers


class Pings:
    """The wish to be called after a long wait, of each person."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def want(self, account: Account, *, is_wanted: bool) -> None:
        """Keep whether somebody wants to be called."""
        async with self._house.database.writing() as session:
            person = await people.person_of(session, account)
            await people.want_ping(session, person, is_wanted=is_wanted)

    async def wants(self, account: Account) -> bool:
        """Tell whether somebody wants to be called."""
        async with self._house.database.reading() as session:
            known = await people.known(session, account)
            return known is not None and account.id in await people.pinged(session, [known.id])

    async def waiting(self, place: Place, scene: Scene) -> tuple[str, ...]:
        """Return the accounts, on the platform of a place, of those who wait for a reply there and want to be called.

        The reply is the last turn of the scene, or behind it: who waits has said something since the one before.
        """
        async with self._house.database.reading() as session:
            if not (await servers.rules(session, place.server)).pings:
                return ()
        before = [turn for turn in scene.turns if turn.text]
        lines = takewhile(lambda turn: turn.author is Author.PERSON, reversed(before))
        waiting = {turn.person for turn in lines if turn.person is not None}
        async with self._house.database.reading() as session:
            accounts = await people.pinged(session, waiting)
        return tuple(account for account in accounts if account.partition(":")[0] == place.platform)
