"""Short ways to put a story into a database, for tests."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Author, Place, Turn
from bot.store import cards, scenes, turns

MIB_OF_TEXT = "x" * (1 << 20)
AT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
PLACE = Place("terminal:here", "the terminal")


async def open_scene(session: AsyncSession, place: Place = PLACE) -> int:
    beginning = scenes.Beginning("Rain", "Kim", None, "An inn at night.", AT)
    return await scenes.open_scene(session, place, beginning)


async def add_card(session: AsyncSession, name: str = "Mira") -> int:
    return await cards.add(
        session,
        digest=name.encode().hex(),
        name=name,
        source=f"{name}.json",
        original=name.encode(),
        picture=None,
        fields={"name": name},
    )


async def say(session: AsyncSession, scene: int, text: str, parent: int | None = None, **more: Any) -> Turn:
    more = {"author": Author.PERSON, "name": "Kim", "at": AT} | more
    return await turns.record(session, scene, parent=parent, text=text, **more)


async def begin_reply(session: AsyncSession, scene: int, parent: int | None = None) -> Turn:
    return await turns.open_reply(
        session, scene, parent=parent, name="Mira", author=Author.CHARACTER, character=None, at=AT
    )


async def tell(session: AsyncSession, scene: int, *texts: str) -> list[int]:
    """Record one turn below the other and return their ids."""
    ids: list[int] = []
    for text in texts:
        ids.append((await say(session, scene, text, ids[-1] if ids else None)).id)
    return ids


def texts(path: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in path]
