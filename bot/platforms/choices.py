"""What is set by choosing, and among what: for a scene, for oneself, for a server. Each platform only draws it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.core import Answering, Scene, ServerRules
from bot.errors import NothingPlayed
from bot.platforms.player import Player
from bot.roleplay.language import LANGUAGES
from bot.roleplay.presets import LENGTH, PRESETS
from bot.words import Sentence, sentence

USUAL = ""
"""The value of what nobody has set."""
AS_USUAL = sentence("as is usual")
ON, OFF = "on", "off"
SWITCH = ((ON, sentence("on")), (OFF, sentence("off")))
LENGTHS = (100, 200, 400, 800)
REPLIES = (2, 5, 10, 30)
QUIET_SECONDS = (0, 2, 5, 15)
ANSWERS: Mapping[str, Sentence] = {
    USUAL: sentence("one person always, several when they address somebody"),
    Answering.ALWAYS: sentence("every line"),
    Answering.ADDRESSED: sentence("only who is addressed"),
    Answering.CHANCE: sentence("now and then"),
    Answering.CALLED: sentence("only when called (/next)"),
}

Options = Sequence[tuple[str, Sentence]]
"""Values, and how each reads."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that is set by choosing one of its values; `now` is the value that counts.

    `key` is kept with buttons, so it never changes; `short` stands on narrow ones. What is `of_server` moderators set,
    what is `of_scene` needs one.
    """

    key: str
    title: Sentence
    short: Sentence
    options: Callable[[Player], Awaitable[Options]]
    now: Callable[[Player], Awaitable[str]]
    choose: Callable[[Player, str], Awaitable[object]]
    of_server: bool = False
    of_scene: bool = True


def told(word: object) -> Sentence:
    """Return a word that reads the same in every language."""
    return Sentence("{word}", {"word": word})


def _of(*options: tuple[str, Sentence]) -> Callable[[Player], Awaitable[Options]]:
    async def same(player: Player) -> Options:
        return options

    return same


def _numbers(numbers: Sequence[int]) -> Callable[[Player], Awaitable[Options]]:
    return _of((USUAL, AS_USUAL), *((str(number), told(number)) for number in numbers))


async def _scene(player: Player) -> Scene:
    if scene := await player.director.scene(player.place):
        return scene
    raise NothingPlayed()


async def _presets(player: Player) -> Options:
    names = (*await player.director.preferences.own(player.account), *PRESETS)
    return tuple((name, told(name)) for name in names)


async def _preset(player: Player) -> str:
    return (await _scene(player)).settings.preset


async def _use(player: Player, value: str) -> object:
    return await player.director.preferences.use(player.place, player.account, value)


async def _length(player: Player) -> str:
    return str((await _scene(player)).settings.reply_tokens or USUAL)


async def _set_length(player: Player, value: str) -> object:
    preferences, place, account = player.director.preferences, player.place, player.account
    if value == USUAL:
        return await preferences.reset(place, account, name=LENGTH)
    return await preferences.set(place, account, LENGTH, value)


async def _answering(player: Player) -> str:
    return str((await _scene(player)).rules.answering or USUAL)


async def _answer(player: Player, value: str) -> object:
    answering = Answering(value) if value else None
    return await player.director.cast.answer(player.place, player.account, answering)


async def _language(player: Player) -> str:
    return (await _scene(player)).language


async def _speak(player: Player, value: str) -> object:
    return await player.director.scenes.set_language(player.place, player.account, value)


async def _pinged(player: Player) -> str:
    return ON if await player.director.pings.wants(player.account) else OFF


async def _ping(player: Player, value: str) -> object:
    return await player.director.pings.want(player.account, is_wanted=value == ON)


async def _own_languages(player: Player) -> Options:
    return (USUAL, AS_USUAL), *((tag, told(tag)) for tag in player.languages.tags)


def _rule(
    name: str, read: Callable[[str], object], shown: Callable[[ServerRules], str]
) -> tuple[Callable[[Player], Awaitable[str]], Callable[[Player, str], Awaitable[object]]]:
    async def now(player: Player) -> str:
        return shown(await player.director.servers.rules(player.place))

    async def choose(player: Player, value: str) -> object:
        return await player.director.servers.change(player.place, player.account, **{name: read(value)})

    return now, choose


def _number(value: str) -> int | None:
    return int(value) if value else None


def _shown(number: int | None) -> str:
    return USUAL if number is None else str(number)


async def _players_open(player: Player) -> str:
    return ON if await player.director.servers.players_open(player.place) else OFF


async def _let_open(player: Player, value: str) -> object:
    return await player.director.door.let_players_open(player.place, player.account, are_allowed=value == ON)


LANGUAGE_OPTIONS = (
    (USUAL, sentence("any language")),
    *((tag, told(language.own)) for tag, language in LANGUAGES.items()),
)
CHOICES = (
    Choice("preset", sentence("Style (preset)"), sentence("Style"), _presets, _preset, _use),
    Choice("length", sentence("Longest reply, in tokens"), sentence("Length"), _numbers(LENGTHS), _length, _set_length),
    Choice("answer", sentence("What is answered"), sentence("Answers"), _of(*ANSWERS.items()), _answering, _answer),
    Choice(
        "language", sentence("Language of the replies"), sentence("Language"), _of(*LANGUAGE_OPTIONS), _language, _speak
    ),
    Choice(
        "ping", sentence("Ping me after a long wait"), sentence("Ping me"), _of(*SWITCH), _pinged, _ping, of_scene=False
    ),
)
SERVER_CHOICES = (
    Choice(
        "tongue",
        sentence("Language of the bot"),
        sentence("Language"),
        _own_languages,
        *_rule("language", str, lambda rules: rules.language),
        of_server=True,
    ),
    Choice(
        "replies",
        sentence("Replies a minute for each person"),
        sentence("Replies a minute"),
        _numbers(REPLIES),
        *_rule("replies_per_minute", _number, lambda rules: _shown(rules.replies_per_minute)),
        of_server=True,
    ),
    Choice(
        "quiet",
        sentence("Seconds of quiet before an answer"),
        sentence("Quiet"),
        _numbers(QUIET_SECONDS),
        *_rule("quiet_s", _number, lambda rules: _shown(rules.quiet_s)),
        of_server=True,
    ),
    Choice(
        "pings",
        sentence("Pings"),
        sentence("Pings"),
        _of(*SWITCH),
        *_rule("pings", lambda value: value == ON, lambda rules: ON if rules.pings else OFF),
        of_server=True,
    ),
    Choice(
        "opening",
        sentence("Players open scenes here"),
        sentence("Opening scenes"),
        _of(*SWITCH),
        _players_open,
        _let_open,
        of_server=True,
    ),
)
