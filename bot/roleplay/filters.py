"""What must not be said at a server: set by its moderators, asked for each line and each reply."""

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bot.core import Account, Place
from bot.errors import LineFiltered, PlayError
from bot.roleplay.forbidden import NOTHING, Forbidden, Rule, Side, forbidden, is_said, read_rule
from bot.roleplay.house import House
from bot.roleplay.permissions import Action
from bot.store import servers

SETTING = "filters"
MOST_RULES = 500

logger = logging.getLogger(__name__)


class Filters:
    """The filters of all servers. A place that belongs to none has its own."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def of(self, place: Place, account: Account) -> tuple[Rule, ...]:
        """Return what must not be said at a place, in the order in which it was set. Raises PlayError."""
        await self._house.allow(Action.SERVER, account, place)
        return await self._rules(place)

    async def add(self, place: Place, account: Account, text: str, *, side: Side = Side.BOTH) -> Rule:
        """Forbid a word, some in a row, or a pattern written `/like this/i`; said already, its side is changed.

        Raises PlayError where that is nothing that could be found, or takes too long, or there are too many.
        """
        await self._house.allow(Action.SERVER, account, place)
        rule = await asyncio.to_thread(read_rule, text, side)
        async with self._house.database.writing() as session:
            rules = _read(await servers.settings(session, _server(place)))
            others = [one for one in rules if one.text != rule.text]
            if len(others) >= MOST_RULES:
                raise PlayError("There are {most} filters already: remove one first.", most=MOST_RULES)
            await servers.change(session, _server(place), **_written([*others, rule]))
        return rule

    async def remove(self, place: Place, account: Account, text: str) -> None:
        """Allow again what was forbidden. Raises PlayError."""
        await self._house.allow(Action.SERVER, account, place)
        async with self._house.database.writing() as session:
            rules = _read(await servers.settings(session, _server(place)))
            others = [rule for rule in rules if rule.text != " ".join(text.split())]
            if len(others) == len(rules):
                raise PlayError("There is no filter {text}.", text=text)
            await servers.change(session, _server(place), **_written(others))

    async def allowed(self, place: Place, texts: Sequence[str]) -> tuple[str, ...]:
        """Return those texts that a model may say at a place."""
        what = await self.forbidden(place)
        return tuple([text for text in texts if not await _says(what, text)])

    async def forbidden(self, place: Place) -> Forbidden:
        """Return what a model must not say at a place."""
        return await _forbidden(self._house, place, Side.OUTPUT)

    async def _rules(self, place: Place) -> tuple[Rule, ...]:
        return await _rules_of(self._house, place)


async def check_said(house: House, place: Place, *texts: str) -> None:
    """Raise LineFiltered where people must not say one of these at a place: all that others come to read is asked."""
    what = await _forbidden(house, place, Side.INPUT)
    for text in texts:
        if await _says(what, text):
            raise LineFiltered


async def _forbidden(house: House, place: Place, side: Side) -> Forbidden:
    texts = tuple(rule.text for rule in await _rules_of(house, place) if rule.side in (side, Side.BOTH))
    return await asyncio.to_thread(forbidden, texts) if texts else NOTHING


async def _says(what: Forbidden, text: str) -> bool:
    if what.is_empty or not text:
        return False
    slow = set[str]()
    said = await asyncio.to_thread(is_said, what, text, slow)
    for pattern in slow:
        logger.warning("the filter %r took too long and was left out", pattern)
    return said


async def _rules_of(house: House, place: Place) -> tuple[Rule, ...]:
    async with house.database.reading() as session:
        return _read(await servers.settings(session, _server(place)))


def _read(settings: dict[str, Any]) -> tuple[Rule, ...]:
    return tuple(Rule(rule["text"], Side(rule["side"])) for rule in settings.get(SETTING, []))


def _written(rules: Sequence[Rule]) -> dict[str, Any]:
    return {SETTING: [{"text": rule.text, "side": rule.side.value} for rule in rules] or None}


def _server(place: Place) -> str:
    return place.server or place.id
