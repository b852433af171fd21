"""The commands as Telegram offers them while somebody types: per language, for private chats, groups, their admins."""

import logging
import re
from collections.abc import Sequence
from functools import partial

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
)
from telegram.error import TelegramError

from bot.platforms.commands.about import overview
from bot.platforms.commands.table import Command
from bot.platforms.delivery import Unreachable, persist
from bot.platforms.telegram.refusals import translated
from bot.words import Languages, Words

logger = logging.getLogger(__name__)

NAME = re.compile(r"[a-z0-9_]{1,32}")
MOST = 100
DESCRIPTION_CHARACTERS = 256
FIRST = (
    "start",
    "help",
    "scene",
    "cast",
    "next",
    "retry",
    "continue",
    "undo",
    "persona",
    "suggest",
    "settings",
    "stop",
)
"""Phones show some eight at a time."""
OF_ADMINISTRATORS = ("access", "invite", "uninvite", "filter", "server")
OF_PRIVATE_CHATS = ("link",)


async def register(bot: Bot, commands: Sequence[Command], languages: Languages) -> None:
    """Tell Telegram of all commands. Where it does not take them the bot works without."""
    scopes = (
        (BotCommandScopeAllPrivateChats(), ()),
        (BotCommandScopeAllGroupChats(), (*OF_ADMINISTRATORS, *OF_PRIVATE_CHATS)),
        (BotCommandScopeAllChatAdministrators(), OF_PRIVATE_CHATS),
    )
    try:
        for scope, without in scopes:
            for tag in languages.tags:
                offered = offers(commands, languages.best(tag), without=without)
                code = "" if tag == languages.tags[0] else tag
                await persist(partial(_tell, bot, offered, scope, code))
    except Unreachable as error:
        logger.warning("Telegram does not know the commands: %s", error)


async def _tell(bot: Bot, offered: Sequence[BotCommand], scope: BotCommandScope, code: str) -> None:
    try:
        await bot.set_my_commands(offered, scope=scope, language_code=code or None)
    except TelegramError as error:
        raise translated(error) from error


def offers(commands: Sequence[Command], words: Words, *, without: Sequence[str] = ()) -> list[BotCommand]:
    """Return the commands as Telegram takes them, those first that people need most."""
    told = [(word, text) for word, text in overview(commands, words) if NAME.fullmatch(word) and word not in without]
    told.sort(key=lambda one: FIRST.index(one[0]) if one[0] in FIRST else len(FIRST))
    return [BotCommand(word, text[:DESCRIPTION_CHARACTERS]) for word, text in told[:MOST]]
