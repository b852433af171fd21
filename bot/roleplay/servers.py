"""What the moderators of a server set for it, and the few notes that platforms keep for themselves.

It enforces nothing but the limits: who somebody is and where they are heard a platform says.
"""

from dataclasses import replace
from typing import Any, cast

from bot.core import Account, Place, ServerRules
from bot.errors import PlayError
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import scenes, servers

MOST_LISTED = 25


class Servers:
    """The rules of all servers. Those that were asked for are remembered, for they are asked for with each line."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._known: dict[str, ServerRules] = {}

    def known(self, place: Place) -> ServerRules:
        """Return the rules of the server of a place as far as they were asked for before."""
        return self._known.get(place.server, ServerRules())

    async def rules(self, place: Place) -> ServerRules:
        """Return the rules of the server of a place; where there is none, those that count without any."""
        if not place.server:
            return ServerRules()
        if place.server not in self._known:
            async with self._house.database.reading() as session:
                self._known[place.server] = await servers.rules(session, place.server)
        return self._known[place.server]

    async def change(self, place: Place, account: Account, **wanted: Any) -> ServerRules:
        """Set some of the rules by their names, and return them all. Raises PlayError where they make no sense."""
        await self._house.allow(Action.SERVER, account, place)
        if not place.server:
            raise PlayError("This place belongs to no server: there is nothing to be set for one.")
        for name, value in wanted.items():
            _check(name, value)
        async with self._house.database.writing() as session:
            await scenes.keep_place(session, place)
            rules = replace(await servers.rules(session, place.server), **wanted)
            await servers.set_rules(session, place.server, rules)
        self._known[place.server] = rules
        return rules

    async def players_open(self, place: Place) -> bool:
        """Tell whether players open scenes at a place."""
        async with self._house.database.reading() as session:
            return await servers.players_open(session, place)

    async def kept(self, name: str) -> str:
        """Return what a platform keeps under a name; empty where that is nothing."""
        async with self._house.database.reading() as session:
            return str((await servers.settings(session, servers.MACHINE)).get(name, ""))

    async def keep(self, name: str, value: str) -> None:
        """Keep something for a platform, under a name that begins with the platform's."""
        async with self._house.database.writing() as session:
            await servers.change(session, servers.MACHINE, **{name: value or None})


def _check(name: str, value: object) -> None:
    if isinstance(value, tuple) and len(cast(tuple[object, ...], value)) > MOST_LISTED:
        raise PlayError("At most {most} can be named there.", most=MOST_LISTED)
    if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= 1_000_000_000:
        raise PlayError("That is no number that could be meant: expected one from 0 on.")
