"""Commands about single turns: other alternatives, more of one, other words, none."""

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command, number
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.path import number_of


async def _swipe(player: Player, argument: str) -> None:
    director, account = player.director, player.account
    match argument.lower():
        case "" | "right":
            spoken = await player.follow(director.swipe(PLACE, account))
            alternatives = await director.swipes.alternatives(PLACE)
            player.show([alternatives.turn] if not spoken else [])
        case "left":
            alternatives = await director.swipes.left(PLACE, account)
            player.show([alternatives.turn])
        case _:
            alternatives = await director.swipes.show(PLACE, account, number("swipe", argument))
            player.show([alternatives.turn])
    player.screen.answer(f"({alternatives})")


async def _continue(player: Player, argument: str) -> None:
    await player.follow(player.director.continue_(PLACE, player.account))


async def _edit(player: Player, argument: str) -> None:
    which, _, text = argument.partition(" ")
    if not which.startswith("#") or number_of(which) is None:
        which, text = "", argument
    turn = await player.director.turns.find(PLACE, which)
    player.show([await player.director.turns.edit(PLACE, player.account, turn.id, text)])


async def _delete(player: Player, argument: str) -> None:
    turns = player.director.turns
    gone = await turns.delete(PLACE, player.account, (await turns.find(PLACE, argument)).id)
    player.answer("Deleted: the turn of {name}. /restore brings it back.", name=gone.name)


async def _restore(player: Player, argument: str) -> None:
    turns = player.director.turns
    wanted = (await turns.find(PLACE, argument)).id if argument else None
    player.show(await turns.restore(PLACE, player.account, wanted))


async def _undo(player: Player, argument: str) -> None:
    gone = await player.director.turns.undo(PLACE, player.account, count=number("undo", argument or "1"))
    player.answer_counted("Taken back: the last turn.", "Taken back: the last {count} turns.", count=len(gone))
    player.show((await player.story())[-1:])


async def _say(player: Player, argument: str) -> None:
    word, _, rest = argument.partition(" ")
    name, colon, text = rest.partition(":")
    if word.lower() != "as" or not colon:
        raise PlayError("/say takes a name and a line, as in /say as Narrator: It rains.")
    player.show([await player.director.turns.say_as(PLACE, player.account, name, text)])


async def _roll(player: Player, argument: str) -> None:
    player.show([await player.director.turns.roll(PLACE, player.account, argument or "d20")])


COMMANDS = (
    Command("continue", "", "let the last reply go on where it stopped", _continue),
    Command(
        "swipe", "[left|right|N]", "show another alternative of the last reply; to the right of all, a new one", _swipe
    ),
    Command("edit", "[#TURN] TEXT", "let the last turn, or another, say something else", _edit),
    Command("delete", "[#TURN]", "take the last turn, or another, out of the story", _delete),
    Command("restore", "[#TURN]", "bring back what was deleted or undone", _restore),
    Command("undo", "[N]", "take back the last turn, or the last N", _undo),
    Command("say", "as NAME: TEXT", "write the line of a character, or of the narrator", _say),
    Command("roll", "[DICE]", "throw dice, such as 2d6+1, into the story", _roll),
)
