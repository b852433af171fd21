"""Commands about lorebooks."""

from asyncio import to_thread
from pathlib import Path

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.files import why_not
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.lore import Shelved
from bot.words import counted

LIMIT_BYTES = 8 * 1024 * 1024
"""Of a lorebook; one byte more is read, so that whoever reads it can say that it is too large."""


async def _lore(player: Player, argument: str) -> None:
    """Do what the first word of the argument says, with the rest."""
    word, _, rest = argument.partition(" ")
    acts = {"attach": _attach, "detach": _detach, "list": _list, "add": _add, "why": _why}
    if word.lower() not in acts:
        raise PlayError("/lore takes one of {words}, as in /lore list.", words=", ".join(acts))
    await acts[word.lower()](player, rest.strip())


async def _attach(player: Player, file: str) -> None:
    data = await to_thread(_read, file)
    shelved = await player.director.lore.attach(PLACE, player.account, data, source=Path(file).name)
    player.answer("Attached: {book}.", book=_described(shelved))
    for problem in shelved.problems:
        player.screen.note(player.words.say(problem))
    if shelved.too_long:
        player.note(
            "{entries} too long to be told in a reply.",
            entries=counted("One entry is", "{count} entries are", count=shelved.too_long),
        )


async def _detach(player: Player, name: str) -> None:
    detached = await player.director.lore.detach(PLACE, player.account, name)
    player.answer("Detached: {name}.", name=detached)


async def _list(player: Player, argument: str) -> None:
    books = await player.director.lore.listed(PLACE)
    for book in books:
        if book.name:
            player.answer("- {book}", book=_described(book))
        for problem in book.problems:
            player.screen.note(player.words.say(problem))
    if not books:
        player.answer("No lorebook counts here.")


async def _add(player: Player, argument: str) -> None:
    keys, equals, content = argument.partition("=")
    if not equals:
        raise PlayError("/lore add takes keys and a text, as in /lore add dragon, drake = Dragons sleep here.")
    shelved = await player.director.lore.add(PLACE, player.account, keys.split(","), content)
    player.answer("Added to {book}.", book=_described(shelved))


async def _why(player: Player, argument: str) -> None:
    because = await player.director.why.lore(PLACE)
    for one in because.sentences:
        player.screen.answer(player.words.say(one))
    if not because.sentences:
        player.answer("No lore came in for that reply.")


def _described(book: Shelved) -> object:
    return counted("{name}, {count} entry", "{name}, {count:,} entries", count=book.entries, name=book.name)


def _read(name: str) -> bytes:
    try:
        with Path(name).expanduser().open("rb") as file:
            return file.read(LIMIT_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        raise PlayError("The file {file} cannot be read: {reason}.", file=name, reason=why_not(error)) from error


COMMANDS = (
    Command("lore", "attach FILE | detach NAME | list | add KEYS = TEXT | why", "what is told when it matters", _lore),
)
