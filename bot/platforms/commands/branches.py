"""Commands about the tree of the story: branches, and ways back."""

from bot.core import Branch
from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.drawing import drawn

SHOWN_TURNS = 3
SHOWN_CHARACTERS = 60


async def _make(player: Player, given: Given) -> None:
    branches, which = player.director.branches, given.text("turn")
    turn = (await player.director.turns.find(player.place, which)).id if which else None
    made = await branches.make(player.place, player.account, given.text("name"), turn=turn)
    await player.answer("The story goes on in the branch {name}.", name=made.name)
    if turn is not None:
        await _show_end(player)


async def _list(player: Player, given: Given) -> None:
    known = await player.director.branches.known(player.place)
    if not known:
        raise PlayError("There are no branches yet: /branch make and a name makes one.")
    scene = await player.look()
    here = scene.branch if scene else ""
    await player.screen.answer("\n".join(_described(branch, here) for branch in known))


def _described(branch: Branch, here: str) -> str:
    mark = "*" if branch.name == here else "-"
    end = f"{branch.leaf.name}: {' '.join(branch.leaf.text.split())}" if branch.leaf else ""
    return f"{mark} {branch.name}  {end[:SHOWN_CHARACTERS]}".rstrip()


async def _delete(player: Player, given: Given) -> None:
    gone = await player.director.branches.forget(player.place, player.account, given.text("name"))
    await player.answer("The name {name} is gone; its turns stay.", name=gone.name)


async def _jump(player: Player, given: Given) -> None:
    await player.director.branches.jump(player.place, player.account, given.text("to"))
    await _show_end(player)


async def _show_end(player: Player) -> None:
    await player.show(*(await player.story())[-SHOWN_TURNS:])


async def _tree(player: Player, given: Given) -> None:
    tree = await player.director.branches.tree(player.place)
    if not tree.turns:
        raise PlayError("The story has not begun: there is no turn yet.")
    await player.screen.answer(drawn(tree, player.words))


NAME = Option("name", "what it is called", Kind.BRANCH, is_needed=True, example="Rain")

COMMANDS = (
    Command(("branch", "list"), "list the branches of the story", _list, is_usual=True),
    Command(
        ("branch", "make"),
        "begin a branch here, or at a turn",
        _make,
        (NAME, Option("turn", "the number of the turn behind which it begins", Kind.TURN)),
    ),
    Command(("branch", "delete"), "forget the name of a branch; its turns stay", _delete, (NAME,)),
    Command(("branch", "tree"), "show all ways that the story took", _tree),
    Command(
        ("jump",),
        "go to a branch, or to any turn",
        _jump,
        (Option("to", "a branch, or the number of a turn, as in #12", Kind.BRANCH, is_needed=True, example="#12"),),
    ),
)
