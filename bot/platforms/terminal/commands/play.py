"""Commands that let somebody speak, or be silent."""

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command, number
from bot.platforms.terminal.player import PLACE, Player

MOST_SUGGESTIONS = 9


async def _retry(player: Player, argument: str) -> None:
    await player.follow(player.director.retry(PLACE, player.account, hint=argument))


async def _narrate(player: Player, argument: str) -> None:
    await player.follow(player.director.narrate(PLACE, player.account, hint=argument))


async def _suggest(player: Player, argument: str) -> None:
    count = number("suggest", argument or "3", most=MOST_SUGGESTIONS)
    suggestions = await player.director.suggesting.lines(PLACE, player.account, count=count)
    player.screen.answer("\n".join(f"- {suggestion}" for suggestion in suggestions))


async def _stop(player: Player, argument: str) -> None:
    if not player.director.stop(PLACE, player.account):
        raise PlayError("Nobody is speaking.")


COMMANDS = (
    Command("retry", "[HINT]", "let the last reply be spoken anew", _retry),
    Command("narrate", "[HINT]", "let a narrator tell what happens next", _narrate),
    Command("suggest", "[N]", "suggest lines that you could say", _suggest),
    Command("stop", "", "stop the reply and keep what was said", _stop),
)
