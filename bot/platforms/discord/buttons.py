"""The buttons of the wall as Discord draws them. They work after a restart: what they are about is in their ids."""

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import ClassVar

import discord

from bot.platforms.controls import REST, Button, Pressed, data_of, pressed

Press = Callable[[discord.Interaction, Pressed], Awaitable[None]]


class WallButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"t:[a-z]:\d+"):
    """Any button of the wall, also one that an earlier run has drawn. `press` is what all of them do."""

    press: ClassVar[Press]

    def __init__(self, button: Button, turn: int, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=data_of(button, turn)))

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[discord.ui.View], match: re.Match[str]
    ) -> "WallButton":
        what = pressed(match[0])
        assert what
        return cls(what.button, what.turn, getattr(item, "label", None) or "?")

    async def callback(self, interaction: discord.Interaction) -> None:
        what = pressed(self.custom_id)
        assert what
        await type(self).press(interaction, what)


def row_view(buttons: Sequence[tuple[Button, str]], turn: int) -> discord.ui.View:
    """Return a row of buttons under a turn; it keeps nothing in memory."""
    view = discord.ui.View(timeout=None)
    for button, label in buttons:
        view.add_item(WallButton(button, turn, label))
    view.stop()
    return view


MORE = REST
"""What is offered, privately, behind ⋯."""
