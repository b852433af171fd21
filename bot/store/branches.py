"""Branches: names for ways through a scene's tree. It writes no turn."""

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.core import Branch
from bot.errors import Missing
from bot.store import models, scenes, tree


async def name(session: AsyncSession, scene_id: int, name: str, leaf: int | None) -> Branch:
    """Give a name, which no other branch of the scene has, to the way down to a turn. Raises Missing."""
    await tree.check(session, scene_id, leaf)
    branch = insert(models.Branch).values(scene_id=scene_id, name=name, leaf_id=leaf)
    id = (await session.execute(branch.returning(models.Branch.id))).scalar_one()
    return Branch(id, name, await tree.turn(session, leaf) if leaf else None)


async def known(session: AsyncSession, scene_id: int) -> tuple[Branch, ...]:
    """Return the branches of a scene, oldest first."""
    found = (
        select(models.Branch.id, models.Branch.name, models.Branch.leaf_id)
        .where(models.Branch.scene_id == scene_id)
        .order_by(models.Branch.id)
    )
    rows = (await session.execute(found)).all()
    leaves = await tree.turns(session, models.Turn.id.in_([row.leaf_id for row in rows]))
    by_id = {leaf.id: leaf for leaf in leaves}
    return tuple(Branch(row.id, row.name, by_id.get(row.leaf_id)) for row in rows)


async def enter(session: AsyncSession, scene_id: int, branch: Branch) -> None:
    """Let the story stand at the end of a branch, which moves along with it from now on. Raises Missing."""
    await scenes.change(session, scene_id, branch_id=branch.id, leaf_id=branch.leaf.id if branch.leaf else None)


async def leave(session: AsyncSession, scene_id: int) -> None:
    """Let no branch move along with the story. Raises Missing."""
    await scenes.change(session, scene_id, branch_id=None)


async def forget(session: AsyncSession, branch: Branch) -> None:
    """Take a branch's name away; its turns stay. Raises Missing."""
    await session.execute(update(models.Scene).where(models.Scene.branch_id == branch.id).values(branch_id=None))
    gone = delete(models.Branch).where(models.Branch.id == branch.id).returning(models.Branch.id)
    if await session.scalar(gone) is None:
        raise Missing("branch", branch.name)
