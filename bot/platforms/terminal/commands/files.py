"""Commands about the story as a whole: into a file, out of one, and begun anew."""

import shlex
from asyncio import to_thread
from pathlib import Path

from bot.errors import PlayError
from bot.platforms.terminal.cards import find_cards
from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.files import read_file, write_new
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.stories import Format
from characters import CardFile, bundled_cards


async def export_story(player: Player, argument: str) -> None:
    kind, _, path = argument.partition(" ")
    if kind.lower() not in [*Format]:
        raise PlayError(
            "/export takes a format and a file, as in /export md; the formats are {formats}.", formats=", ".join(Format)
        )
    exported = await player.director.stories.export(PLACE, player.account, Format(kind.lower()))
    written = await to_thread(write_new, path.strip(), exported.name, exported.data)
    player.answer("The story is in {file} now.", file=written)


async def import_story(player: Player, argument: str) -> None:
    try:
        path, *users = shlex.split(argument)
    except ValueError as error:
        raise PlayError("/import takes a file, as in /import story.jsonl, and names of people in a log.") from error
    data = await to_thread(read_file, path)
    cards = (*player.cards, *await to_thread(_bundled))
    player.scene = await player.director.stories.bring(
        PLACE, player.account, data, source=Path(path).name, cards=cards, users=users
    )
    told = await player.story()
    player.answer_counted("The story has one turn.", "The story has {count:,} turns.", count=len(told))
    player.show(told[-1:])


def _bundled() -> tuple[CardFile, ...]:
    return find_cards(tuple(bundled_cards()))


async def _reset(player: Player, argument: str) -> None:
    player.scene = await player.director.stories.reset(PLACE, player.account)
    player.note("The story begins anew; the one before is kept.")
    player.show(await player.story())


COMMANDS = (
    Command("export", "md|html|jsonl|txt [FILE]", "write the story to a new file", export_story),
    Command("import", "FILE [NAME...]", "go on with a story from a file: SillyTavern's JSONL, a log …", import_story),
    Command("reset", "", "begin the story anew, with the same cast", _reset),
)
