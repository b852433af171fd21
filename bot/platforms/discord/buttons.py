"""The buttons of the wall as Discord draws them. They work after a restart: what they are about is in their ids."""

import re
from collections.abc import Sequence

import discord

from bot.platforms.controls import FACES, REST, Button, Pressed, data_of, pressed
from bot.platforms.discord.pressing import desk_of
from bot.words import Words

PER_ROW = 3


class WallButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t:[a-z]:\d+"):
    """Any button of the wall, also one that an earlier run has drawn."""

    def __init__(self, button: Button, turn: int, label: str, row: int | None = None) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=data_of(button, turn), row=row))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> "WallButton":
        what = pressed(match[0])
        if what is None:
            raise ValueError(match[0])
        return cls(what.button, what.turn, getattr(item, "label", None) or "?")

    async def callback(self, interaction: discord.Interaction) -> None:
        what = pressed(self.custom_id)
        assert what
        await desk_of(interaction).press(interaction, what)


def gone(interaction: discord.Interaction) -> Pressed | None:
    """Return the button that was pressed, where its message has it no more."""
    if interaction.type is not discord.InteractionType.component or interaction.message is None:
        return None
    custom_id = str((interaction.data or {}).get("custom_id", ""))
    children = discord.ui.View.from_message(interaction.message).children
    there = {child.custom_id for child in children if isinstance(child, discord.ui.Button)}
    return None if custom_id in there else pressed(custom_id)


def row_view(buttons: Sequence[tuple[Button, str]], turn: int) -> discord.ui.View:
    """Return a row of buttons under a turn; it keeps nothing in memory."""
    view = discord.ui.View(timeout=None)
    for button, label in buttons:
        view.add_item(WallButton(button, turn, label))
    view.stop()
    return view


def rest_view(words: Words, turn: int) -> discord.ui.View:
    """Return what is offered, privately, behind ⋯."""
    view = discord.ui.View(timeout=None)
    for at, button in enumerate(REST):
        face = FACES[button]
        view.add_item(WallButton(button, turn, f"{face.sign} {words.say(face.words)}", row=at // PER_ROW))
    view.stop()
    return view
