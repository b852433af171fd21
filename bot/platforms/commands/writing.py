"""Commands about texts without a cast, and questions about the story."""

from bot.platforms.commands.table import Command, Given, Option
from bot.platforms.player import Player


async def _notebook(player: Player, given: Given) -> None:
    player.scene = await player.director.notebook.open(player.place, player.account, title=given.text("title"))
    await player.answer(
        "A new notebook: {title}. What you type is text, and the model goes on.", title=player.scene.title
    )


async def _write(player: Player, given: Given) -> None:
    text = given.text("text").replace("\\n", "\n")
    await player.follow(player.director.notebook.write(player.place, player.account, text=text))
    await player.look()


async def _ask(player: Player, given: Given) -> None:
    async with player.director.questions.ask(player.place, player.account, given.text("question")) as answer:
        async for _ in answer:
            pass
    await player.screen.answer(answer.text)


COMMANDS = (
    Command(
        ("write",),
        r"write in a notebook and let the model go on; \n is a line's end",
        _write,
        (Option("text", "what comes next; without it the model goes on alone", is_long=True),),
    ),
    Command(
        ("notebook",),
        "open a new notebook: a text without a cast",
        _notebook,
        (Option("title", "what it is called"),),
    ),
    Command(
        ("ask",),
        "ask something about the story, out of character",
        _ask,
        (Option("question", "what you want to know", is_needed=True, example="Who has the key?"),),
    ),
)
