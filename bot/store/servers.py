"""What is set for whole servers, and for the machine: that is the server whose id is empty."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store import models

MACHINE = ""


async def settings(session: AsyncSession, server: str) -> dict[str, Any]:
    """Return what is set for a server; nothing where it is not known."""
    return await session.scalar(select(models.Server.settings).where(models.Server.id == server)) or {}


async def change(session: AsyncSession, server: str, **values: Any) -> None:
    """Set something for a server; None takes a setting back."""
    now = await settings(session, server) | values
    kept = {name: value for name, value in now.items() if value is not None}
    known = sqlite.insert(models.Server).values(id=server, name="", settings=kept)
    await session.execute(known.on_conflict_do_update(index_elements=["id"], set_={"settings": kept}))
