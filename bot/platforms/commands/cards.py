"""Commands about the cards that somebody has."""

from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.words import sentence


async def _list(player: Player, given: Given) -> None:
    lines: list[str] = []
    for card in await player.director.library.cards(player.place, player.account):
        marks = [
            player.words.say(mark)
            for mark, holds in (
                (sentence("yours"), card.is_own),
                (sentence("published"), card.is_published),
                (sentence("comes with Troupe"), card.is_bundled),
            )
            if holds
        ]
        lines.append(f"- {card.name} ({', '.join(marks)})")
    await player.screen.answer("\n".join(lines))


async def _publish(player: Player, given: Given) -> None:
    card = await player.director.library.publish(player.place, player.account, "card", given.text("card"))
    await player.answer("Everybody who is let in can use {name} now.", name=card.name)


async def _unpublish(player: Player, given: Given) -> None:
    card = await player.director.library.unpublish(player.place, player.account, "card", given.text("card"))
    await player.answer("{name} is yours alone again.", name=card.name)


async def _remove(player: Player, given: Given) -> None:
    card = await player.director.library.remove(player.place, player.account, "card", given.text("card"))
    await player.answer("The card {name} is removed; stories keep what they know of it.", name=card.name)


CARD = Option("card", "whose card", Kind.CARD, is_needed=True, example="Mira")

COMMANDS = (
    Command(("card", "list"), "list the cards that you can use", _list, is_usual=True),
    Command(("card", "publish"), "let everybody here use a card of yours", _publish, (CARD,)),
    Command(("card", "unpublish"), "keep a card to yourself again", _unpublish, (CARD,)),
    Command(("card", "remove"), "remove a card of yours", _remove, (CARD,)),
)
