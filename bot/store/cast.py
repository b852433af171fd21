"""Who is in a scene: its characters, and the people with who they play."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Member, Player
from bot.errors import Missing
from bot.store import models

_MEMBERS, _PLAYERS = models.Cast.__table__, models.Player.__table__
# Made once, and of tables: this is read with every scene, and objects would take longer.
_members = select(*_MEMBERS.c).where(_MEMBERS.c.scene_id == bindparam("scene")).order_by(_MEMBERS.c.position)
# In the order of a Player's fields.
_playing = (_PLAYERS.c[name] for name in ("id", "person_id", "name", "persona_id", "block", "after_id"))
_players = select(*_playing).where(_PLAYERS.c.scene_id == bindparam("scene")).order_by(_PLAYERS.c.id)


async def add_member(session: AsyncSession, scene_id: int, member: Member) -> None:
    """Put a character into a scene, behind those who are there."""
    behind = func.coalesce(func.max(models.Cast.position) + 1, 0)
    await session.execute(
        insert(models.Cast).values(
            scene_id=scene_id,
            card_id=member.character,
            position=select(behind).where(models.Cast.scene_id == scene_id).scalar_subquery(),
            name=member.name,
            block=member.block,
            talkativeness=member.talkativeness,
            muted=member.muted,
            after_id=member.after,
            examples=member.examples,
            aliases="\n".join(member.aliases),
            settings=member.settings,
            has_left=member.has_left,
            moves=written(member.moves),
        )
    )


async def members(session: AsyncSession, scene_id: int) -> tuple[Member, ...]:
    """Return the characters of a scene in the order of their arrival, those who have left too."""
    rows = await session.execute(_members, {"scene": scene_id})
    return tuple(
        Member(
            character=row.card_id,
            name=row.name,
            block=row.block,
            talkativeness=row.talkativeness,
            muted=row.muted,
            after=row.after_id,
            examples=row.examples,
            aliases=tuple(row.aliases.splitlines()),
            settings=row.settings,
            has_left=row.has_left,
            moves=tuple(map(int, row.moves.split())),
        )
        for row in rows
    )


def written(moves: Sequence[int]) -> str:
    """Write down the turns behind which a character left and came back."""
    return " ".join(map(str, moves))


async def change_member(session: AsyncSession, scene_id: int, character: int, **values: Any) -> None:
    """Set columns of a character in a scene. Raises Missing."""
    one = update(models.Cast).where(models.Cast.scene_id == scene_id, models.Cast.card_id == character)
    if await session.scalar(one.values(**values).returning(models.Cast.card_id)) is None:
        raise Missing("character", character)


async def add_player(
    session: AsyncSession, scene_id: int, *, person: int, name: str, persona: int | None, block: str, after: int | None
) -> Player:
    """Let somebody be who they play from a turn on."""
    player = insert(models.Player).values(
        scene_id=scene_id, person_id=person, persona_id=persona, name=name, block=block, after_id=after
    )
    id = (await session.execute(player.returning(models.Player.id))).scalar_one()
    return Player(id, person, name, persona, block, after)


async def players(session: AsyncSession, scene_id: int) -> tuple[Player, ...]:
    """Return who plays in a scene as whom, in the order in which they took that on."""
    return tuple(Player(*row) for row in await session.execute(_players, {"scene": scene_id}))


async def last_played(session: AsyncSession, place_id: str, person: int) -> int | None:
    """Return the persona that somebody last played at a place, in whichever scene; None where that was none."""
    last = (
        select(models.Player.persona_id)
        .join(models.Scene, models.Scene.id == models.Player.scene_id)
        .where(models.Scene.place_id == place_id, models.Player.person_id == person)
        .order_by(models.Player.id.desc())
        .limit(1)
    )
    return await session.scalar(last)
