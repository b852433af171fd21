"""Commands about the tree of the story: branches, and ways back."""

from bot.core import Branch
from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.drawing import drawn

SHOWN_TURNS = 3
SHOWN_CHARACTERS = 60


async def _branch(player: Player, argument: str) -> None:
    branches = player.director.branches
    word, _, rest = argument.partition(" ")
    if not argument:
        await _list(player)
    elif word.lower() == "delete" and rest:
        gone = await branches.forget(PLACE, player.account, rest)
        player.answer("The name {name} is gone; its turns stay.", name=gone.name)
    else:
        name, space, which = argument.rpartition(" #")
        turn = (await player.director.turns.find(PLACE, f"#{which}")).id if space else None
        made = await branches.make(PLACE, player.account, name if space else argument, turn=turn)
        player.answer("The story goes on in the branch {name}.", name=made.name)
        if turn is not None:
            await _show_end(player)


async def _list(player: Player) -> None:
    known = await player.director.branches.known(PLACE)
    if not known:
        raise PlayError("There are no branches yet: /branch and a name makes one.")
    scene = await player.director.scene(PLACE)
    here = scene.branch if scene else ""
    player.screen.answer("\n".join(_described(branch, here) for branch in known))


def _described(branch: Branch, here: str) -> str:
    mark = "*" if branch.name == here else "-"
    end = f"{branch.leaf.name}: {' '.join(branch.leaf.text.split())}" if branch.leaf else ""
    return f"{mark} {branch.name}  {end[:SHOWN_CHARACTERS]}".rstrip()


async def _jump(player: Player, argument: str) -> None:
    if not argument:
        raise PlayError("/jump takes the name of a branch or the number of a turn, as in /jump #12.")
    await player.director.branches.jump(PLACE, player.account, argument)
    await _show_end(player)


async def _show_end(player: Player) -> None:
    player.show((await player.story())[-SHOWN_TURNS:])


async def _tree(player: Player, argument: str) -> None:
    tree = await player.director.branches.tree(PLACE)
    if not tree.turns:
        raise PlayError("The story has not begun: there is no turn yet.")
    player.screen.answer(drawn(tree, player.words))


COMMANDS = (
    Command(
        "branch",
        "[NAME [#TURN]]",
        "list the branches, or begin one here or at a turn; delete NAME forgets one",
        _branch,
    ),
    Command("jump", "NAME|#TURN", "go to a branch, or to any turn", _jump),
    Command("tree", "", "show all ways that the story took", _tree),
)
