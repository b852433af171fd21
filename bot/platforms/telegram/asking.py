"""What people ask the bot for on Telegram: commands that are typed, and files that are brought."""

import asyncio
from collections import defaultdict
from dataclasses import replace

import telegram

from bot.core import Role
from bot.errors import PlayError
from bot.platforms.commands import COMMANDS, Attached, Command, Given, Kind, Option, done
from bot.platforms.commands.about import help_with
from bot.platforms.commands.cards import bring
from bot.platforms.commands.people import redeem
from bot.platforms.commands.typed import find, read
from bot.platforms.player import Player
from bot.platforms.telegram.files import AS_A_FILE, attached_to, is_photo
from bot.platforms.telegram.gallery import Gallery
from bot.platforms.telegram.menus import Menus, run
from bot.platforms.telegram.panel import Panel
from bot.platforms.telegram.reading import is_private, post_id
from bot.platforms.telegram.stage import Spot, Stage

EXPORT = ("story", "export")


async def _nothing(player: Player, given: Given) -> None:
    """Is done where it is asked for: it needs the chat."""


START = Command(("start",), "choose who plays with you", _nothing, (Option("code", "an invitation"),))
HELP = help_with((START, *COMMANDS))
HERE = (START, HELP, *COMMANDS)
SHORT = {"export": "story export"}
"""What people try first."""
OFFERED = (*HERE, *(replace(command, path=("export",)) for command in COMMANDS if command.path == EXPORT))


class Asking:
    """Does what people ask for."""

    def __init__(self, stage: Stage, gallery: Gallery, menus: Menus, panel: Panel) -> None:
        self._stage = stage
        self._gallery = gallery
        self._menus = menus
        self._panel = panel
        self._arriving: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def typed(self, spot: Spot, player: Player, text: str, message: telegram.Message) -> None:
        """Do what a command asks for that somebody has typed, without its slash; then the chat shows the story."""

        async with self._arriving[player.account.id]:  # what comes behind a file may be about it
            pass
        word, _, rest = text.partition(" ")
        text = f"{SHORT.get(word.lower(), word)} {rest}".strip()

        async def act(player: Player) -> None:
            if word.lower() == START.name:
                await self._start(spot, player, rest)
                return
            if await self._panel.offer(spot, player, text):
                return
            turn = await self._answered(player, message)
            if attached_to(message) or not await self._menus.offer(spot, player, text, turn=turn):
                command, given = await self._read(player, text, message)
                if turn and (option := _turn(command)) and not given.text(option.name):
                    given = Given({**given.values, option.name: turn}, given.files)
                await run(player, command, given)

        await done(player, word, act)
        await self._stage.wall(spot).tidy()

    async def brought(self, player: Player, file: Attached) -> None:
        """Take in a file that came without a command: as a card."""

        async def act(player: Player) -> None:
            if not await bring(player, file):
                await player.note(
                    "Other files are sent with what they are as their caption: /story import, /lore import or "
                    "/knowledge attach."
                )

        async with self._arriving[player.account.id]:
            await done(player, "card import", act)

    async def _start(self, spot: Spot, player: Player, code: str) -> None:
        """Let somebody in by a code, and show the characters."""
        if code:
            await redeem(player, code)
            player = await self._again(spot, player)
        if is_private(spot.chat):
            await self._gallery.open(spot, player)
        else:
            await player.director.door.admit(player.place, player.account)
            await player.answer("/scene start begins a scene here; /help lists all commands.")

    async def _again(self, spot: Spot, player: Player) -> Player:
        """Return somebody as what they are since they came in."""
        is_owner = await player.director.door.is_owner(player.account)
        role = Role.OWNER if is_owner else player.account.role
        return replace(player, account=replace(player.account, role=role))

    async def _read(self, player: Player, text: str, message: telegram.Message) -> tuple[Command, Given]:
        """Read a command, with the file that came with it, and the turn that it answers. Raises PlayError."""
        file = attached_to(message)
        command, rest = find(HERE, text)
        option = next((one for one in command.options if one.kind is Kind.FILE), None)
        if option and file:
            if is_photo(message) and "picture" not in option.name:
                raise PlayError(AS_A_FILE.text)
            name = f'"{file.name.replace(chr(34), "")}"'
            rest = f"{option.name}={name} {rest}" if option.is_flag else f"{name} {rest}"
        elif option and option.is_needed and not rest.strip():
            raise PlayError(
                "Send the file with /{command} as its caption, or answer it with that.", command=command.name
            )
        values = read(command, rest.strip())
        files = {option.name: file} if option and file else {}
        return command, Given({name: value for name, value in values.items() if value}, files)

    async def _answered(self, player: Player, message: telegram.Message) -> str:
        """Return the number of the turn whose message was answered; empty where that is none."""
        replied = message.reply_to_message
        turn = await player.director.messages.turn(post_id(message.chat.id, replied.message_id)) if replied else None
        if turn is None:
            return ""
        number = (await player.director.turns.numbers(player.place)).get(turn.id)
        return str(number) if number else ""


def _turn(command: Command) -> Option | None:
    """Return what takes a turn of the story, where a command takes one."""
    return next((one for one in command.options if one.kind is Kind.TURN), None)
