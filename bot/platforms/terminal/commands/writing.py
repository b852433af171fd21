"""Commands about texts without a cast, and questions about the story."""

from bot.platforms.terminal.commands.table import Command
from bot.platforms.terminal.player import PLACE, Player


async def _notebook(player: Player, argument: str) -> None:
    player.scene = await player.director.notebook.open(PLACE, player.account, title=argument)
    player.answer("A new notebook: {title}. What you type is text, and the model goes on.", title=player.scene.title)


async def _write(player: Player, argument: str) -> None:
    await player.follow(player.director.notebook.write(PLACE, player.account, text=argument.replace("\\n", "\n")))
    player.scene = await player.director.scene(PLACE)


async def _ask(player: Player, argument: str) -> None:
    async with player.director.questions.ask(PLACE, player.account, argument) as answer:
        async for _ in answer:
            pass
        player.screen.answer(answer.text)


COMMANDS = (
    Command("write", r"[TEXT]", r"write in a notebook and let the model go on; \n is a line's end", _write),
    Command("notebook", "[TITLE]", "open a new notebook: a text without a cast", _notebook),
    Command("ask", "QUESTION", "ask something about the story, out of character", _ask),
)
