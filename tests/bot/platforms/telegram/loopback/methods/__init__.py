"""The methods of the Bot API, a file for each kind."""

from tests.bot.platforms.telegram.loopback.calls import TABLE
from tests.bot.platforms.telegram.loopback.methods import (
    buttons,
    chats,
    editing,
    files,
    profile,
    receiving,
    sending,
    topics,
)

KINDS = (buttons, chats, editing, files, profile, receiving, sending, topics)  # importing them fills the table
METHODS = TABLE.methods
