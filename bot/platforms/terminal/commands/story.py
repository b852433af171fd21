"""Commands about the story: its turns, and scenes."""

import shlex

from bot.errors import PlayError
from bot.platforms.terminal.commands.files import export_story, import_story
from bot.platforms.terminal.commands.table import Command, number
from bot.platforms.terminal.player import PLACE, Player


async def _story(player: Player, argument: str) -> None:
    word, _, rest = argument.partition(" ")
    if act := {"export": export_story, "import": import_story}.get(word.lower()):
        await act(player, rest.strip())
        return
    told = await player.story()
    shown = told[-number("story", argument) :] if argument else told
    player.show(shown, await player.director.turns.numbers(PLACE) if shown else None)


async def _new(player: Player, argument: str) -> None:
    try:
        names = shlex.split(argument)
    except ValueError as error:
        raise PlayError("A quotation mark in the names of the cards is not closed.") from error
    await player.open(await player.cards_called(names))
    player.show(await player.story())


COMMANDS = (
    Command("story", "[N]", "show the story so far, or its last N turns, with their numbers; export, import", _story),
    Command("new", "[CARD...]", "open a new scene with these characters", _new),
)
