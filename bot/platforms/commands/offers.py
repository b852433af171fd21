"""What could be given to an option, for platforms that offer it while somebody types: only what they may see."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.errors import NothingPlayed
from bot.platforms.commands.table import Kind
from bot.platforms.player import Player
from bot.roleplay.language import LANGUAGES
from bot.roleplay.presets import NAMES, PRESETS
from bot.roleplay.script import NARRATOR

SHOWN_CHARACTERS = 60
LAST_TURNS = 60


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that could be given: its value, and how it is shown."""

    value: str
    shown: str


async def offers(player: Player, kind: Kind, typed: str, *, most: int) -> list[Offer]:
    """Return what could be given and goes with what is typed so far, at most so much; nothing where nothing is known.

    What begins so comes before what has it within. Of several with commas between them the last one counts.
    """
    if kind not in KNOWN:
        return []
    before, last = _last(typed) if kind is Kind.CARDS else ("", typed)
    wanted = last.strip().casefold()
    try:
        known = await KNOWN[kind](player)
    except NothingPlayed:
        return []
    fitting = [one for one in known if wanted in one.shown.casefold() or wanted in one.value.casefold()]
    fitting.sort(key=lambda one: not one.shown.casefold().startswith(wanted))
    unique = {one.value: Offer(before + one.value, before + one.shown) for one in reversed(fitting)}
    return list(reversed(unique.values()))[:most]


def _last(typed: str) -> tuple[str, str]:
    before, comma, last = typed.rpartition(",")
    return (f"{before.strip()}{comma} " if comma else "", last)


def _named(names: Sequence[str]) -> list[Offer]:
    return [Offer(name, name) for name in names]


async def _cards(player: Player) -> list[Offer]:
    return _named([card.name for card in await player.director.library.cards(player.place, player.account)])


async def _characters(player: Player) -> list[Offer]:
    scene = await player.look()
    return _named([*(member.name for member in (scene.present if scene else ())), NARRATOR])


async def _personas(player: Player) -> list[Offer]:
    return _named([one.name for one in await player.director.personas.list(player.place, player.account)])


async def _branches(player: Player) -> list[Offer]:
    return _named([branch.name for branch in await player.director.branches.known(player.place)])


async def _scenes(player: Player) -> list[Offer]:
    played = await player.director.scenes.played(player.place, player.account)
    return [Offer(str(entry.id), f"{entry.id}: {entry.title}"[:SHOWN_CHARACTERS]) for entry in reversed(played)]


async def _books(player: Player) -> list[Offer]:
    return _named([book.name for book in await player.director.lore.listed(player.place) if book.name])


async def _documents(player: Player) -> list[Offer]:
    held = await player.director.knowledge.held(player.account)
    return _named([document.title for document in (*await player.director.knowledge.attached(player.place), *held)])


async def _presets(player: Player) -> list[Offer]:
    return _named([*await player.director.preferences.own(player.account), *PRESETS])


async def _settings(player: Player) -> list[Offer]:
    return _named(NAMES)


async def _languages(player: Player) -> list[Offer]:
    return [Offer(language.name, f"{language.name} · {language.own}") for language in LANGUAGES.values()]


async def _turns(player: Player) -> list[Offer]:
    numbers = await player.director.turns.numbers(player.place)
    told = [turn for turn in await player.director.story(player.place, last=LAST_TURNS) if turn.text]
    shown = [(numbers[turn.id], f"{turn.name}: {' '.join(turn.text.split())}") for turn in reversed(told)]
    return [Offer(str(number), f"#{number} {text}"[:SHOWN_CHARACTERS]) for number, text in shown]


KNOWN: dict[Kind, Callable[[Player], Awaitable[list[Offer]]]] = {
    Kind.CARD: _cards,
    Kind.CARDS: _cards,
    Kind.CHARACTER: _characters,
    Kind.PERSONA: _personas,
    Kind.BRANCH: _branches,
    Kind.SCENE: _scenes,
    Kind.BOOK: _books,
    Kind.DOCUMENT: _documents,
    Kind.PRESET: _presets,
    Kind.SETTING: _settings,
    Kind.LANGUAGE: _languages,
    Kind.TURN: _turns,
}
