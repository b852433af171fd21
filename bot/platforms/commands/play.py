"""Commands that let somebody speak, or be silent."""

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.path import number_of

MOST_SUGGESTIONS = 9
SUGGESTIONS = 3


async def _retry(player: Player, given: Given) -> None:
    await player.follow(player.director.retry(player.place, player.account, hint=given.text("hint")))


async def _continue(player: Player, given: Given) -> None:
    await player.follow(player.director.continue_(player.place, player.account))


async def _narrate(player: Player, given: Given) -> None:
    await player.follow(player.director.narrate(player.place, player.account, hint=given.text("hint")))


async def _next(player: Player, given: Given) -> None:
    await player.follow(player.director.next(player.place, player.account, given.text("character")))


async def _suggest(player: Player, given: Given) -> None:
    count = given.number("count") or SUGGESTIONS
    suggestions = await player.director.suggesting.lines(player.place, player.account, count=count)
    await player.screen.suggestions(suggestions)


async def _stop(player: Player, given: Given) -> None:
    if not player.director.stop(player.place, player.account):
        raise PlayError("Nobody is speaking.")


async def _swipe(player: Player, given: Given) -> None:
    director, place, account = player.director, player.place, player.account
    where = given.text("to").lower() or "right"
    if where == "right":
        has_spoken = await player.follow(director.swipe(place, account))
        alternatives = await director.swipes.alternatives(place)
        await player.show(*([alternatives.turn] if not has_spoken else []))
    else:
        number = number_of(where)
        if where != "left" and number is None:
            raise PlayError("/swipe takes left, right, or the number of an alternative.")
        shown = director.swipes.left(place, account) if number is None else director.swipes.show(place, account, number)
        alternatives = await shown
        await player.show(alternatives.turn)
    await player.screen.answer(f"({alternatives})")


COMMANDS = (
    Command(
        ("retry",),
        "let the last reply be spoken anew",
        _retry,
        (Option("hint", "what is to be otherwise this time"),),
    ),
    Command(("continue",), "let the last reply go on where it stopped", _continue),
    Command(
        ("swipe",),
        "show another alternative of the last reply; to the right of all, a new one",
        _swipe,
        (Option("to", "left, right, or the number of an alternative"),),
    ),
    Command(
        ("next",),
        "let a character speak now",
        _next,
        (Option("character", "who speaks; without it, whoever the story asks for", Kind.CHARACTER),),
    ),
    Command(
        ("narrate",),
        "let a narrator tell what happens next",
        _narrate,
        (Option("hint", "what the narrator tells about"),),
    ),
    Command(
        ("suggest",),
        "suggest lines that you could say",
        _suggest,
        (Option("count", "how many", Kind.NUMBER, most=MOST_SUGGESTIONS),),
    ),
    Command(("stop",), "stop the reply and keep what was said", _stop),
)
