"""Commands about the bot itself: what it can be asked for, and what it keeps of people."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from bot.errors import PlayError
from bot.platforms.commands.table import Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.words import Sentence, Words, sentence

ERASE = "erase"
PRIVACY = sentence(
    "What is said in a scene is stored in the database of whoever runs this bot, on their machine, and read by a model "
    "that runs there too: nothing of it goes to anybody else. Lines that begin with // are not stored. "
    "/delete takes a line out of the story, /story export hands the story over as a file. /privacy delete says what is "
    "stored of you, and how it is deleted."
)
THEIRS = sentence(
    "Personas: {personas} · cards: {cards} · lorebooks: {books} · documents: {documents} · presets: {presets} · "
    "lines in stories: {lines}"
)
DELETED = sentence(
    "All but the lines would be gone for good, and so would your accounts here, how much you have played, and what "
    "stories know of your personas. Cards, lorebooks and documents that you have published stay published, and your "
    "lines stay in the stories of all who play them. /privacy delete sure=yes does it."
)
ERASED = sentence(
    "All of it would be gone for good, and so would your accounts here, how much you have played, and what stories "
    "know of your personas; where your lines stood, stories have gaps. Cards, lorebooks and documents that you have "
    "published stay published, and what others said stays. /privacy erase sure=yes does it."
)
SEPARATOR = " · "


def overview(commands: Sequence[Command], words: Words) -> list[tuple[str, str]]:
    """Return the words that commands begin with, each with what can be done by it."""
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.path[0], []).append(command)
    return [(word, _told(group, words)) for word, group in groups.items()]


def help_with(commands: Sequence[Command]) -> Command:
    """Return the command that lists these commands, and says of each how it is used."""

    async def act(player: Player, given: Given) -> None:
        wanted = given.text("command").removeprefix("/").split()[:1]
        if not wanted:
            lines = [f"/{word} — {told}" for word, told in overview(listed, player.words)]
            more = player.words.say(sentence("/help and the name of one says how it is used."))
            await player.screen.answer("\n".join([*lines, "", more]))
            return
        group = [command for command in listed if command.path[0] == wanted[0].lower()]
        if not group:
            raise PlayError("There is no command /{name}: /help lists the commands.", name=wanted[0][:40])
        told = (f"{command.usage}\n{player.words.say(Sentence(command.help))}" for command in group)
        await player.screen.answer("\n\n".join(told))

    option = Option("command", "which one; without it, all")
    listed = (Command(("help",), "list the commands, or say how one is used", act, (option,)), *commands)
    return listed[0]


async def _privacy(player: Player, given: Given) -> None:
    what = given.text("what")
    if what and given.text("sure"):
        await player.director.accounts.forget(player.account, is_unsaid=what == ERASE)
        await player.answer("Done: I do not know you any more. What you say from now on is stored anew.")
        return
    told = [PRIVACY]
    if what:
        theirs = await player.director.accounts.belongings(player.account)
        told = [replace(THEIRS, facts=asdict(theirs)), ERASED if what == ERASE else DELETED]
    await player.screen.answer("\n\n".join(map(player.words.say, told)))


def _told(group: Sequence[Command], words: Words) -> str:
    if len(group) == 1 and len(group[0].path) == 1:
        return words.say(Sentence(group[0].help))
    return SEPARATOR.join(command.path[-1] for command in group)


COMMANDS = (
    Command(
        ("privacy",),
        "say what is stored of you, and where; or let it be deleted",
        _privacy,
        (
            Option(
                "what",
                "delete what is yours alone, or erase what you said in stories too",
                Kind.CHOICE,
                choices=("delete", ERASE),
            ),
            Option(
                "sure", "do it, and do not only say what would be gone", Kind.CHOICE, choices=("yes",), is_flag=True
            ),
        ),
    ),
)
