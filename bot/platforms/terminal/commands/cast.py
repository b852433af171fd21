"""Commands about who is present, who speaks next, and when anybody answers."""

from dataclasses import replace

from bot.core import Answering, CastingRules, Order
from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Act, Command, needed, number, sub_words
from bot.platforms.terminal.player import PLACE, Player
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


async def _list(player: Player, argument: str) -> None:
    scene = await player.director.scene(PLACE)
    names = [
        player.words.say(sentence("{name} (muted)", name=member.name)) if member.muted else member.name
        for member in (scene.present if scene else ())
    ]
    player.answer("Present: {names}.", names=player.words.listed([*names, player.plays]))


async def _add(player: Player, argument: str) -> None:
    name = needed("cast add", argument, "fennel")
    member = await player.director.cast.bring_back(PLACE, player.account, name)
    if member is None:
        [card] = await player.cards_called([name])
        member = await player.director.cast.add(PLACE, player.account, card)
    player.answer("{name} is here now.", name=member.name)


async def _remove(player: Player, argument: str) -> None:
    member = await player.director.cast.remove(PLACE, player.account, needed("cast remove", argument, "Mira"))
    player.answer("{name} has left.", name=member.name)


async def _mute(player: Player, argument: str) -> None:
    member = await player.director.cast.mute(PLACE, player.account, needed("cast mute", argument, "Mira"))
    player.answer("{name} is silent now, but for /next {name}.", name=member.name)


async def _unmute(player: Player, argument: str) -> None:
    member = await player.director.cast.unmute(PLACE, player.account, needed("cast unmute", argument, "Mira"))
    player.answer("{name} may speak again.", name=member.name)


async def _alias(player: Player, argument: str) -> None:
    name, colon, aliases = argument.partition(":")
    needed("cast alias", colon and name.strip(), "Mira: the pilot, captain")
    wanted = [alias for alias in (part.strip() for part in aliases.split(",")) if alias]
    member = await player.director.cast.set_aliases(PLACE, player.account, name, wanted)
    if member.aliases:
        player.answer("{name} answers to {aliases} too.", name=member.name, aliases=player.words.listed(member.aliases))
    else:
        player.answer("{name} has no aliases.", name=member.name)


async def _talkativeness(player: Player, argument: str) -> None:
    name, _, value = needed("cast talkativeness", argument, "Mira 0.8").rpartition(" ")
    try:
        talkativeness = float(value)
    except ValueError as error:
        raise PlayError("/cast talkativeness takes a name and a number, for example Mira 0.8.") from error
    member = await player.director.cast.set_talkativeness(PLACE, player.account, name, talkativeness)
    player.answer(
        "{name} speaks unasked with a chance of {percent}%.", name=member.name, percent=round(talkativeness * 100)
    )


async def _next(player: Player, argument: str) -> None:
    await player.follow(player.director.next(PLACE, player.account, argument))


def _answering(answering: Answering | None) -> Act:
    async def act(player: Player, argument: str) -> None:
        _tell(player, await player.director.cast.answer(PLACE, player.account, answering))

    return act


async def _chance(player: Player, argument: str) -> None:
    percent = number("answer chance", argument.removesuffix("%").strip(), most=100) if argument else None
    rules = await player.director.cast.answer(PLACE, player.account, Answering.CHANCE, chance_percent=percent)
    _tell(player, rules)


async def _most(player: Player, argument: str) -> None:
    replies = number("answer most", argument)
    _tell(player, await player.director.cast.limit(PLACE, player.account, replies))


def _order(order: Order) -> Act:
    async def act(player: Player, argument: str) -> None:
        _tell(player, await player.director.cast.order(PLACE, player.account, order))

    return act


async def _among(player: Player, argument: str) -> None:
    turns = 0 if argument == "0" else number("order among", argument)
    _tell(player, await player.director.cast.let_talk(PLACE, player.account, turns))


async def _rules(player: Player, argument: str) -> None:
    scene = await player.director.scene(PLACE)
    _tell(player, scene.rules if scene else CastingRules())


def _tell(player: Player, rules: CastingRules) -> None:
    """Show how a scene is cast."""
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
    player.screen.answer("\n".join(map(player.words.say, told)))


CAST: dict[str, Act] = {
    "": _list,
    "list": _list,
    "add": _add,
    "remove": _remove,
    "mute": _mute,
    "unmute": _unmute,
    "alias": _alias,
    "talkativeness": _talkativeness,
}
ANSWER: dict[str, Act] = {
    "": _rules,
    "auto": _answering(None),
    "always": _answering(Answering.ALWAYS),
    "addressed": _answering(Answering.ADDRESSED),
    "chance": _chance,
    "called": _answering(Answering.CALLED),
    "most": _most,
}
ORDER: dict[str, Act] = {"": _rules, **{order.value: _order(order) for order in Order}, "among": _among}

COMMANDS = (
    Command(
        "cast",
        "[add|remove|mute|unmute|alias|talkativeness]",
        "show who is present, or change that",
        sub_words("cast", CAST),
    ),
    Command("next", "[NAME]", "let a character speak now", _next),
    Command(
        "answer",
        "[auto|always|addressed|chance|called|most]",
        "when anybody answers, and how many at most",
        sub_words("answer", ANSWER),
    ),
    Command(
        "order",
        "[natural|list|pooled|manual|model|among]",
        "who answers where nobody is named; how long they talk among themselves",
        sub_words("order", ORDER),
    ),
)
