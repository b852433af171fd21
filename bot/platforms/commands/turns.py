"""Commands about single turns: other words, none, somebody's line written by hand."""

import re

from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player

LEADING_AS = re.compile(r"^as\s+", re.IGNORECASE)
"""As in /say as Mira: Hm."""

TURN = Option("turn", "the number of a turn, as /story show tells it; without it, the last", Kind.TURN)


async def _edit(player: Player, given: Given) -> None:
    turn = await player.director.turns.find(player.place, given.text("turn"))
    await player.show(await player.director.turns.edit(player.place, player.account, turn.id, given.text("text")))


async def _text(player: Player, given: Given) -> str:
    return (await player.director.turns.find(player.place, given.text("turn"))).text


async def _delete(player: Player, given: Given) -> None:
    turns = player.director.turns
    wanted = await turns.find(player.place, given.text("turn"))
    gone = await turns.delete(player.place, player.account, wanted.id)
    await player.answer("Deleted: the turn of {name}. /restore brings it back.", name=gone.name)


async def _restore(player: Player, given: Given) -> None:
    turns, which = player.director.turns, given.text("turn")
    wanted = (await turns.find(player.place, which)).id if which else None
    await player.show(*await turns.restore(player.place, player.account, wanted))


async def _undo(player: Player, given: Given) -> None:
    gone = await player.director.turns.undo(player.place, player.account, count=given.number("count") or 1)
    await player.answer_counted("Taken back: the last turn.", "Taken back: the last {count} turns.", count=len(gone))
    await player.show(*(await player.story())[-1:])


async def _say(player: Player, given: Given) -> None:
    name = LEADING_AS.sub("", given.text("as"))
    await player.show(await player.director.turns.say_as(player.place, player.account, name, given.text("text")))


async def _roll(player: Player, given: Given) -> None:
    await player.show(await player.director.turns.roll(player.place, player.account, given.text("dice") or "d20"))


COMMANDS = (
    Command(
        ("edit",),
        "let the last turn, or another, say something else",
        _edit,
        (TURN, Option("text", "what it says then", is_needed=True, is_long=True, example="It rains.")),
        draft=_text,
    ),
    Command(("delete",), "take the last turn, or another, out of the story", _delete, (TURN,)),
    Command(("restore",), "bring back what was deleted or undone", _restore, (TURN,)),
    Command(
        ("undo",),
        "take back the last turn, or several",
        _undo,
        (Option("count", "how many turns", Kind.NUMBER),),
    ),
    Command(
        ("say",),
        "write the line of a character, or of the narrator",
        _say,
        (
            Option("as", "whose line it is", Kind.CHARACTER, is_needed=True, until=":", example="Narrator"),
            Option("text", "what is said or done", is_needed=True, is_long=True, example="It rains."),
        ),
    ),
    Command(
        ("roll",),
        "throw dice into the story",
        _roll,
        (Option("dice", "which dice, such as 2d6+1"),),
    ),
)
