"""Commands as menus of buttons: for who sends a command alone that goes on, or needs a name. They survive a restart."""

from collections.abc import Sequence

from telegram import ForceReply

from bot.errors import PlayError
from bot.platforms.commands import COMMANDS, Command, Given, Kind, Option, attempt
from bot.platforms.commands.offers import KNOWN, offers
from bot.platforms.commands.typed import read
from bot.platforms.delivery import persist
from bot.platforms.player import Player
from bot.platforms.telegram.chat import Chat
from bot.platforms.telegram.formatting import Formatted
from bot.platforms.telegram.keyboards import DIGEST, Labelled, columns, kept, keyboard, prompt
from bot.platforms.telegram.posting import Posting
from bot.platforms.telegram.stage import Spot, Stage
from bot.platforms.telegram.tongues import default_language, warn
from bot.words import Sentence, sentence

PREFIX = "c"
MOST_OFFERS = 30
SCENE_START, SCENE_LANGUAGE = ("scene", "start"), ("scene", "language")
ASK_FOR = sentence("Answer this message with it: {what}.")


class Menus:
    """Menus for all commands that go on, or need something that can be offered."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    async def offer(self, spot: Spot, player: Player, typed: str, *, turn: str = "") -> bool:
        """Show a menu where a command alone was typed that goes on, or needs more; False where it can be run.

        `turn` is the number of the turn that it answers.
        """
        words = typed.lower().split()
        if not words:
            return False
        group = [command for command in COMMANDS if command.path[0] == words[0]]
        if len(words) == 1 and len(group) > 1:
            await self._group(spot, player, group)
            return True
        command = next((one for one in group if list(one.path) == words), None)
        return command is not None and await self._ask(spot, player, command, turn=turn)

    async def pressed(self, spot: Spot, player: Player, data: str) -> None:
        """Go on behind a button. Raises PlayError."""
        _, path, *values = data.split(":", 2)
        words = path.split()
        group = [command for command in COMMANDS if command.path[0] == words[0]]
        command = next((one for one in group if list(one.path) == words), None)
        if command is None:
            await self._group(spot, player, group)
        elif values or not await self._ask(spot, player, command):
            await self._with(spot, player, command, await _chosen(player, command, values))

    async def _group(self, spot: Spot, player: Player, group: Sequence[Command]) -> None:
        buttons = [(command.path[-1], f"{PREFIX}:{command.name}") for command in group]
        told = (f"/{command.name} — {player.words.say(Sentence(command.help))}" for command in group)
        await self._stage.screen(spot).show("\n".join(told), keyboard(columns(buttons, 3)))

    async def _ask(self, spot: Spot, player: Player, command: Command, *, turn: str = "") -> bool:
        """Ask for the first thing that a command needs; False where that is nothing."""
        option = next((one for one in command.options if one.is_needed and one.kind is not Kind.FILE), None)
        if option is None:
            return False
        told = f"/{command.name}: {player.words.say(Sentence(option.help))}"
        if offered := await _offered(player, command, option):
            await self._stage.screen(spot).show(told, keyboard(columns(offered, 2)))
        else:
            takes_turn = turn and any(one.kind is Kind.TURN for one in command.options)
            await self._prompt(spot, player, f"/{command.name} #{turn}" if takes_turn else f"/{command.name}", option)
        return True

    async def _with(self, spot: Spot, player: Player, command: Command, values: Sequence[str]) -> None:
        """Run a command with what was chosen, or ask for the text that it needs beside."""
        needed = [one for one in command.options if one.is_needed]
        written = f'"{values[0]}"' if values and " " in values[0] else "".join(values)
        if len(needed) > len(values):
            chosen = f"{written}{needed[0].until}" if values else ""
            await self._prompt(spot, player, f"/{command.name} {chosen}".strip(), needed[len(values)])
            return
        option = needed[0] if needed else None
        given = {option.name: values[0]} if option and values else read(command, written)
        await run(player, command, Given(given))

    async def _prompt(self, spot: Spot, player: Player, begun: str, option: Option) -> None:
        """Ask for a text: whoever answers the message goes on with the command in its first line."""
        asked = player.words.say(sentence(ASK_FOR.text, what=Sentence(option.help)))
        await ask_for(self._stage.chat(spot), begun, asked)


async def ask_for(chat: Chat, begun: str, asked: str) -> None:
    """Ask for the end of a command; in groups nobody is made to answer."""
    posting, markup = Posting(chat), None if chat.is_group else ForceReply()
    await persist(lambda: posting.send(Formatted(prompt(begun, asked)), markup=markup, is_silent=True))


async def run(player: Player, command: Command, given: Given) -> bool:
    """Run a command as is usual on Telegram: scenes start in the language that somebody's app speaks."""
    is_start = command.path == SCENE_START
    if is_start and not given.text("language"):
        given = Given({**given.values, "language": default_language(player)}, given.files)
    is_done = await attempt(player, command, given)
    if is_done and (is_start or command.path == SCENE_LANGUAGE):
        await warn(player)
    return is_done


async def _offered(player: Player, command: Command, option: Option) -> list[Labelled]:
    if option.choices:
        return [(choice, f"{PREFIX}:{command.name}:{kept(choice)}") for choice in option.choices]
    if option.kind not in KNOWN:
        return []
    found = await offers(player, option.kind, "", most=MOST_OFFERS)
    return [(one.shown, f"{PREFIX}:{command.name}:{kept(one.value)}") for one in found]


async def _chosen(player: Player, command: Command, values: Sequence[str]) -> Sequence[str]:
    """Return the value that was kept with a button, as it was offered. Raises PlayError where it is offered no more."""
    if not values or not values[0].startswith(DIGEST):
        return values
    option = next((one for one in command.options if one.is_needed), None)
    found = await offers(player, option.kind, "", most=MOST_OFFERS) if option else ()
    if value := next((one.value for one in found if kept(one.value) == values[0]), ""):
        return [value]
    raise PlayError("That is not offered any more: /{command} shows what is.", command=command.name)
