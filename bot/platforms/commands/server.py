"""Commands about the server that a place belongs to. Roles and channels are set where a platform shows them."""

from typing import Any

from bot.core import ServerRules
from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.commands.typed import names
from bot.platforms.player import Player
from bot.words import Sentence, sentence

COMMAND = "settings server"
NOTHING = "-"
MOST = {"replies": 1_000, "tokens": 1_000_000_000, "quiet": 60}
"""A longer quiet would be taken for a bot that is gone."""
SWITCHES = {"on": True, "off": False}
NOBODY_ELSE = sentence("as is usual")


async def _server(player: Player, given: Given) -> None:
    """Set what is given, and show all of it."""
    wanted = {name: given.text(name) for name in ("cast", "language", "replies", "tokens", "pings", "quiet", "opening")}
    if opening := wanted.pop("opening"):
        are_allowed = SWITCHES[opening]
        await player.director.door.let_players_open(player.place, player.account, are_allowed=are_allowed)
    changes = await changed(player, **{name: value for name, value in wanted.items() if value})
    servers = player.director.servers
    rules = await servers.change(player.place, player.account, **changes)
    await player.screen.answer("\n".join(map(player.words.say, described(rules))))


async def changed(player: Player, **written: str) -> dict[str, Any]:
    """Return what rules become by what was written of them; `-` takes one back. Raises PlayError, CardError."""
    values: dict[str, Any] = {}
    for name, value in written.items():
        is_none = value.strip() == NOTHING
        match name:
            case "cast":
                values["cast"] = () if is_none else await _cast(player, value)
            case "language":
                values["language"] = "" if is_none else _language(player, value)
            case "pings":
                values["pings"] = SWITCHES.get(value, False)
            case _:
                values[LIMITS[name]] = None if is_none else _number(name, value)
    return values


LIMITS = {"replies": "replies_per_minute", "tokens": "tokens_per_day", "quiet": "quiet_s"}


async def _cast(player: Player, written: str) -> tuple[str, ...]:
    """Return the names of cards that everybody here can use."""
    return tuple([(await player.find_card(name)).card.name for name in names(written)])


def _language(player: Player, written: str) -> str:
    if player.languages.best(written).language != written.partition("-")[0].lower():
        raise PlayError("I speak these languages: {languages}.", languages=", ".join(player.languages.tags))
    return written.partition("-")[0].lower()


def _number(name: str, written: str) -> int:
    digits, most = written.strip().replace(",", "").replace("_", ""), MOST[name]
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > 12 or int(digits) > most:
        raise PlayError(
            "/{command} takes a whole number from {least} to {most:,} as {option}, not {value}.",
            command=COMMAND,
            least=0,
            most=most,
            option=name,
            value=written.strip()[:40],
        )
    return int(digits)


def described(rules: ServerRules) -> list[Sentence]:
    """Say what is set for a server, but for roles and channels."""
    usual: object = NOBODY_ELSE
    return [
        sentence("Usual cast: {cast}", cast=", ".join(rules.cast) or usual),
        sentence("Language: {language}", language=rules.language or usual),
        sentence("Replies a minute for each person: {count}", count=rules.replies_per_minute or usual),
        sentence("Tokens a day for each person: {count}", count=rules.tokens_per_day or usual),
        sentence("Seconds of quiet before an answer: {count}", count=usual if rules.quiet_s is None else rules.quiet_s),
        sentence("Who wants it is pinged after a long wait.") if rules.pings else sentence("Nobody is pinged."),
    ]


async def _ping(player: Player, given: Given) -> None:
    if given.text("when"):
        await player.director.pings.want(player.account, is_wanted=SWITCHES[given.text("when")])
    if await player.director.pings.wants(player.account):
        await player.answer("You are pinged when a reply was long in coming.")
    else:
        await player.answer("You are not pinged.")


SWITCH = tuple(SWITCHES)

COMMANDS = (
    Command(
        ("settings", "ping"),
        "set whether you are pinged after a long wait; shows it without more",
        _ping,
        (Option("when", "on or off", Kind.CHOICE, choices=SWITCH),),
    ),
    Command(
        ("settings", "server"),
        "set how it is played on this server; shows it without more",
        _server,
        (
            Option("replies", "how many replies a minute each person may ask for; - takes it back", is_flag=True),
            Option("tokens", "how many tokens each person may use in a day; - takes it back", is_flag=True),
            Option("language", "which language the bot speaks here; - takes it back", is_flag=True),
            Option("pings", "whether those are pinged who want it", Kind.CHOICE, choices=SWITCH, is_flag=True),
            Option("quiet", "so many seconds of quiet before an answer", is_flag=True),
            Option("opening", "whether players open scenes in this channel", Kind.CHOICE, choices=SWITCH, is_flag=True),
            Option("cast", "who plays where nobody is named, with commas; - takes it back", Kind.CARDS, is_flag=True),
        ),
    ),
)
