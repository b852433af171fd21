"""The methods of the Bot API, a file for each kind. Importing `ALL` enters them into the table."""

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

ALL = (buttons, chats, editing, files, profile, receiving, sending, topics)
