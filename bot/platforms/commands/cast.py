"""Commands about who is present, and when anybody answers."""

from dataclasses import replace

from bot.core import Answering, CastingRules, Order
from bot.errors import PlayError
from bot.platforms.commands.scene import tell_lacking
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.words import counted, sentence

ANSWERING = {
    None: sentence("One person is always answered, several where they address somebody."),
    Answering.ALWAYS: sentence("Every line is answered."),
    Answering.ADDRESSED: sentence("Lines are answered that address somebody."),
    Answering.CHANCE: sentence("Lines that address somebody are answered, and {percent}% of the others."),
    Answering.CALLED: sentence("Nobody answers but who is called by /next."),
}
ORDERS = {
    Order.NATURAL: sentence("Where nobody is named one of them answers, by how much they like to talk."),
    Order.LIST: sentence("Where nobody is named all answer, in turn."),
    Order.POOLED: sentence("Where nobody is named one answers who has been silent since a person spoke."),
    Order.MANUAL: sentence("Where nobody is named nobody answers."),
    Order.MODEL: sentence("Where nobody is named the one answers whom the model finds likeliest."),
}
UNASKED = sentence("They do not talk among themselves.")
AUTO = "auto"


async def _list(player: Player, given: Given) -> None:
    scene = await player.look()
    names = [
        player.words.say(sentence("{name} (muted)", name=member.name)) if member.muted else member.name
        for member in (scene.present if scene else ())
    ]
    people = {one.person: one.name for one in scene.players} if scene else {}
    opener = [scene.opened_by] if scene and not people else []
    await player.answer("Present: {names}.", names=player.words.listed([*names, *people.values(), *opener]))


async def _add(player: Player, given: Given) -> None:
    name = given.text("card")
    member = await player.director.cast.bring_back(player.place, player.account, name)
    if member is None:
        card = await player.find_card(name)
        member = await player.director.cast.add(player.place, player.account, card)
        await tell_lacking(player, [card])
    await player.answer("{name} is here now.", name=member.name)


async def _remove(player: Player, given: Given) -> None:
    member = await player.director.cast.remove(player.place, player.account, given.text("character"))
    await player.answer("{name} has left.", name=member.name)


async def _mute(player: Player, given: Given) -> None:
    member = await player.director.cast.mute(player.place, player.account, given.text("character"))
    await player.answer("{name} is silent now, but for /next {name}.", name=member.name)


async def _unmute(player: Player, given: Given) -> None:
    member = await player.director.cast.unmute(player.place, player.account, given.text("character"))
    await player.answer("{name} may speak again.", name=member.name)


async def _alias(player: Player, given: Given) -> None:
    wanted = [alias for alias in (part.strip() for part in given.text("aliases").split(",")) if alias]
    member = await player.director.cast.set_aliases(player.place, player.account, given.text("character"), wanted)
    if member.aliases:
        aliases = player.words.listed(member.aliases)
        await player.answer("{name} answers to {aliases} too.", name=member.name, aliases=aliases)
    else:
        await player.answer("{name} has no aliases.", name=member.name)


async def _talkativeness(player: Player, given: Given) -> None:
    percent = given.number("percent") or 0
    name = given.text("character")
    member = await player.director.cast.set_talkativeness(player.place, player.account, name, percent / 100)
    await player.answer("{name} speaks unasked with a chance of {percent}%.", name=member.name, percent=percent)


async def _answer(player: Player, given: Given) -> None:
    """Change what is given of the rules, and show them all."""
    cast, place, account = player.director.cast, player.place, player.account
    when, percent, most = given.text("when"), given.number("chance"), given.number("most")
    if when or percent is not None:
        answering = None if when == AUTO else Answering(when or Answering.CHANCE)
        if percent is not None and answering is not Answering.CHANCE:
            raise PlayError("A chance goes with chance alone, as in /answer chance=30.")
        await cast.answer(place, account, answering, chance_percent=percent)
    if most is not None:
        await cast.limit(place, account, most)
    await _rules(player)


async def _order(player: Player, given: Given) -> None:
    cast, among = player.director.cast, given.number("among")
    if given.text("by"):
        await cast.order(player.place, player.account, Order(given.text("by")))
    if among is not None:
        await cast.let_talk(player.place, player.account, among)
    await _rules(player)


async def _rules(player: Player) -> None:
    """Show how the scene is cast."""
    scene = await player.look()
    rules = scene.rules if scene else CastingRules()
    talk = counted(
        "They go on among themselves for one turn.",
        "They go on among themselves for {count} turns.",
        count=rules.among_themselves,
    )
    told = (
        replace(ANSWERING[rules.answering], facts={"percent": rules.chance_percent}),
        ORDERS[rules.order],
        counted("One reply a line at most.", "{count} replies a line at most.", count=rules.most_replies),
        talk if rules.among_themselves else UNASKED,
    )
    await player.screen.answer("\n".join(map(player.words.say, told)))


CHARACTER = Option("character", "who", Kind.CHARACTER, is_needed=True, example="Mira")
NAMED = replace(CHARACTER, until=":")

COMMANDS = (
    Command(("cast", "list"), "show who is present", _list, is_usual=True),
    Command(
        ("cast", "add"),
        "bring a character into the scene",
        _add,
        (Option("card", "whose card", Kind.CARD, is_needed=True, example="Fennel"),),
    ),
    Command(("cast", "remove"), "let a character leave", _remove, (CHARACTER,)),
    Command(("cast", "mute"), "let a character be silent", _mute, (CHARACTER,)),
    Command(("cast", "unmute"), "let a muted character speak again", _unmute, (CHARACTER,)),
    Command(
        ("cast", "alias"),
        "set other names that a character answers to",
        _alias,
        (NAMED, Option("aliases", "the names, with commas between them", example="the pilot, captain")),
    ),
    Command(
        ("cast", "talkativeness"),
        "set how readily a character speaks unasked",
        _talkativeness,
        (NAMED, Option("percent", "in a hundred", Kind.NUMBER, is_needed=True, least=0, most=100, example="80")),
    ),
    Command(
        ("answer",),
        "set when anybody answers, and how many at most; shows it without more",
        _answer,
        (
            Option("chance", "how many lines in a hundred are answered", Kind.NUMBER, least=0, most=100, is_flag=True),
            Option("most", "how many replies to one line at most", Kind.NUMBER, most=10, is_flag=True),
            Option("when", "which lines are answered", Kind.CHOICE, choices=(AUTO, *map(str, Answering))),
        ),
    ),
    Command(
        ("order",),
        "set who answers where nobody is named; shows it without more",
        _order,
        (
            Option("among", "for so many turns they go on by themselves", Kind.NUMBER, least=0, most=50, is_flag=True),
            Option("by", "how it is decided", Kind.CHOICE, choices=tuple(map(str, Order))),
        ),
    ),
)
