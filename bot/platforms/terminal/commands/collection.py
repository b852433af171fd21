"""Acts about cards and lorebooks of one's own: in from files, out to files, shown."""

from asyncio import to_thread
from pathlib import Path

from bot.errors import PlayError
from bot.platforms.terminal.commands.table import needed
from bot.platforms.terminal.files import CONTAINERS, read_file, write_new
from bot.platforms.terminal.player import PLACE, Player
from bot.roleplay.intake import LABELS, Line, Outcome
from characters import CardFile, load_card


async def import_card(player: Player, argument: str) -> None:
    """Take in a card from a file, with the picture that lies beside it."""
    file = await to_thread(_load, needed("card import", argument, "mira.png"))
    beside = file.picture if file.container == "json" else None
    _tell(
        player,
        await player.director.library.take_card(PLACE, player.account, file.data, source=file.source, beside=beside),
    )


async def export_card(player: Player, argument: str) -> None:
    """Write a card to a new file, in the container that its name ends with."""
    name, _, file = needed("card export", argument, "Mira mira.png").rpartition(" ")
    container = CONTAINERS.get(Path(file).suffix.lower())
    if not name or container is None:
        raise PlayError(
            "/card export takes a card and a file that ends with one of {ends}, as in /card export Mira mira.png.",
            ends=", ".join(CONTAINERS),
        )
    data = await player.director.library.export_card(PLACE, player.account, name.strip(), container)
    player.answer("Written: {file}.", file=await to_thread(write_new, file, "", data))


async def show_card(player: Player, argument: str) -> None:
    """Show what a card says of itself."""
    file = await player.director.library.find_card(PLACE, player.account, needed("card show", argument, "Mira"))
    card = file.card
    parts = (card.creator_notes, card.description, card.personality, card.scenario, *card.greetings[:1])
    player.screen.answer("\n\n".join([card.name, *(part.strip() for part in parts if part.strip())]))


async def import_book(player: Player, argument: str) -> None:
    """Take in a lorebook from a file."""
    path = Path(needed("lore import", argument, "harbour.json"))
    data = await to_thread(read_file, str(path))
    _tell(player, await player.director.library.take_book(PLACE, player.account, data, source=path.name))


async def export_book(player: Player, argument: str) -> None:
    """Write a lorebook to a new file of JSON."""
    name, _, file = needed("lore export", argument, "Harbour harbour.json").rpartition(" ")
    data = await player.director.library.export_book(PLACE, player.account, name.strip())
    player.answer("Written: {file}.", file=await to_thread(write_new, file, "", data))


async def list_books(player: Player, argument: str) -> None:
    """List the lorebooks that one can attach."""
    held = await player.director.library.held(PLACE, player.account, "book")
    if held:
        player.screen.answer("\n".join(f"- {book.name}" for book in held))
    else:
        player.answer("You have no lorebooks yet: /lore import FILE brings one.")


async def remove_book(player: Player, argument: str) -> None:
    """Remove a lorebook; scenes that it counts in keep it."""
    book = await player.director.library.remove(
        PLACE, player.account, "book", needed("lore remove", argument, "Harbour")
    )
    player.answer("The lorebook {name} is removed; scenes that it counts in keep it.", name=book.name)


def _load(path: str) -> CardFile:
    return load_card(Path(path).expanduser())


def _tell(player: Player, line: Line) -> None:
    if line.outcome is Outcome.REFUSED and line.because:
        player.screen.fail(player.words.say(line.because))
        return
    label = player.words.say(LABELS[line.outcome])
    player.screen.answer(f"{label}: {line.name}")
    for remark in (line.because, *line.remarks):
        if remark:
            player.screen.note(player.words.say(remark))
