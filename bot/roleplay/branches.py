"""Named branches of a story: made from any turn, gone to, drawn as a tree. Nobody speaks here."""

from bot.core import Account, Branch, Place, Scene, Turn
from bot.errors import PlayError
from bot.roleplay.drawing import Tree
from bot.roleplay.filters import check_said
from bot.roleplay.house import House
from bot.roleplay.path import number_of
from bot.roleplay.permissions import Action
from bot.roleplay.stages import Stages
from bot.roleplay.turns import in_scene
from bot.store import branches, scenes, tree
from bot.store.database import Session

MAIN = "main"
"""What the story was on before there were branches."""

MOST_NAME_CHARACTERS = 40
MOST_BRANCHES = 100


class Branches:
    """The branches of the stories."""

    def __init__(self, house: House, stages: Stages) -> None:
        self._house = house
        self._stages = stages

    async def known(self, place: Place) -> tuple[Branch, ...]:
        """Return the branches of the story at a place, oldest first. Raises NothingPlayed."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            return await branches.known(session, scene.id)

    async def make(self, place: Place, account: Account, name: str, *, turn: int | None = None) -> Branch:
        """Begin a branch behind a turn, or where the story stands, and go there. The first one names what was, "main".

        Raises PlayError where the name is taken or none, or the turn is not there; StillSpeaking.
        """
        name = _checked(name)
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            await self._house.allow(Action.BRANCH, account, scene)
            await check_said(self._house, place, name)
            known = await branches.known(session, scene.id) or (
                await branches.name(session, scene.id, MAIN, scene.leaf),
            )
            if _called(known, name):
                raise PlayError("There is a branch {name} already: choose another name.", name=name)
            if len(known) >= MOST_BRANCHES:
                raise PlayError("There are {count} branches already: delete one first.", count=len(known))
            leaf = scene.leaf if turn is None else (await in_scene(session, scene, turn)).id
            branch = await branches.name(session, scene.id, name, leaf)
            await branches.enter(session, scene.id, branch)
            return branch

    async def jump(self, place: Place, account: Account, to: str) -> Turn | None:
        """Let the story stand at the end of a branch, by its name, or at a turn, by its number, and return that turn.

        At a turn within the story no branch moves along any more. Raises PlayError where there is neither;
        StillSpeaking.
        """
        async with self._house.changing(place) as (session, scene):
            self._stages.check_free(place)
            await self._house.allow(Action.JUMP, account, scene)
            known = await branches.known(session, scene.id)
            branch = _called(known, to)
            leaf = branch.leaf if branch else await _numbered(session, scene, to)
            ending = sorted((one for one in known if one.leaf == leaf), key=lambda one: one.name != scene.branch)
            branch = branch or next(iter(ending), None)
            if branch:
                await branches.enter(session, scene.id, branch)
            else:
                await branches.leave(session, scene.id)
                await scenes.set_leaf(session, scene.id, leaf.id if leaf else None)
            return leaf

    async def forget(self, place: Place, account: Account, name: str) -> Branch:
        """Take a branch's name away, and return it; its turns stay. Raises PlayError where there is none."""
        async with self._house.changing(place) as (session, scene):
            await self._house.allow(Action.BRANCH, account, scene)
            branch = _called(await branches.known(session, scene.id), name)
            if branch is None:
                raise PlayError("There is no branch {name}.", name=name.strip()[:MOST_NAME_CHARACTERS])
            await branches.forget(session, branch)
            return branch

    async def tree(self, place: Place) -> Tree:
        """Return all that was ever said in the scene at a place, to be drawn. Raises NothingPlayed."""
        scene = await self._house.scene(place)
        async with self._house.database.reading() as session:
            turns = await tree.whole(session, scene.id)
            known = await branches.known(session, scene.id)
        names: dict[int, tuple[str, ...]] = {}
        for branch in known:
            if branch.leaf:
                names[branch.leaf.id] = (*names.get(branch.leaf.id, ()), branch.name)
        return Tree(turns, scene.leaf, names)


def _called(known: tuple[Branch, ...], name: str) -> Branch | None:
    wanted = " ".join(name.split()).casefold()
    return next((branch for branch in known if branch.name.casefold() == wanted), None)


def _checked(name: str) -> str:
    """Return a branch's name in good order. Raises PlayError."""
    name = " ".join(name.split())
    if not 1 <= len(name) <= MOST_NAME_CHARACTERS or not name.isprintable() or number_of(name) or name[0] == "#":
        raise PlayError(
            "A branch's name has 1 to {most} characters, does not begin with #, and is no number.",
            most=MOST_NAME_CHARACTERS,
        )
    return name


async def _numbered(session: Session, scene: Scene, written: str) -> Turn:
    number = number_of(written)
    turn = await tree.numbered(session, scene.id, number) if number else None
    if turn is None:
        wanted = " ".join(written.split())[:MOST_NAME_CHARACTERS]
        raise PlayError("There is no branch and no turn {wanted}: /branch tree shows them.", wanted=wanted)
    return turn
