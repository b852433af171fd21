"""One-time codes, and who owns the machine: kept with what is set for it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Account
from bot.store import models, servers

CODES = "codes"
OWNERS = "owners"


class Purpose(StrEnum):
    """What a code is good for: it makes somebody the owner, lets somebody in, or joins two accounts of one person."""

    OWNER = "owner"
    GUEST = "guest"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Code:
    """What a code that was used is good for, and who (their id) had it made."""

    purpose: Purpose
    person: int | None


async def issue(
    session: AsyncSession, code: str, purpose: Purpose, *, person: int | None = None, until: datetime | None = None
) -> None:
    """Keep a code until it is used, or its time is over."""
    kept = await _codes(session)
    kept[code] = {"purpose": purpose, "person": person, "until": until.isoformat() if until else ""}
    await servers.change(session, servers.MACHINE, **{CODES: kept})


async def issued(session: AsyncSession, purpose: Purpose) -> str:
    """Return a code of this kind that is still good; empty where there is none."""
    return next((code for code, told in (await _codes(session)).items() if told["purpose"] == purpose), "")


async def use(session: AsyncSession, code: str, *purposes: Purpose, now: datetime) -> Code | None:
    """Use a code up, if it is good for one of these purposes; None where it is not, or not any more."""
    kept = {
        one: told
        for one, told in (await _codes(session)).items()
        if not told["until"] or datetime.fromisoformat(told["until"]) > now
    }
    used = kept.pop(code, None) if code in kept and kept[code]["purpose"] in purposes else None
    await servers.change(session, servers.MACHINE, **{CODES: kept})
    return Code(Purpose(used["purpose"]), used["person"]) if used else None


async def forget(session: AsyncSession, person: int) -> None:
    """Let no code be good any more that somebody has made."""
    kept = {code: told for code, told in (await _codes(session)).items() if told["person"] != person}
    await servers.change(session, servers.MACHINE, **{CODES: kept})


async def owners(session: AsyncSession) -> frozenset[int]:
    """Return the people (their ids) who have made the machine theirs by a code."""
    return frozenset((await servers.settings(session, servers.MACHINE)).get(OWNERS, ()))


async def own(session: AsyncSession, person: int) -> None:
    """Make the machine somebody's."""
    known = await owners(session)
    await servers.change(session, servers.MACHINE, **{OWNERS: sorted(known | {person})})


async def is_owner(session: AsyncSession, account: Account) -> bool:
    """Tell whether the machine belongs to whoever has an account."""
    person = await session.scalar(select(models.Account.person_id).where(models.Account.id == account.id))
    return person is not None and person in await owners(session)


async def _codes(session: AsyncSession) -> dict[str, dict[str, Any]]:
    return dict((await servers.settings(session, servers.MACHINE)).get(CODES, {}))
