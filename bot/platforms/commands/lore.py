"""Commands about lorebooks."""

from bot.platforms.commands.cards import tell
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.bringing import filename
from bot.roleplay.lore import Shelved
from bot.words import counted

LIMIT_BYTES = 8 * 1024 * 1024
"""Of a lorebook; whoever reads it says that it is too large."""


async def _attach(player: Player, given: Given) -> None:
    file = given.file("file")
    assert file
    data = await file.read(LIMIT_BYTES)
    await _tell(player, await player.director.lore.attach(player.place, player.account, data, source=file.name))


async def _use(player: Player, given: Given) -> None:
    await _tell(player, await player.director.lore.attach_own(player.place, player.account, given.text("book")))


async def _tell(player: Player, shelved: Shelved) -> None:
    await player.answer("Attached: {book}.", book=_described(shelved))
    for problem in shelved.problems:
        await player.screen.note(player.words.say(problem))
    if shelved.too_long:
        long = counted(
            "One entry is too long to be told whole in a reply: only its first sentences are.",
            "{count} entries are too long to be told whole in a reply: only their first sentences are.",
            count=shelved.too_long,
        )
        await player.screen.note(player.words.say(long))


async def _detach(player: Player, given: Given) -> None:
    detached = await player.director.lore.detach(player.place, player.account, given.text("book"))
    await player.answer("Detached: {name}.", name=detached)


async def _list(player: Player, given: Given) -> None:
    books = await player.director.lore.listed(player.place)
    for book in books:
        if book.name:
            await player.answer("- {book}", book=_described(book))
        for problem in book.problems:
            await player.screen.note(player.words.say(problem))
    if not books:
        await player.answer("No lorebook counts here.")


async def _add(player: Player, given: Given) -> None:
    keys, content = given.text("keys").split(","), given.text("text")
    shelved = await player.director.lore.add(player.place, player.account, keys, content)
    await player.answer("Added to {book}.", book=_described(shelved))


async def _import(player: Player, given: Given) -> None:
    file = given.file("file")
    assert file
    data = await file.read(LIMIT_BYTES)
    await tell(player, await player.director.library.take_book(player.place, player.account, data, source=file.name))


async def _export(player: Player, given: Given) -> None:
    name = given.text("book")
    data = await player.director.library.export_book(player.place, player.account, name)
    written = await player.screen.file(f"{filename(name)}.json", data)
    await player.answer("The lorebook is in {file} now.", file=written)


async def _mine(player: Player, given: Given) -> None:
    held = await player.director.library.held(player.place, player.account, "book")
    if held:
        await player.screen.answer("\n".join(f"- {book.name}" for book in held))
    else:
        await player.answer("You have no lorebooks yet: /lore import brings one.")


async def _remove(player: Player, given: Given) -> None:
    book = await player.director.library.remove(player.place, player.account, "book", given.text("book"))
    await player.answer("The lorebook {name} is removed; scenes that it counts in keep it.", name=book.name)


async def _why(player: Player, given: Given) -> None:
    because = await player.director.why.lore(player.place)
    for one in because.sentences:
        await player.screen.answer(player.words.say(one))
    if not because.sentences:
        await player.answer("No lore came in for that reply.")


def _described(book: Shelved) -> object:
    return counted("{name}, {count} entry", "{name}, {count:,} entries", count=book.entries, name=book.name)


FILE = Option("file", "the lorebook, a JSON file", Kind.FILE, is_needed=True, example="world.json")
OWN = Option("book", "its name", is_needed=True, example="World")

COMMANDS = (
    Command(("lore", "list"), "list the lorebooks that count here", _list, is_usual=True),
    Command(
        ("lore", "attach"),
        "bring a lorebook into the scene",
        _attach,
        (FILE,),
    ),
    Command(
        ("lore", "detach"),
        "take a lorebook off the scene",
        _detach,
        (Option("book", "its name", Kind.BOOK, is_needed=True, example="World"),),
    ),
    Command(
        ("lore", "add"),
        "add something that is told when it is spoken of",
        _add,
        (
            Option("keys", "the words that call it up", is_needed=True, until="=", example="dragon, drake "),
            Option("text", "what is told", is_needed=True, is_long=True, example="Dragons sleep here."),
        ),
    ),
    Command(("lore", "import"), "bring a lorebook of yours, for any scene", _import, (FILE,)),
    Command(("lore", "mine"), "list the lorebooks that you can use", _mine),
    Command(("lore", "use"), "let a lorebook of yours count here", _use, (OWN,)),
    Command(("lore", "export"), "get a lorebook as a file", _export, (OWN,)),
    Command(("lore", "remove"), "remove a lorebook of yours", _remove, (OWN,)),
    Command(("lore", "why"), "say what lore came in for the last reply, and why", _why),
)
