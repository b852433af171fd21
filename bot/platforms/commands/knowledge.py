"""Commands about documents that the story may look up."""

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.knowledge import MOST_BYTES


async def _list(player: Player, given: Given) -> None:
    documents = await player.director.knowledge.attached(player.place)
    if not documents:
        await player.answer("No document is attached.")
    for document in documents:
        await player.answer_counted(
            "{title} ({source}, one passage)",
            "{title} ({source}, {count} passages)",
            count=document.passages,
            title=document.title,
            source=document.source,
        )


async def _attach(player: Player, given: Given) -> None:
    knowledge, file, title = player.director.knowledge, given.file("file"), given.text("document")
    if file:
        document = await knowledge.attach(player.place, player.account, file.name, await file.read(MOST_BYTES))
    elif title:
        document = await knowledge.attach_known(player.place, player.account, title)
    else:
        raise PlayError("Name a file: Markdown, plain text or HTML.")
    await player.answer_counted(
        "Attached: {title}, one passage.",
        "Attached: {title}, {count} passages.",
        count=document.passages,
        title=document.title,
    )


async def _detach(player: Player, given: Given) -> None:
    document = await player.director.knowledge.detach(player.place, player.account, given.text("document"))
    await player.answer("Detached: {title}.", title=document.title)


async def _remove(player: Player, given: Given) -> None:
    document = await player.director.knowledge.remove(player.place, player.account, given.text("document"))
    await player.answer("Removed: {title}.", title=document.title)


DOCUMENT = Option("document", "its title", Kind.DOCUMENT, is_needed=True, example="Rules")

COMMANDS = (
    Command(("knowledge", "list"), "list the documents of the scene", _list, is_usual=True),
    Command(
        ("knowledge", "attach"),
        "let the story look things up in a document",
        _attach,
        (
            Option("document", "the title of one that you have", Kind.DOCUMENT, is_flag=True),
            Option("file", "a new one: Markdown, plain text or HTML", Kind.FILE),
        ),
    ),
    Command(("knowledge", "detach"), "take a document off the scene", _detach, (DOCUMENT,)),
    Command(("knowledge", "remove"), "remove a document of yours", _remove, (DOCUMENT,)),
)
