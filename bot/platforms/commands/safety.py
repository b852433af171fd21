"""Commands that keep the table safe: a pause, and what must not be said."""

from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.forbidden import Side
from bot.words import sentence


async def _pause(player: Player, given: Given) -> None:
    paused = await player.director.pauses.pause(player.place, player.account)
    await player.answer("The scene is paused, and its last passage is folded away. /unpause lets it go on.")
    await player.screen.alarm(player.words.say(paused.remark))


async def _unpause(player: Player, given: Given) -> None:
    await player.director.pauses.resume(player.place, player.account)
    await player.answer("The scene goes on.")


async def _add(player: Player, given: Given) -> None:
    side = Side(given.text("side") or Side.BOTH)
    rule = await player.director.filters.add(player.place, player.account, given.text("words"), side=side)
    await player.answer("Not to be said from now on: {text}", text=rule.text)


async def _remove(player: Player, given: Given) -> None:
    await player.director.filters.remove(player.place, player.account, given.text("words"))
    await player.answer("May be said again: {text}", text=given.text("words"))


async def _list(player: Player, given: Given) -> None:
    sides = {
        Side.BOTH: sentence("by nobody"),
        Side.INPUT: sentence("by people"),
        Side.OUTPUT: sentence("by characters"),
    }
    rules = await player.director.filters.of(player.place, player.account)
    if not rules:
        await player.answer("Everything may be said.")
        return
    await player.answer("Not to be said:")
    await player.screen.answer("\n".join(f"- {rule.text} ({player.words.say(sides[rule.side])})" for rule in rules))


WORDS = Option("words", "a word, words, or a /pattern/", is_needed=True, example="dragon")

COMMANDS = (
    Command(("pause",), "stop the scene and fold its last passage away", _pause),
    Command(("unpause",), "let a paused scene go on", _unpause),
    Command(("filter", "list"), "list what must not be said here", _list, is_usual=True),
    Command(
        ("filter", "add"),
        "set what must not be said here",
        _add,
        (Option("side", "by whom", Kind.CHOICE, choices=tuple(map(str, Side))), WORDS),
    ),
    Command(("filter", "remove"), "let something be said again", _remove, (WORDS,)),
)
