"""Commands that keep the table safe: a pause, and what must not be said."""

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import PLACEHOLDERS, Command
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.forbidden import Side
from bot.words import sentence


async def _pause(player: Player, argument: str) -> None:
    paused = await player.director.pauses.pause(PLACE, player.account)
    player.answer("The scene is paused, and its last passage is folded away. /unpause lets it go on.")
    player.screen.note(player.words.say(paused.remark))


async def _unpause(player: Player, argument: str) -> None:
    await player.director.pauses.resume(PLACE, player.account)
    player.answer("The scene goes on.")


async def _filter(player: Player, argument: str) -> None:
    order, _, rest = argument.partition(" ")
    match order:
        case "":
            await _list(player)
        case "add":
            side, _, text = rest.strip().partition(" ")
            if side not in set(Side) or not text:
                side, text = Side.BOTH, rest
            rule = await player.director.filters.add(PLACE, player.account, text, side=Side(side))
            player.answer("Not to be said from now on: {text}", text=rule.text)
        case "remove":
            await player.director.filters.remove(PLACE, player.account, rest)
            player.answer("May be said again: {text}", text=rest.strip())
        case _:
            raise PlayError(
                "/filter takes nothing, add or remove, as in /filter add out {word}.", word=PLACEHOLDERS["WORD"]
            )


async def _list(player: Player) -> None:
    sides = {
        Side.BOTH: sentence("by nobody"),
        Side.INPUT: sentence("by people"),
        Side.OUTPUT: sentence("by characters"),
    }
    rules = await player.director.filters.of(PLACE, player.account)
    if not rules:
        player.answer("Everything may be said.")
        return
    player.answer("Not to be said:")
    player.screen.answer("\n".join(f"- {rule.text} ({player.words.say(sides[rule.side])})" for rule in rules))


COMMANDS = (
    Command("pause", "", "stop the scene and fold its last passage away", _pause),
    Command("unpause", "", "let a paused scene go on", _unpause),
    Command("filter", "[add [in|out] WORD | remove WORD]", "set which words or /patterns/ are not said", _filter),
)
