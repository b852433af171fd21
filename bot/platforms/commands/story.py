"""Commands about the story as a whole: read, into a file, out of one, and begun anew."""

from collections.abc import Sequence

from bot.platforms.commands.table import Attached, Command, Given, Kind, Option
from bot.platforms.player import Player
from bot.roleplay.exports.files import LIMIT_BYTES
from bot.roleplay.stories import Format

SHOWN_TURNS = 5


async def _show(player: Player, given: Given) -> None:
    told = await player.story()
    count = given.number("count")
    shown = told[-count:] if count else told
    if shown:
        await player.quote(shown)


async def _export(player: Player, given: Given) -> None:
    exported = await player.director.stories.export(player.place, player.account, Format(given.text("format")))
    written = await player.screen.file(exported.name, exported.data)
    await player.answer("The story is in {file} now.", file=written)


async def _import(player: Player, given: Given) -> None:
    file = given.file("file")
    assert file
    users = [name for name in map(str.strip, given.text("people").split(",")) if name]
    await bring_story(player, file, users)


async def bring_story(player: Player, file: Attached, users: Sequence[str] = ()) -> None:
    """Go on with the story of a file, and show its end; `users` are no characters in a log. Raises PlayError."""
    player.scene = await player.director.stories.bring(
        player.place, player.account, await file.read(LIMIT_BYTES), source=file.name, cards=player.cards, users=users
    )
    told = await player.story()
    await player.answer_counted("The story has one turn.", "The story has {count:,} turns.", count=len(told))
    await player.show(*told[-SHOWN_TURNS:])


async def _reset(player: Player, given: Given) -> None:
    player.scene = await player.director.stories.reset(player.place, player.account)
    await player.note("The story begins anew; the one before is kept.")
    await player.show(*await player.story())


COMMANDS = (
    Command(
        ("story", "show"),
        "show the story so far, with the numbers of its turns",
        _show,
        (Option("count", "only so many of its last turns", Kind.NUMBER),),
        is_usual=True,
    ),
    Command(
        ("story", "export"),
        "get the story as a file",
        _export,
        (
            Option(
                "format",
                "Markdown to read, a page with faces, SillyTavern's JSONL, or a log",
                Kind.CHOICE,
                is_needed=True,
                choices=tuple(map(str, Format)),
                example="md",
            ),
        ),
    ),
    Command(
        ("story", "import"),
        "go on with a story from a file",
        _import,
        (
            Option(
                "file",
                "SillyTavern's JSONL, DiscordChatExporter's JSON, or a log with a name in front of each line",
                Kind.FILE,
                is_needed=True,
                example="story.jsonl",
            ),
            Option("people", "who in a log is a person, with commas between the names"),
        ),
    ),
    Command(("story", "reset"), "begin the story anew, with the same cast", _reset),
)
