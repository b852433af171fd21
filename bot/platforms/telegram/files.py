"""Files that come with messages of Telegram, read when they are asked for."""

import telegram
from telegram.error import TelegramError

from bot.errors import PlayError
from bot.platforms.commands import Attached
from bot.words import sentence

MOST_MB = 20
"""What Telegram lets bots download. https://core.telegram.org/bots/api#getfile"""

AS_A_FILE = sentence(
    "Telegram has made that picture smaller, and what a card says in it is lost: send it as a file instead."
)

MAYBE_A_CARD = sentence(
    "If that picture is a card, send it as a file: Telegram makes pictures smaller, and what a card says in it is lost."
)


def attached_to(message: telegram.Message) -> Attached | None:
    """Return the file of a message, or else of the one that it answers; a picture counts as one without its card."""
    for one in (message, message.reply_to_message):
        if one and one.document and not one.animation:
            return _attached(one.document, one.document.file_name or "file")
    for one in (message, message.reply_to_message):
        if one and one.photo:
            return _attached(one.photo[-1], "photo.jpg")
    return None


def is_photo(message: telegram.Message) -> bool:
    """Tell whether what came with a message, or with the one that it answers, is a picture and no file."""
    both = [one for one in (message, message.reply_to_message) if one]
    return any(one.photo for one in both) and not any(one.document for one in both)


def _attached(file: telegram.Document | telegram.PhotoSize, name: str) -> Attached:
    async def read(most: int) -> bytes:
        if (file.file_size or 0) > MOST_MB * 10**6:
            raise PlayError(
                "Telegram lets me read files of up to {most} MB, and {file} is larger.", most=MOST_MB, file=name
            )
        try:
            found = await file.get_file()
            return bytes(await found.download_as_bytearray())[: most + 1]
        except TelegramError as error:
            raise PlayError("The file {file} could not be read: {reason}.", file=name, reason=error.message) from error

    return Attached(name, read)
