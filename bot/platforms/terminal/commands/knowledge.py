"""Commands about documents that the story may look up."""

import os
from asyncio import to_thread
from pathlib import Path

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.files import why_not
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.knowledge import MOST_BYTES

ACTIONS = ("attach", "detach", "remove", "list")


async def _knowledge(player: Player, argument: str) -> None:
    word, _, rest = argument.partition(" ")
    match word.lower():
        case "" | "list":
            await _list(player)
        case "attach":
            await _attach(player, rest.strip().strip("\"'"))
        case "detach":
            document = await player.director.knowledge.detach(PLACE, player.account, rest)
            player.answer("Detached: {title}.", title=document.title)
        case "remove":
            document = await player.director.knowledge.remove(PLACE, player.account, rest)
            player.answer("Removed: {title}.", title=document.title)
        case _:
            raise PlayError("/knowledge takes one of these: {actions}.", actions=", ".join(ACTIONS))


async def _list(player: Player) -> None:
    documents = await player.director.knowledge.attached(PLACE)
    if not documents:
        player.answer("No document is attached.")
    for document in documents:
        player.answer_counted(
            "{title} ({source}, one passage)",
            "{title} ({source}, {count} passages)",
            count=document.passages,
            title=document.title,
            source=document.source,
        )


async def _attach(player: Player, name: str) -> None:
    if not name:
        raise PlayError("Name a file: Markdown, plain text or HTML.")
    data = await to_thread(_read, name)
    if data is None:
        document = await player.director.knowledge.attach_known(PLACE, player.account, name)
    else:
        document = await player.director.knowledge.attach(PLACE, player.account, Path(name).name, data)
    player.answer_counted(
        "Attached: {title}, one passage.",
        "Attached: {title}, {count} passages.",
        count=document.passages,
        title=document.title,
    )


def _read(name: str) -> bytes | None:
    """Read a file, a byte more than a document may have; None where there is none. Raises PlayError."""
    try:
        with Path(os.path.expanduser(name)).open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise PlayError("The file {file} cannot be read: {reason}.", file=name, reason=why_not(error)) from error


COMMANDS = (
    Command("knowledge", "[attach FILE|detach TITLE|remove TITLE|list]", "documents to look things up in", _knowledge),
)
