"""The seat at this machine: who sits there, and how their story is entered. It knows no terminal."""

from asyncio import to_thread
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import uuid4

from bot.core import Account, Incoming, Place, Role
from bot.platforms.commands.scene import start
from bot.platforms.player import Player, Screen
from bot.platforms.terminal.cards import find_cards
from bot.roleplay.director import Director
from bot.roleplay.opening import Wishes
from bot.words import Languages
from characters import CardFile

PLACE = Place("terminal:main", "Terminal")
ACCOUNT = "terminal:local"


def local_account(name: str, language: str = "") -> Account:
    """Return the account of whoever sits at this machine, whose it is."""
    return Account(ACCOUNT, name, Role.OWNER, language)


async def take_seat(
    director: Director, screen: Screen, languages: Languages, *, name: str, language: str, cards: Sequence[CardFile]
) -> Player:
    """Return the player at this machine, who owns it. `cards` are those that the program was started with."""

    async def card_file(name: str) -> CardFile:
        return (await to_thread(find_cards, [name]))[0]

    account = local_account(name, language)
    usual = cards or await to_thread(find_cards, ())
    return Player(director, screen, languages, PLACE, account, cards=usual, card_file=card_file)


async def enter(player: Player, cards: Sequence[CardFile]) -> None:
    """Go on with the story where it was left, or open one where other characters are wanted."""
    scene = await player.look()
    wanted = {card.card.spoken_name for card in cards}
    began = {member.name for member in scene.members if member.after is None} if scene else set[str]()
    if scene is None:
        await start(player, [*player.cards], Wishes())
    elif wanted and wanted != began:
        await start(player, [*cards], Wishes())
        names = player.words.listed([member.name for member in scene.members])
        await player.note("The story with {names} has ended.", names=names)


async def say(player: Player, text: str) -> None:
    """Say a line in the story, and follow who answers."""
    incoming = Incoming(player.place, player.account, f"terminal:{uuid4()}", text, datetime.now(UTC))
    await player.follow(player.director.hear(incoming))


async def typed(player: Player, line: str) -> tuple[str, str]:
    """Return who says a line that was typed, and the line; without the brackets where it stands in a persona's."""
    if player.scene and player.scene.is_notebook:
        return "", line
    return await player.director.personas.typed(player.account, line) or (plays(player), line)


def plays(player: Player) -> str:
    """Return the name that somebody plays under: a persona's, or their own, with a number where that is taken."""
    playing = player.scene.players[-1] if player.scene and player.scene.players else None  # nobody else plays here
    own = player.account.name
    is_theirs = playing and (playing.persona is not None or playing.name.startswith(f"{own} "))
    return playing.name if playing and is_theirs else own
