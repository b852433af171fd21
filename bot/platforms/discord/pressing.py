"""How a button finds who does what it means, also after a restart: through the client that it is pressed in."""

from typing import TYPE_CHECKING, Protocol, cast

import discord

if TYPE_CHECKING:
    from bot.platforms.discord.desk import Desk


class HasDesk(Protocol):
    """A client that does what buttons mean."""

    desk: "Desk"


def desk_of(interaction: discord.Interaction) -> "Desk":
    """Return who does what the buttons of a client mean."""
    return cast(HasDesk, interaction.client).desk
