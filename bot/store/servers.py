"""What is set for whole servers, and for the machine: its settings are those of the server whose id is empty."""

from dataclasses import asdict, fields
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Access, Place, ServerRules
from bot.store import models

MACHINE = ""
ACCESS = "access"
PLAYERS_OPEN = "players_open"
RULES = "rules"
RULE_NAMES = frozenset(field.name for field in fields(ServerRules))


async def settings(session: AsyncSession, server: str) -> dict[str, Any]:
    """Return what is set for a server; nothing where it is not known."""
    return await session.scalar(select(models.Server.settings).where(models.Server.id == server)) or {}


async def change(session: AsyncSession, server: str, **values: Any) -> None:
    """Set something for a server; None takes a setting back."""
    now = await settings(session, server) | values
    kept = {name: value for name, value in now.items() if value is not None}
    known = sqlite.insert(models.Server).values(id=server, name="", settings=kept)
    await session.execute(known.on_conflict_do_update(index_elements=["id"], set_={"settings": kept}))


async def rules(session: AsyncSession, server: str) -> ServerRules:
    """Return the rules of a server, by whatever version they were kept; the usual ones where none are set."""
    kept: dict[str, Any] = (await settings(session, server)).get(RULES, {}) if server else {}
    values = {name: value for name, value in kept.items() if name in RULE_NAMES}
    return ServerRules(**{name: _tuple(value) for name, value in values.items()})


def _tuple(value: Any) -> Any:
    return tuple(cast(list[Any], value)) if isinstance(value, list) else value


async def set_rules(session: AsyncSession, server: str, rules: ServerRules) -> None:
    """Keep the rules of a server."""
    await change(session, server, **{RULES: asdict(rules)})


async def access(session: AsyncSession, server: str) -> Access:
    """Say who may use the bot on a server: as is set for it, or else for the machine; at first its owner alone."""
    for where in (server, MACHINE):
        if found := (await settings(session, where)).get(ACCESS):
            return Access(found)
    return Access.OWNER


async def players_open(session: AsyncSession, place: Place) -> bool:
    """Tell whether players open scenes at a place: where that is set, and where it belongs to no server."""
    return not place.server or place.id in (await settings(session, place.server)).get(PLAYERS_OPEN, [])


async def let_players_open(session: AsyncSession, place: Place, *, are_allowed: bool) -> None:
    """Keep whether players open scenes at a place of a server."""
    others = [id for id in (await settings(session, place.server)).get(PLAYERS_OPEN, []) if id != place.id]
    await change(session, place.server, players_open=[*others, place.id] if are_allowed else others)
