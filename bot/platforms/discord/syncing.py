"""Telling Discord of the commands, only where they are others than the last time: it takes few such changes a day."""

import hashlib
import json
import logging

import discord
from discord import app_commands

from bot.roleplay.servers import Servers

KEPT = "discord.commands"

logger = logging.getLogger(__name__)


class Tree(app_commands.CommandTree[discord.Client]):
    """The commands of a client, with as many menus as Discord takes."""

    def add_menu(self, menu: app_commands.ContextMenu) -> None:
        """Add a menu. discord.py 2.7 refuses more than five of a kind itself; Discord takes 15 by now."""
        self._context_menus[menu.name, None, menu.type.value] = menu


async def sync(tree: app_commands.CommandTree[discord.Client], servers: Servers) -> bool:
    """Tell Discord of the commands of a tree where they have changed, and whether that was so."""
    translator = tree.translator
    commands = tree.get_commands(type=None)
    told = [
        await command.get_translated_payload(tree, translator) if translator else command.to_dict(tree)
        for command in commands
    ]
    written = json.dumps([str(tree.client.application_id), told], sort_keys=True, default=str)
    digest = hashlib.sha256(written.encode()).hexdigest()
    if await servers.kept(KEPT) == digest:
        return False
    try:
        await tree.sync()
    except discord.HTTPException as error:
        logger.error("Discord did not take the commands: %s", error.text or error.status)
        return False
    await servers.keep(KEPT, digest)
    return True
